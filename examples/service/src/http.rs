//! Connections: taken in until the end is asked for, and closed when they are answered, or silent for too long.
#![forbid(unsafe_code)]

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// Until when the head of a request has to be there, after the connection began or the last answer was sent. Without it, one
/// that sends half a head would hold up a drain, and many would take all files that the process may open. Longer than
/// the clients of the load keep a connection that nobody uses (15 s), so that none is closed as it is used again.
const PATIENCE: Duration = Duration::from_secs(20);
/// After a connection that the system refuses, as when too many files are open.
const REST: Duration = Duration::from_secs(1);

/// Serves until `end`, and then until what was asked is answered.
pub(crate) async fn serve(listener: TcpListener, routes: Router, end: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let open = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let Ok((stream, _)) = accepted else {
            sleep(REST).await;
            continue;
        };
        let routes = TowerToHyperService::new(routes.clone());
        let connection = http.serve_connection(TokioIo::new(stream), routes);
        // One that fails is a client that is gone, or speaks no HTTP.
        tokio::spawn(open.watch(connection));
    }
    drop(listener); // nobody is taken in while the others are answered
    open.shutdown().await;
}
