//! The gate in front of a tower service.
#![forbid(unsafe_code)]

use super::gate::{MemoryGate, NotAdmitted, Permit};
use http::header::{HeaderValue, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// Puts a [`MemoryGate`] in front of a tower service: requests that do not fit are answered at once.
///
/// `weight` says how many bytes a request needs. Who is let in finds an [`Admission`] in the extensions of its
/// request; the bytes go back when the answer is there and the last clone of it is dropped.
///
/// ```
/// use http::{Request, Response, StatusCode};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use zkarena::ops::{GateLayer, MemoryGate};
///
/// let gate = MemoryGate::new(1 << 30);
/// let service = ServiceBuilder::new()
///     .layer(GateLayer::new(gate.clone(), |_: &Request<String>| 300 << 20))
///     .service(service_fn(async |_: Request<String>| Ok::<_, std::io::Error>(Response::new(String::new()))));
/// let full = gate.try_reserve(1 << 30)?;
/// let answer = futures_executor::block_on(service.oneshot(Request::default()))?;
/// assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
/// assert!(answer.headers().contains_key("retry-after"));
/// # drop(full);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Nobody waits here: a client that comes back later costs less than one that is held. To wait, call
/// [`MemoryGate::reserve`] where blocking is allowed.
#[derive(Clone, Debug)]
pub struct GateLayer<W, A = Unavailable> {
    gate: MemoryGate,
    weight: W,
    answer: A,
}

/// A tower service behind a [`MemoryGate`]; see [`GateLayer`].
#[derive(Clone, Debug)]
pub struct Gated<S, W, A = Unavailable> {
    inner: S,
    layer: GateLayer<W, A>,
}

/// The bytes that were reserved for a request, in its extensions.
///
/// A proof that runs on another thread takes a clone with it: when the client goes away, the answer is dropped
/// and the proof is not, and its bytes must stay reserved.
///
/// ```
/// use http::Request;
/// use zkarena::ops::Admission;
///
/// fn handle(request: &Request<String>) {
///     let admission = request.extensions().get::<Admission>().cloned();
///     std::thread::spawn(move || {
///         let _until_proved = admission;
///         // the proof
///     });
/// }
/// # handle(&Request::default());
/// ```
#[derive(Clone, Debug)]
pub struct Admission(Arc<Permit>);

impl Admission {
    /// The permit.
    pub fn permit(&self) -> &Permit {
        &self.0
    }
}

/// What a request that is not let in is answered with: a type of one's own, or a closure.
pub trait Answer<R> {
    /// The answer.
    fn answer(&self, refused: &NotAdmitted) -> R;
}

impl<R, F: Fn(&NotAdmitted) -> R> Answer<R> for F {
    fn answer(&self, refused: &NotAdmitted) -> R {
        self(refused)
    }
}

/// Answers 503 with `Retry-After` in seconds, and an empty body; 413 where the request never fits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unavailable;

impl<B: Default> Answer<Response<B>> for Unavailable {
    fn answer(&self, refused: &NotAdmitted) -> Response<B> {
        let mut response = Response::<B>::default();
        *response.status_mut() = match refused {
            NotAdmitted::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        if let NotAdmitted::Busy(busy) = refused {
            let seconds = HeaderValue::from(busy.retry_after_seconds());
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

impl<W> GateLayer<W> {
    /// Requests of `weight` bytes each at `gate`.
    pub fn new(gate: MemoryGate, weight: W) -> Self {
        Self {
            gate,
            weight,
            answer: Unavailable,
        }
    }
}

impl<W, A> GateLayer<W, A> {
    /// Has refusals answered in another way, such as with a body.
    ///
    /// ```
    /// use http::{Request, Response, StatusCode};
    /// use zkarena::ops::{GateLayer, MemoryGate, NotAdmitted};
    ///
    /// let layer = GateLayer::new(MemoryGate::new(1 << 30), |_: &Request<String>| 300 << 20)
    ///     .answer(|refused: &NotAdmitted| {
    ///         let mut response = Response::new(refused.to_string());
    ///         *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    ///         response
    ///     });
    /// ```
    pub fn answer<F>(self, answer: F) -> GateLayer<W, F> {
        GateLayer {
            gate: self.gate,
            weight: self.weight,
            answer,
        }
    }
}

impl<S, W: Clone, A: Clone> Layer<S> for GateLayer<W, A> {
    type Service = Gated<S, W, A>;

    fn layer(&self, inner: S) -> Self::Service {
        let layer = self.clone();
        Gated { inner, layer }
    }
}

impl<B, S, W, A> Service<Request<B>> for Gated<S, W, A>
where
    S: Service<Request<B>>,
    W: Fn(&Request<B>) -> u64,
    A: Answer<S::Response>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = GatedFuture<S::Future, S::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let layer = &self.layer;
        match layer.gate.try_reserve((layer.weight)(&request)) {
            Ok(permit) => {
                let admission = Admission(Arc::new(permit));
                request.extensions_mut().insert(admission.clone());
                let inner = Box::pin(self.inner.call(request));
                GatedFuture(Answering::Admitted(inner, admission))
            }
            Err(refused) => GatedFuture(Answering::Refused(Some(layer.answer.answer(&refused)))),
        }
    }
}

/// The answer of a [`Gated`] service to come.
#[derive(Debug)]
pub struct GatedFuture<F, R>(Answering<F, R>);

#[derive(Debug)]
enum Answering<F, R> {
    /// Keeps its bytes until it is done.
    Admitted(Pin<Box<F>>, #[expect(dead_code, reason = "held")] Admission),
    Refused(Option<R>),
}

impl<F, R> Unpin for GatedFuture<F, R> {}

impl<F: Future<Output = Result<R, E>>, R, E> Future for GatedFuture<F, R> {
    type Output = Result<R, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut self.0 {
            Answering::Admitted(inner, _) => ready!(inner.as_mut().poll(cx)),
            Answering::Refused(answer) => Ok(answer.take().expect("polled after it was ready")),
        };
        self.0 = Answering::Refused(None); // the bytes go back now
        Poll::Ready(answer)
    }
}
