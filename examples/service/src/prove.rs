//! One proof: in memory or in low-memory mode, verified before anybody gets it.
#![forbid(unsafe_code)]

use crate::fault::Fault;
use crate::leash::Leash;
use std::path::Path;
use std::time::Instant;
use zkarena::plonky3::LowMemory;
use zkarena::{Bytes, StorePlan, zk_phase};
use zkarena_measure::usage;
use zkarena_pcs::StreamProver;
use zkarena_statements::{Proof, Prover, Statement};

/// How a proof is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By the published prover.
    InMemory,
    /// In so many bytes; the rest of its data is in a file.
    LowMemory(Bytes),
}

impl Mode {
    /// As in headers and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::InMemory => "memory",
            Self::LowMemory(_) => "low-memory",
        }
    }
}

/// A proof that holds, and what it took.
#[derive(Debug)]
pub(crate) struct Proved {
    /// As [`Proof::encode`] writes it.
    pub(crate) bytes: Vec<u8>,
    /// From the trace to the proof; verification is not counted.
    pub(crate) seconds: f64,
    /// The most that was resident so far of the process that made it.
    pub(crate) peak: Option<Bytes>,
    pub(crate) mode: Mode,
}

/// What proofs of a statement have in common; it is worth keeping.
#[derive(Debug)]
pub(crate) struct Keys {
    published: Prover,
    streaming: StreamProver,
}

impl Keys {
    /// With cold caches.
    pub(crate) fn new(statement: Statement) -> Self {
        Self {
            published: Prover::new(statement),
            streaming: StreamProver::new(statement),
        }
    }

    /// Bytes that they come to hold: twiddle factors of every layer for the trace's extension, in both provers.
    pub(crate) const fn weight(statement: Statement) -> u64 {
        const TWIDDLE_BYTES: u64 = 4;
        const COPIES: u64 = 4; // forward and inverse, of the published prover and of the streaming one
        (COPIES * TWIDDLE_BYTES) << (statement.log_rows() + 1)
    }

    /// Makes a proof on the rayon pool that this runs in, and verifies it. Neither prover can be stopped, so one that
    /// nobody waits for ends with the step that it is at.
    ///
    /// # Errors
    /// Every [`Fault`] but those of processes.
    pub(crate) fn prove(
        &self,
        mode: Mode,
        store: Option<&Path>,
        leash: &Leash,
    ) -> Result<Proved, Fault> {
        let started = Instant::now();
        let (proof, seconds) = match mode {
            Mode::InMemory => in_memory(&self.published, started, leash)?,
            Mode::LowMemory(memory) => in_little(&self.streaming, memory, store, started, leash)?,
        };
        Ok(Proved {
            bytes: proof.encode(),
            seconds,
            peak: usage::peak_kib().map(|kib| Bytes(kib << 10)),
            mode,
        })
    }
}

/// The published prover.
#[zk_phase(name = "proof")]
fn in_memory(prover: &Prover, started: Instant, leash: &Leash) -> Result<(Proof, f64), Fault> {
    leash.wanted()?;
    let trace = zkarena::phase("trace", || prover.generate_trace());
    leash.wanted()?;
    let proof = zkarena::phase("stark", || prover.prove(trace))?;
    let seconds = started.elapsed().as_secs_f64();
    leash.wanted()?;
    zkarena::phase("verify", || prover.verify(&proof))?;
    Ok((proof, seconds))
}

/// The streaming prover, in `memory` bytes beside what the process has already.
#[zk_phase(name = "proof in low-memory mode")]
fn in_little(
    prover: &StreamProver,
    memory: Bytes,
    store: Option<&Path>,
    started: Instant,
    leash: &Leash,
) -> Result<(Proof, f64), Fault> {
    leash.wanted()?;
    let plan = StorePlan::new();
    let plan = store.map_or(plan.clone(), |directory| plan.directory(directory));
    let low = LowMemory::beside(memory).store(plan);
    let (proof, _) = zkarena::phase("stream", || prover.prove_within(&low))?;
    let seconds = started.elapsed().as_secs_f64();
    leash.wanted()?;
    zkarena::phase("verify", || prover.verify(&proof))?;
    Ok((proof, seconds))
}

/// Bytes resident of this process.
pub(crate) fn resident() -> u64 {
    usage::rss_kib().unwrap_or_default() << 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    #[test]
    fn what_nobody_waits_for_is_not_begun() {
        let statement = Statement::new(Kind::Keccak, 5).expect("a valid size");
        let (keys, leash) = (Keys::new(statement), Leash::default());
        let little = StreamProver::new(statement).floor_beside();
        for mode in [Mode::InMemory, Mode::LowMemory(little)] {
            assert!(keys.prove(mode, None, &leash).is_ok());
        }
        leash.let_go();
        for mode in [Mode::InMemory, Mode::LowMemory(little)] {
            let fault = keys.prove(mode, None, &leash);
            assert!(matches!(fault, Err(Fault::Unwanted)), "{fault:?}");
        }
        // Each of the four has its phase, and the first two have what is in it.
        let report = zkarena::report();
        let runs = |name: &str| {
            let sites = report.sites().iter().filter(|site| site.name == name);
            sites.map(|site| site.runs).sum::<u64>()
        };
        assert_eq!((runs("proof"), runs("trace"), runs("stark")), (2, 1, 1));
        assert_eq!((runs("proof in low-memory mode"), runs("stream")), (2, 1));
    }
}
