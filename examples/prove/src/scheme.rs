//! Which commitment scheme proves: the published one, that over a phase's arena, or that over a file.

use std::fmt;
use std::str::FromStr;

use zkarena::Phase;
use zkarena_pcs::{ArenaProver, ArenaTrace};
use zkarena_statements::{Proof, Prover, Statement, Trace, VerifyError};

use crate::failure::Failure;
use crate::stream::{Budget, StreamRecord, Streamed};

/// A commitment scheme. All make the same commitments, and the published verifier takes all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Low-degree extensions in the poly arena of the proof's phase.
    Arena,
    /// `TwoAdicFriPcs` of p3-fri: low-degree extensions in `Vec`s.
    Published,
    /// Low-degree extensions in a file; chosen with `--memory`.
    Streamed(Budget),
}

impl Scheme {
    /// The name on the command line and in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Arena => "arena",
            Self::Published => "published",
            Self::Streamed(_) => "streamed",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = [Self::Arena, Self::Published].into_iter();
        let mut named = known.filter(|scheme| scheme.name() == name);
        named.next().ok_or_else(|| UnknownScheme(name.to_owned()))
    }
}

/// A name that is no [`Scheme`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no commitment scheme `{0}`; choose arena or published")]
pub(crate) struct UnknownScheme(String);

/// A prover with any scheme.
#[derive(Debug)]
pub(crate) enum AnyProver {
    Arena(ArenaProver),
    Published(Prover),
    Streamed(Box<Streamed>),
}

impl AnyProver {
    /// A prover with cold caches.
    ///
    /// # Errors
    /// Those of [`Streamed::new`]; the others have none.
    pub(crate) fn new(scheme: Scheme, statement: Statement) -> Result<Self, Failure> {
        Ok(match scheme {
            Scheme::Arena => Self::Arena(ArenaProver::new(statement)),
            Scheme::Published => Self::Published(Prover::new(statement)),
            Scheme::Streamed(budget) => Self::Streamed(Streamed::new(statement, budget)?.into()),
        })
    }

    /// The trace; with the arena scheme it lives in `phase`, and a streamed one is generated as it is proved.
    pub(crate) fn generate_trace<'ph>(&self, phase: Phase<'ph>) -> AnyTrace<'_, 'ph> {
        match self {
            Self::Arena(prover) => AnyTrace::Arena(prover, prover.generate_trace(phase)),
            Self::Published(prover) => AnyTrace::Published(prover, prover.generate_trace()),
            Self::Streamed(prover) => AnyTrace::Streamed(prover),
        }
    }

    /// Verify with the published verifier.
    pub(crate) fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        match self {
            Self::Arena(prover) => prover.verify(proof),
            Self::Published(prover) => prover.verify(proof),
            Self::Streamed(prover) => prover.verify(proof),
        }
    }

    /// What streaming took; `None` with another scheme.
    pub(crate) fn record(&self) -> Option<StreamRecord> {
        match self {
            Self::Streamed(prover) => Some(prover.record()),
            Self::Arena(_) | Self::Published(_) => None,
        }
    }
}

/// A trace, and the prover it comes from.
pub(crate) enum AnyTrace<'p, 'ph> {
    Arena(&'p ArenaProver, ArenaTrace<'ph>),
    Published(&'p Prover, Trace),
    Streamed(&'p Streamed),
}

impl AnyTrace<'_, '_> {
    /// Prove it.
    pub(crate) fn prove(self) -> Result<Proof, Failure> {
        Ok(match self {
            Self::Arena(prover, trace) => prover.prove(trace)?,
            Self::Published(prover, trace) => prover.prove(trace)?,
            Self::Streamed(prover) => prover.prove()?,
        })
    }
}
