//! What a client asks for.
#![forbid(unsafe_code)]

use crate::refusal::Refusal;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use http_body_util::BodyExt;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;
use zkarena_statements::{Kind, Statement};

/// The most bytes of a request's body.
const MAX_BODY: usize = 16 << 10;
/// The most bytes that are read of it, and forgotten. A connection that closes before its client has
/// sent everything is reset, and the client may lose the answer that says what was wrong.
const MAX_READ: usize = 1 << 20;
/// A client that takes longer to send its body is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The body of `POST /prove`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    statement: String,
    /// The size of the published measurements, if it is not given.
    log_rows: Option<usize>,
}

/// Reads the statement to prove.
///
/// # Errors
/// [`Refusal::Slow`], [`Refusal::Cut`], [`Refusal::Long`], [`Refusal::Body`], [`Refusal::Kind`],
/// [`Refusal::Size`].
pub(crate) async fn statement(request: Request) -> Result<Statement, Refusal> {
    let arrived = timeout(PATIENCE, arrived(request)).await;
    let request = arrived.map_err(|_| Refusal::Slow)??;
    let Json(asked) = Json::<Asked>::from_request(request, &()).await?;
    let kind: Kind = asked.statement.parse()?;
    let log_rows = asked.log_rows.unwrap_or(kind.measured_log_rows());
    Ok(Statement::new(kind, log_rows)?)
}

/// The request with its whole body.
async fn arrived(request: Request) -> Result<Request, Refusal> {
    let (head, mut body) = request.into_parts();
    let (mut bytes, mut read) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(Refusal::Cut)?.into_data() else {
            continue; // trailers say nothing here
        };
        read += data.len();
        if read <= MAX_BODY {
            bytes.extend_from_slice(&data);
        } else if read > MAX_READ {
            break;
        }
    }
    if read > MAX_BODY {
        return Err(Refusal::Long { most: MAX_BODY });
    }
    Ok(Request::from_parts(head, Body::from(bytes)))
}
