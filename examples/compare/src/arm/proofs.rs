//! One cold proof and some warm ones.

use super::{Allocator, Proofs};
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;
use zkarena_measure::usage::{self, Moment};
use zkarena_statements::{Proof, Prover, SizeError, Statement};

/// What one process measured: the first proof is the cold one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProofRun {
    /// In the order they were made.
    pub(crate) proofs: Vec<ProofSample>,
    /// The greatest RSS of the process.
    pub(crate) peak_kib: Option<u64>,
    /// The RSS some seconds after the last proof, with everything dropped, if it was asked for.
    pub(crate) at_rest_kib: Option<u64>,
}

/// One proof: trace generation and proving are timed, verification is not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProofSample {
    /// Wall time.
    pub(crate) seconds: f64,
    /// CPU time in user mode, of all threads.
    pub(crate) user_seconds: f64,
    /// CPU time in the kernel, of all threads.
    pub(crate) system_seconds: f64,
    /// Page faults served without a disk.
    pub(crate) minor_faults: u64,
    /// Page faults served from a disk.
    pub(crate) major_faults: u64,
    /// Whether the proof was made and verifies.
    pub(crate) verified: bool,
    /// Of everything before the proof-of-work grind; `None` if there is no proof.
    pub(crate) transcript_sha256: Option<String>,
    /// Why there is no proof, or why it does not verify.
    pub(crate) error: Option<String>,
}

/// Proves once cold and `asked.warm` times warm; each proof is verified and dropped before the next.
pub(super) fn run<A: Allocator>(asked: &Proofs) -> Result<ProofRun, SizeError> {
    let prover = Prover::new(Statement::new(asked.workload, asked.log_rows)?);
    let proofs = (0..=asked.warm).map(|_| sample::<A>(&prover)).collect();
    drop(prover);
    let at_rest_kib = (asked.rest > 0.0).then(|| {
        thread::sleep(Duration::from_secs_f64(asked.rest));
        usage::rss_kib()
    });
    Ok(ProofRun {
        proofs,
        peak_kib: usage::peak_kib(),
        at_rest_kib: at_rest_kib.flatten(),
    })
}

fn sample<A: Allocator>(prover: &Prover) -> ProofSample {
    let before = Moment::now();
    let proof = caught(|| A::phase(|| prove(prover)));
    let used = before.elapsed();
    // The proof is looked at before the next phase begins: under zk-alloc it is gone by then.
    let (transcript_sha256, verdict) = match proof {
        Ok(proof) => (
            caught(|| Ok(proof.transcript_sha256().to_string())).ok(),
            caught(|| prover.verify(&proof).map_err(|error| error.to_string())),
        ),
        Err(error) => (None, Err(error)),
    };
    ProofSample {
        seconds: used.wall_seconds,
        user_seconds: used.user_seconds,
        system_seconds: used.system_seconds,
        minor_faults: used.minor_faults,
        major_faults: used.major_faults,
        verified: verdict.is_ok(),
        transcript_sha256,
        error: verdict.err(),
    }
}

fn prove(prover: &Prover) -> Result<Proof, String> {
    let trace = prover.generate_trace();
    prover.prove(trace).map_err(|error| error.to_string())
}

/// Runs `work`; a panic is an error like any other, because an allocator may spoil a prover's data.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", text.unwrap_or("no message")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    struct Whatever;
    impl Allocator for Whatever {}

    #[test]
    fn every_proof_is_counted_and_verified() {
        let asked = Proofs {
            workload: Kind::Poseidon2,
            log_rows: 3,
            warm: 1,
            rest: 0.01,
        };
        let run = run::<Whatever>(&asked).expect("a valid size");
        assert_eq!(run.proofs.len(), 2);
        assert!(run.proofs.iter().all(|proof| proof.verified));
        let transcripts = run.proofs.iter().map(|proof| &proof.transcript_sha256);
        assert!(transcripts.clone().all(Option::is_some));
        assert!(transcripts.clone().eq(transcripts.rev()));
        assert!(run.at_rest_kib.is_some());
    }

    #[test]
    fn a_panic_is_an_error() {
        let panicked: Result<(), _> = caught(|| panic!("spoiled"));
        assert_eq!(panicked, Err("panicked: spoiled".to_owned()));
    }
}
