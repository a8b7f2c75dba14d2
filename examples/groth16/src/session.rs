//! Two proofs of the same thing, one as a witness and one not, and what each leaves.

use crate::failure::Failure;
use std::time::Instant;
use zkarena::{ProtectionReport, witness, zk_phase};
use zkarena_forensics::{Findings, KeySet, scan_own_memory};
use zkarena_groth16::{Job, Proven, Setup};

/// How it went.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) constraints: usize,
    /// For drawing the witness and proving, as a witness.
    pub(crate) seconds: f64,
    pub(crate) verified: bool,
    pub(crate) protection: ProtectionReport,
    /// What is left of the witness after the proof was made as one, verified and dropped.
    pub(crate) residue: Findings,
    /// What is left after the same proof without wiping.
    pub(crate) control: Findings,
}

impl Session {
    /// Proves and scans.
    ///
    /// # Errors
    /// If there is no proof, or no scan.
    pub(crate) fn run(job: Job, keys: &KeySet) -> Result<Self, Failure> {
        let setup = Setup::new(job.hashes)?;
        let (witness, seconds) = verified(&setup, || prove(&setup, job))?;
        let protection = zkarena::protection();
        let residue = scan_own_memory(keys).map_err(Failure::Scan)?;
        let (ordinary, _) = verified(&setup, || prove_unwiped(&setup, job))?;
        let control = scan_own_memory(keys).map_err(Failure::Scan)?;
        Ok(Self {
            constraints: setup.constraints(),
            seconds,
            verified: witness && ordinary,
            protection,
            residue,
            control,
        })
    }

    /// Whether everything is as it should be.
    ///
    /// # Errors
    /// What is not.
    pub(crate) const fn verdict(&self) -> Result<(), Failure> {
        match self {
            Self {
                verified: false, ..
            } => Err(Failure::Unverified),
            Self { control, .. } if control.hits == 0 => Err(Failure::Blind),
            Self { residue, .. } if residue.hits > 0 => Err(Failure::Residue(residue.hits)),
            _ => Ok(()),
        }
    }
}

/// A proof's verdict, and how long it took to make; the proof is gone when this returns.
fn verified(
    setup: &Setup,
    prove: impl FnOnce() -> Result<Proven, Failure>,
) -> Result<(bool, f64), Failure> {
    let start = Instant::now();
    let proven = prove()?;
    let seconds = start.elapsed().as_secs_f64();
    Ok((setup.verify(&proven)?, seconds))
}

/// One proof whose witness leaves nothing.
#[zk_phase(try)]
#[witness]
fn prove(setup: &Setup, job: Job) -> Result<Proven, Failure> {
    Ok(setup.prove(job)?)
}

/// The same proof, and nothing is wiped.
#[zk_phase(name = "prove unwiped")]
fn prove_unwiped(setup: &Setup, job: Job) -> Result<Proven, Failure> {
    Ok(setup.prove(job)?)
}
