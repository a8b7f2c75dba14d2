//! Proving: one session, some proofs, what each took.

use std::hint::black_box;
use std::panic::resume_unwind;
use std::thread;
use std::time::Instant;

use zkarena::{Bytes, Phase, witness, zk_phase};
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
    pub(crate) around: Around,
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

/// What is to be proved, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) statement: Statement,
    pub(crate) scheme: Scheme,
    pub(crate) phases: Phases,
    /// Proofs one after the other.
    pub(crate) proofs: u32,
    /// So many of such rows at the same time.
    pub(crate) workers: u16,
}

impl Work {
    /// One row of proofs.
    pub(crate) const fn new(statement: Statement, scheme: Scheme, proofs: u32) -> Self {
        Self {
            statement,
            scheme,
            phases: Phases::Ordinary,
            proofs,
            workers: 1,
        }
    }
}

/// The resident memory of the process around proofs; `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    /// Ahead of the first.
    pub(crate) before: Option<Bytes>,
    /// The greatest.
    pub(crate) peak: Option<Bytes>,
    /// Behind the last, with the prover in place and free pages given back.
    pub(crate) after: Option<Bytes>,
}

impl Session {
    /// Prove and verify with one prover; `done` is called after each proof. The prover and its proofs are gone when
    /// this returns.
    ///
    /// # Errors
    /// [`Failure::Prove`] if the prover gives up, and those of [`AnyProver::new`]. A proof that does not hold is no error here.
    pub(crate) fn run(work: Work, done: impl Fn() + Sync) -> Result<Self, Failure> {
        Self::observed(work, done, || None)
    }

    /// As [`run`](Self::run); free pages go back at the end, so that `around` is whole.
    ///
    /// # Errors
    /// Those of `run`.
    pub(crate) fn profiled(work: Work, done: impl Fn() + Sync) -> Result<Self, Failure> {
        Self::observed(work, done, || {
            zkarena::trim();
            process::rss()
        })
    }

    fn observed(
        work: Work,
        done: impl Fn() + Sync,
        after: impl FnOnce() -> Option<Bytes>,
    ) -> Result<Self, Failure> {
        let prover = AnyProver::new(work.scheme, work.statement)?;
        let before = process::rss();
        let proofs = work.all(&prover, &done)?;
        Ok(Self {
            statement: work.statement,
            scheme: work.scheme,
            threads: rayon::current_num_threads(),
            proofs,
            peak_rss_mib: process::peak_rss_mib(),
            stream: prover.record(),
            around: Around {
                before,
                peak: process::peak_rss(),
                after: after(),
            },
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

impl Work {
    /// All proofs of all workers.
    fn all(
        self,
        prover: &AnyProver,
        done: &(impl Fn() + Sync),
    ) -> Result<Vec<ProofRecord>, Failure> {
        if self.workers == 1 {
            return self.row(prover, done);
        }
        thread::scope(|scope| {
            let workers = 0..self.workers;
            let rows: Vec<_> = workers
                .map(|_| scope.spawn(|| self.row(prover, done)))
                .collect();
            let rows: Result<Vec<_>, _> = rows
                .into_iter()
                .map(|row| row.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect();
            Ok(rows?.into_iter().flatten().collect())
        })
    }

    /// Those of one worker.
    fn row(self, prover: &AnyProver, done: &impl Fn()) -> Result<Vec<ProofRecord>, Failure> {
        let prove = match self.phases {
            Phases::Ordinary => prove_one,
            Phases::Witness => prove_secretly,
            Phases::Unwiped => prove_openly,
        };
        let proofs = (0..self.proofs).map(|_| prove(prover).inspect(|_| done()));
        proofs.collect()
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
        let work = Work::new(statement, Scheme::Published, 2);
        let mut session = Session::run(work, || ()).expect("two proofs");
        assert!(session.proofs.iter().all(|proof| proof.verdict.is_ok()));

        session.proofs[1].verdict = Err(VerifyError::OtherStatement);
        let failure = session
            .verdict()
            .expect_err("the second proof to be reported");
        assert!(matches!(failure, Failure::Unverified { number: 2, .. }));
        assert_eq!(failure.exit_code(), 1);
    }
}
