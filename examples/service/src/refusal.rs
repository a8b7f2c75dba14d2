//! Why a client gets no proof, as it is told.
#![forbid(unsafe_code)]

use crate::fault::Fault;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;
use zkarena::Bytes;
use zkarena_statements::{SizeError, Statement, UnknownKind};

/// An answer without a proof: a status, and a line of JSON that says what was wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The body is too long.
    #[error(
        "the body has more than {most} bytes; send {{\"statement\": \"keccak\", \"log_rows\": 14}}"
    )]
    Long {
        /// The most bytes of one.
        most: usize,
    },
    /// The body ends before its end.
    #[error("the body did not arrive whole ({0}); send it again")]
    Cut(#[source] axum::Error),
    /// The body is no request.
    #[error("{}; send {{\"statement\": \"keccak\", \"log_rows\": 14}} as application/json", .0.body_text())]
    Body(#[from] JsonRejection),
    /// The body does not come.
    #[error("the body did not arrive in time; send it at once")]
    Slow,
    /// There is no such statement.
    #[error(transparent)]
    Kind(#[from] UnknownKind),
    /// It cannot have that size.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// No memory that this service can have is enough.
    #[error(
        "a proof of {statement} takes at least {least}, and this service has {capacity} for proofs; ask for fewer rows"
    )]
    NeverFits {
        /// What was asked for.
        statement: Statement,
        /// The least memory for it.
        least: Bytes,
        /// What there is.
        capacity: Bytes,
    },
    /// Others are using the memory.
    #[error("no memory is free for this proof; come back in {} s", .retry_after.as_secs())]
    Busy {
        /// When to come back, in whole seconds.
        retry_after: Duration,
    },
    /// The process is about to end.
    #[error("this service is ending; ask another one")]
    Ending,
    /// There is no such page.
    #[error("there is nothing here; POST /prove, or GET /readyz, /metrics or /phases")]
    Unknown,
    /// The page takes another method.
    #[error("this method is of no use here; POST /prove, or GET /readyz, /metrics or /phases")]
    Method,
    /// The proof was begun, and failed.
    #[error(transparent)]
    Failed(#[from] Fault),
}

impl Refusal {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Body(rejection) => rejection.status(),
            Self::Long { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Cut(_) => StatusCode::BAD_REQUEST,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Kind(_) | Self::Size(_) | Self::NeverFits { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Busy { .. } | Self::Ending => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Failed(fault) if fault.is_of_the_store() => StatusCode::INSUFFICIENT_STORAGE,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// When to come back, if that may help.
    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } => Some(*retry_after),
            Self::Ending => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

/// What a client reads.
#[derive(Serialize)]
struct Told {
    error: String,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let told = Json(Told {
            error: self.to_string(),
        });
        let mut response = (self.status(), told).into_response();
        if let Some(after) = self.retry_after() {
            let seconds = after.as_secs().max(1).into();
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
