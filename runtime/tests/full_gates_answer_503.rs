//! The gate before a tower service: what does not fit is told when to come back, and what was let in keeps its
//! bytes as long as its proof runs, whether the client waits for it or not.

use futures_executor::block_on;
use http::{Request, Response, StatusCode};
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;
use tower::{Layer, Service, ServiceExt, service_fn};
use zkarena::ops::{Admission, GateLayer, GatePlan, MemoryGate, NotAdmitted};

/// A request that needs as many bytes as its body says.
fn request(bytes: u64) -> Request<u64> {
    Request::new(bytes)
}

fn weight(request: &Request<u64>) -> u64 {
    *request.body()
}

/// Answers with the bytes that were reserved.
async fn echo(request: Request<u64>) -> Result<Response<u64>, Infallible> {
    let admission = request.extensions().get::<Admission>().expect("let in");
    Ok(Response::new(admission.permit().bytes()))
}

fn ask(gate: &MemoryGate, bytes: u64) -> Response<u64> {
    let service = GateLayer::new(gate.clone(), weight).layer(service_fn(echo));
    block_on(service.oneshot(request(bytes))).expect("it cannot fail")
}

#[test]
fn what_fits_is_served_and_gives_its_bytes_back() {
    let gate = MemoryGate::new(1000);
    for _ in 0..3 {
        let answer = ask(&gate, 700);
        assert_eq!((answer.status(), *answer.body()), (StatusCode::OK, 700));
        assert_eq!(gate.stats().reserved, 0);
    }
    assert_eq!(gate.stats().admitted, 3);
}

#[test]
fn what_does_not_fit_is_told_when_to_come_back() {
    let gate = GatePlan::new(1000)
        .proof_time(Duration::from_secs(10))
        .open();
    let running = gate.try_reserve(900).expect("an empty gate");
    let answer = ask(&gate, 500); // 400 bytes are missing, at 100 a second
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "4");
    drop(running);
    assert_eq!(ask(&gate, 500).status(), StatusCode::OK);
}

#[test]
fn what_never_fits_is_not_told_to_come_back() {
    let gate = MemoryGate::new(1000);
    let answer = ask(&gate, 1001);
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.headers().is_empty());
    gate.close();
    let answer = ask(&gate, 1);
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().is_empty());
}

#[test]
fn refusals_are_answered_as_one_likes() {
    let gate = MemoryGate::new(1000);
    let layer = GateLayer::new(gate, weight).answer(|refused: &NotAdmitted| {
        let NotAdmitted::TooLarge { needed, .. } = *refused else {
            panic!("{refused}");
        };
        Response::new(needed + 1)
    });
    let service = layer.layer(service_fn(echo));
    let answer = block_on(service.oneshot(request(2000))).expect("it cannot fail");
    assert_eq!((answer.status(), *answer.body()), (StatusCode::OK, 2001));
}

#[test]
fn a_client_that_goes_away_gives_the_bytes_back() {
    let gate = MemoryGate::new(1000);
    let never = service_fn(|_: Request<u64>| pending::<Result<Response<u64>, Infallible>>());
    let mut service = GateLayer::new(gate.clone(), weight).layer(never);
    let mut answer = service.call(request(700));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(answer.poll_unpin(&mut cx).is_pending());
    assert_eq!(gate.stats().reserved, 700);
    drop(answer);
    assert_eq!(gate.stats().reserved, 0);
}

/// Polls a future that may be moved.
trait PollUnpin: Future + Unpin {
    fn poll_unpin(&mut self, cx: &mut Context<'_>) -> Poll<Self::Output> {
        std::pin::Pin::new(self).poll(cx)
    }
}

impl<F: Future + Unpin> PollUnpin for F {}

#[test]
fn a_proof_on_another_thread_keeps_its_bytes() {
    let gate = MemoryGate::new(1000);
    let (end, ended) = mpsc::channel::<()>();
    let (say, said) = mpsc::channel();
    let prove = |request: Request<u64>| {
        let admission = request.extensions().get::<Admission>().cloned();
        let (ended, say) = (ended, say);
        let proof = thread::spawn(move || {
            let admission = admission.expect("let in");
            ended.recv().expect("a word from the test");
            drop(admission);
            say.send(()).expect("a listener");
        });
        drop(proof);
        pending::<Result<Response<u64>, Infallible>>()
    };
    let inner = tower::util::service_fn(once(prove));
    let mut service = GateLayer::new(gate.clone(), weight).layer(inner);
    drop(service.call(request(700))); // the client is gone, the proof is not
    assert_eq!(gate.stats().reserved, 700);
    end.send(()).expect("a proof");
    said.recv().expect("the proof's end");
    assert_eq!(gate.stats().reserved, 0);
}

/// A function that may be called once, as one that may be called again.
fn once<A, R>(function: impl FnOnce(A) -> R) -> impl FnMut(A) -> R {
    let mut function = Some(function);
    move |argument| (function.take().expect("called once"))(argument)
}

#[test]
fn a_handler_that_panics_gives_its_bytes_back() {
    let gate = MemoryGate::new(1000);
    let panics = service_fn(|_: Request<u64>| {
        poll_fn(|_| -> Poll<Result<Response<u64>, Infallible>> { panic!("on purpose") })
    });
    let service = GateLayer::new(gate.clone(), weight).layer(panics);
    let answer = service.oneshot(request(700));
    assert!(catch_unwind(AssertUnwindSafe(|| block_on(answer))).is_err());
    assert_eq!(gate.stats().reserved, 0);
}
