//! The routes, and the end of the service.
#![forbid(unsafe_code)]

use crate::admission::Admission;
use crate::books::Books;
use crate::memory::Memory;
use crate::prove::Proved;
use crate::refusal::Refusal;
use crate::request;
use crate::upkeep::Upkeep;
use crate::workshop::Workshop;
use crate::{metrics, page};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Instant;

/// Everything that a request may need.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) memory: Arc<Memory>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) workshop: Arc<Workshop>,
    pub(crate) books: Books,
    pub(crate) upkeep: Upkeep,
}

/// What the port for proofs answers.
pub(crate) fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/prove", post(prove))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .route("/phases", get(phases))
        .fallback(async || Refusal::Unknown)
        .method_not_allowed_fallback(async || Refusal::Method)
        .with_state(service)
}

async fn prove(State(service): State<Arc<Service>>, request: Request) -> Response {
    let awaited = Awaited(Some(&service.books));
    let done = service.prove(request).await;
    awaited.answered();
    match done {
        Ok(proved) => answer(proved),
        Err(refusal) => {
            service.books.refused(&refusal);
            refusal.into_response()
        }
    }
}

impl Service {
    async fn prove(self: &Arc<Self>, request: Request) -> Result<Proved, Refusal> {
        let statement = request::statement(request).await?;
        let arrived = Instant::now();
        self.follow_limit(); // a proof that the limit of a moment ago let in would be the kernel's to end
        let place = self.admission.admit(statement).await?;
        let waited = place.since() - arrived;
        let service = Arc::clone(self);
        let ended = move || {
            let others = service.admission.running();
            service.upkeep.proof_ended(statement, others);
        };
        let proved = self.workshop.prove(statement, place, ended).await?;
        self.books.proved(statement, &proved, waited);
        Ok(proved)
    }
}

/// A request whose client may go; it counts as abandoned unless it is answered.
struct Awaited<'a>(Option<&'a Books>);

impl Awaited<'_> {
    fn answered(mut self) {
        self.0 = None;
    }
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        if let Some(books) = self.0 {
            books.abandoned();
        }
    }
}

/// The proof, and what it took.
fn answer(proved: Proved) -> Response {
    let name = HeaderName::from_static;
    let took = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (name("x-proof-seconds"), format!("{:.6}", proved.seconds)),
        (name("x-proof-mode"), proved.mode.name().to_owned()),
    ];
    let peak = proved
        .peak
        .map(|peak| [(name("x-peak-rss-bytes"), peak.0.to_string())]);
    match peak {
        Some(peak) => (took, peak, proved.bytes).into_response(),
        None => (took, proved.bytes).into_response(),
    }
}

async fn readyz(State(service): State<Arc<Service>>) -> (StatusCode, &'static str) {
    if service.admission.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "busy\n")
    }
}

async fn metrics(State(service): State<Arc<Service>>) -> impl IntoResponse {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, metrics::text(&service))
}

async fn phases(State(service): State<Arc<Service>>) -> Html<String> {
    Html(page::html(&service))
}
