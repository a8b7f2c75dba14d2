//! What a client asks for.
#![forbid(unsafe_code)]

use crate::refusal::Refusal;
use axum::Json;
use axum::extract::{FromRequest, Request};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;
use zkarena_statements::{Kind, Statement};

/// The most bytes of a request's body.
pub(crate) const MAX_BODY: usize = 16 << 10;
/// A client that takes longer to send its body is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body of `POST /prove`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    statement: String,
    /// The size of the published measurements, if it is not given.
    log_rows: Option<usize>,
}

/// Reads the statement to prove.
///
/// # Errors
/// [`Refusal::Slow`], [`Refusal::Body`], [`Refusal::Kind`], [`Refusal::Size`].
pub(crate) async fn statement(request: Request) -> Result<Statement, Refusal> {
    let body = timeout(PATIENCE, Json::<Body>::from_request(request, &())).await;
    let Json(body) = body.map_err(|_| Refusal::Slow)??;
    let kind: Kind = body.statement.parse()?;
    let log_rows = body.log_rows.unwrap_or(kind.measured_log_rows());
    Ok(Statement::new(kind, log_rows)?)
}
