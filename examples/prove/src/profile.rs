//! `--profile`: what the proofs took, for a plan.

use std::io::ErrorKind;
use std::path::Path;

use zkarena::ops::{Peaks, Profile, ProfileError};
use zkarena_pcs::StreamProver;

use crate::failure::Failure;
use crate::process;
use crate::session::Session;

/// See that there is a profile at `file`, or none yet.
///
/// # Errors
/// [`Failure::Profile`], [`Failure::NoPeaks`].
pub(crate) fn check(file: &Path) -> Result<(), Failure> {
    process::rss().ok_or(Failure::NoPeaks)?;
    match Profile::load(file) {
        Err(ProfileError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            // The folder has to take it later.
            Ok(Profile::new().merge_into(file)?)
        }
        profile => Ok(profile.map(drop)?),
    }
}

/// Add what the proofs of a session took.
///
/// # Errors
/// [`Failure::Profile`], [`Failure::NoPeaks`].
pub(crate) fn write(session: &Session, file: &Path) -> Result<(), Failure> {
    let statement = session.statement;
    let peaks = peaks(session).ok_or(Failure::NoPeaks)?;
    let log_rows = u32::try_from(statement.log_rows()).unwrap_or(u32::MAX);
    let mut profile = Profile::new();
    profile.record(statement.kind().name(), log_rows, &peaks);
    Ok(profile.merge_into(file)?)
}

/// What the system told of the proofs.
fn peaks(session: &Session) -> Option<Peaks> {
    let around = session.around;
    let (before, peak, after) = (around.before?.0, around.peak?.0, around.after?.0);
    let known = Peaks {
        runs: session.proofs.len() as u64,
        threads: session.threads as u64,
        base_bytes: before,
        kept_bytes: after.saturating_sub(before),
        high_water_bytes: high_water(),
        seconds: session
            .proofs
            .iter()
            .map(|proof| proof.seconds)
            .fold(0.0, f64::max),
        floor_bytes: floor(session),
        ..Peaks::default()
    };
    Some(match &session.stream {
        // What is in memory is what was given.
        Some(stream) => Peaks {
            kept_bytes: 0,
            high_water_bytes: 0,
            seconds: 0.0,
            low_memory_seconds: known.seconds,
            disk_bytes: Some(stream.disk_peak.0),
            ..known
        },
        None => Peaks {
            proof_bytes: peak.saturating_sub(before.max(after)),
            ..known
        },
    })
}

/// The greatest high-water mark of a proof.
fn high_water() -> u64 {
    let report = zkarena::report();
    let roots = report.sites().iter().filter(|site| site.depth == 0);
    roots
        .map(|site| site.high_water_bytes)
        .max()
        .unwrap_or_default()
}

/// What a proof in low-memory mode takes at least, beyond what is resident.
fn floor(session: &Session) -> Option<u64> {
    let prover = StreamProver::new(session.statement);
    let resident = process::rss()?.0;
    Some(prover.floor().0.saturating_sub(resident))
}
