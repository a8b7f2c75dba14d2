//! Proving: one session, some proofs, what each took.

use std::hint::black_box;
use std::time::Instant;

use zkarena::{Phase, witness, zk_phase};
use zkarena_statements::{Statement, TranscriptDigest, VerifyError};

use crate::failure::Failure;
use crate::process;
use crate::scheme::{AnyProver, Scheme};
use crate::stream::StreamRecord;

/// What was proved, and how it went.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) statement: Statement,
    pub(crate) scheme: Scheme,
    /// Threads that proved.
    pub(crate) threads: usize,
    pub(crate) proofs: Vec<ProofRecord>,
    /// The process's peak when the last proof was done.
    pub(crate) peak_rss_mib: Option<f64>,
    /// What streaming took, if there was a budget.
    pub(crate) stream: Option<StreamRecord>,
}

/// What one proof took, and whether it holds.
#[derive(Debug)]
pub(crate) struct ProofRecord {
    /// For trace and proof, without verification.
    pub(crate) seconds: f64,
    /// Over the same time.
    pub(crate) minor_faults: Option<u64>,
    /// The process's peak when the proof was done.
    pub(crate) peak_rss_mib: Option<f64>,
    /// Bytes of the proof, serialised.
    pub(crate) proof_bytes: usize,
    /// The part of the proof that is the same in every run.
    pub(crate) transcript: TranscriptDigest,
    /// The verifier's word.
    pub(crate) verdict: Result<(), VerifyError>,
}

impl Session {
    /// Prove and verify `proofs` times with one prover; `done` is called after each. The prover and
    /// its proofs are gone when this returns.
    ///
    /// # Errors
    /// [`Failure::Prove`] if the prover gives up, and those of [`AnyProver::new`]. A proof that does not hold is no error here.
    pub(crate) fn run(
        statement: Statement,
        scheme: Scheme,
        proofs: u32,
        phases: Phases,
        done: impl Fn(),
    ) -> Result<Self, Failure> {
        let prover = AnyProver::new(scheme, statement)?;
        let prove = match phases {
            Phases::Ordinary => prove_one,
            Phases::Witness => prove_secretly,
            Phases::Unwiped => prove_openly,
        };
        let proofs = (0..proofs).map(|_| prove(&prover).inspect(|_| done()));
        Ok(Self {
            statement,
            scheme,
            threads: rayon::current_num_threads(),
            proofs: proofs.collect::<Result<_, _>>()?,
            peak_rss_mib: process::peak_rss_mib(),
            stream: prover.record(),
        })
    }

    /// The first proof that does not hold, if any, as an error.
    ///
    /// # Errors
    /// [`Failure::Unverified`].
    pub(crate) fn verdict(self) -> Result<(), Failure> {
        let verdicts = self.proofs.into_iter().map(|proof| proof.verdict);
        (1..).zip(verdicts).try_for_each(|(number, verdict)| {
            verdict.map_err(|source| Failure::Unverified { number, source })
        })
    }
}

/// What the phases of the proofs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phases {
    Ordinary,
    /// Everything that is allocated in them is wiped.
    Witness,
    /// As `Witness`, without wiping.
    Unwiped,
}

/// One proof, from trace to verdict.
#[zk_phase(name = "prove")]
fn prove_one(prover: &AnyProver) -> Result<ProofRecord, Failure> {
    prove(prover, phase)
}

/// The same as a witness.
#[zk_phase(name = "prove")]
#[witness]
fn prove_secretly(prover: &AnyProver) -> Result<ProofRecord, Failure> {
    let record = prove(prover, phase);
    have_trace(prover, phase);
    record
}

/// The same, and nothing is wiped.
#[zk_phase(name = "prove")]
fn prove_openly(prover: &AnyProver) -> Result<ProofRecord, Failure> {
    let record = prove(prover, phase);
    have_trace(prover, phase);
    record
}

/// Has the trace in memory once more: proving overwrites it, with its extension.
fn have_trace(prover: &AnyProver, phase: Phase<'_>) {
    black_box(prover.generate_trace(phase));
}

fn prove(prover: &AnyProver, phase: Phase<'_>) -> Result<ProofRecord, Failure> {
    let faults_before = process::minor_faults();
    let start = Instant::now();
    let trace = zkarena::phase("trace", || prover.generate_trace(phase));
    let proof = zkarena::phase("stark", || trace.prove())?;
    let seconds = start.elapsed().as_secs_f64();
    let faults = process::minor_faults().zip(faults_before);

    Ok(ProofRecord {
        seconds,
        minor_faults: faults.map(|(after, before)| after - before),
        verdict: zkarena::phase("verify", || prover.verify(&proof)),
        peak_rss_mib: process::peak_rss_mib(),
        proof_bytes: proof.encoded_len(),
        transcript: proof.transcript_sha256(),
    })
}

#[cfg(test)]
mod tests {
    use zkarena_statements::Kind;

    use super::*;

    #[test]
    fn one_bad_proof_fails_the_session() {
        let statement = Statement::new(Kind::Keccak, 5).expect("a valid size");
        let mut session = Session::run(statement, Scheme::Published, 2, Phases::Ordinary, || ())
            .expect("two proofs");
        assert!(session.proofs.iter().all(|proof| proof.verdict.is_ok()));

        session.proofs[1].verdict = Err(VerifyError::OtherStatement);
        let failure = session
            .verdict()
            .expect_err("the second proof to be reported");
        assert!(matches!(failure, Failure::Unverified { number: 2, .. }));
        assert_eq!(failure.exit_code(), 1);
    }
}
