//! What was found.

use serde::Serialize;

/// Whether what is so is good for a prover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Good,
    /// It works, and could do better.
    Fair,
    /// Proofs will fail, or secrets are not kept.
    Poor,
    /// The system does not tell.
    Unknown,
}

impl Verdict {
    /// One word, as wide as the others.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
            Self::Unknown => "?   ",
        }
    }
}

/// One fact, whether it is good, and what to do if not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) what: &'static str,
    pub(crate) is: String,
    pub(crate) verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advice: Option<String>,
}

impl Finding {
    /// Nothing is to be done.
    pub(crate) fn good(what: &'static str, is: impl Into<String>) -> Self {
        Self {
            what,
            is: is.into(),
            verdict: Verdict::Good,
            advice: None,
        }
    }

    /// Something could be done.
    pub(crate) fn fair(
        what: &'static str,
        is: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Fair,
            advice: Some(advice.into()),
            ..Self::good(what, is)
        }
    }

    /// Something should be done.
    pub(crate) fn poor(
        what: &'static str,
        is: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            verdict: Verdict::Poor,
            advice: Some(advice.into()),
            ..Self::good(what, is)
        }
    }

    /// The system does not tell.
    pub(crate) fn unknown(what: &'static str, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unknown,
            advice: Some(advice.into()),
            ..Self::good(what, "the system does not tell")
        }
    }
}

/// Facts that belong together.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Section {
    pub(crate) about: &'static str,
    pub(crate) findings: Vec<Finding>,
}

impl Section {
    pub(crate) const fn new(about: &'static str, findings: Vec<Finding>) -> Self {
        Self { about, findings }
    }
}
