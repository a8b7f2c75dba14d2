//! What the program prints: a table for people, one JSON object for programs.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use zkarena::{PhaseReport, ProtectionReport, Report};

use crate::session::{ProofRecord, Session};
use crate::stream::{StreamObject, StreamRecord};
use crate::witness::{Residue, ResidueObject};

/// Print the settings and a line for each proof.
///
/// # Errors
/// Those of `to`.
pub(crate) fn table(to: &mut impl Write, session: &Session) -> io::Result<()> {
    let Session {
        statement,
        scheme,
        threads,
        proofs,
        ..
    } = session;
    writeln!(to, "{statement}, {scheme} scheme, threads: {threads}\n")?;
    writeln!(
        to,
        "proof   seconds   minor faults      peak RSS   verified"
    )?;
    for (number, proof) in (1..).zip(proofs) {
        let seconds = proof.seconds;
        let faults = known(proof.minor_faults);
        let peak = known_mib(proof.peak_rss_mib);
        let verified = if proof.verdict.is_ok() { "yes" } else { "no" };
        writeln!(
            to,
            "{number:>5} {seconds:>9.3} {faults:>14} {peak:>13}   {verified}"
        )?;
    }
    Ok(())
}

/// Print the budget, and what went to the file and back.
///
/// # Errors
/// Those of `to`.
pub(crate) fn stream(to: &mut impl Write, record: Option<&StreamRecord>) -> io::Result<()> {
    let Some(record) = record else {
        return Ok(());
    };
    let form = if record.budget.plain {
        "plain"
    } else {
        "encrypted"
    };
    writeln!(
        to,
        "\nwithin {}: {} written {form}, {} read, stalled {:.2} s",
        record.budget.memory,
        record.written,
        record.read,
        record.stall.as_secs_f64(),
    )
}

/// Print what protects the trace, and what was left of it.
///
/// # Errors
/// Those of `to`.
pub(crate) fn residue(to: &mut impl Write, residue: Option<&Residue>) -> io::Result<()> {
    let Some(residue) = residue else {
        return Ok(());
    };
    let Residue {
        protection,
        left,
        control,
    } = residue;
    writeln!(to, "\n{protection}\n")?;
    writeln!(to, "residue:          {left}")?;
    writeln!(to, "with wiping off:  {control}")
}

/// Print the memory at rest and the phases.
///
/// # Errors
/// Those of `to`.
pub(crate) fn rest(
    to: &mut impl Write,
    rest: Duration,
    at_rest_rss_mib: Option<f64>,
    report: &Report,
) -> io::Result<()> {
    let at_rest = known_mib(at_rest_rss_mib);
    writeln!(
        to,
        "\nat rest: {at_rest} RSS, {} s after the last proof\n",
        rest.as_secs()
    )?;
    writeln!(to, "{report}")
}

/// Print everything as one JSON object on one line.
///
/// # Errors
/// Those of `to`.
pub(crate) fn json(
    to: &mut impl Write,
    session: &Session,
    residue: Option<&Residue>,
    at_rest_rss_mib: Option<f64>,
    report: &Report,
) -> io::Result<()> {
    let object = Object {
        statement: session.statement.kind().name(),
        pcs: session.scheme.name(),
        log_rows: session.statement.log_rows(),
        threads: session.threads,
        allocator: report.allocator().to_string(),
        proofs: session.proofs.iter().map(ProofObject::from).collect(),
        peak_rss_mib: session.peak_rss_mib,
        at_rest_rss_mib,
        witness: residue.map(|residue| WitnessObject {
            verified: session.proofs.iter().all(|proof| proof.verdict.is_ok()),
            seconds: session.proofs.iter().map(|proof| proof.seconds).sum(),
            protection: &residue.protection,
            residue: residue.object(),
        }),
        streamed: session.stream.as_ref().map(StreamRecord::object),
        phases: report.phases(),
    };
    serde_json::to_writer(&mut *to, &object)?;
    writeln!(to)
}

/// The keys of `--json`, in their order.
#[derive(Serialize)]
struct Object<'a> {
    statement: &'a str,
    pcs: &'a str,
    log_rows: usize,
    threads: usize,
    allocator: String,
    proofs: Vec<ProofObject>,
    peak_rss_mib: Option<f64>,
    at_rest_rss_mib: Option<f64>,
    #[serde(flatten)]
    witness: Option<WitnessObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    streamed: Option<StreamObject>,
    phases: &'a [PhaseReport],
}

/// What `--witness` adds.
#[derive(Serialize)]
struct WitnessObject<'a> {
    verified: bool,
    /// For all proofs.
    seconds: f64,
    protection: &'a ProtectionReport,
    residue: ResidueObject<'a>,
}

#[derive(Serialize)]
struct ProofObject {
    seconds: f64,
    minor_faults: Option<u64>,
    verified: bool,
    proof_bytes: usize,
    transcript_sha256: String,
}

impl From<&ProofRecord> for ProofObject {
    fn from(proof: &ProofRecord) -> Self {
        Self {
            seconds: proof.seconds,
            minor_faults: proof.minor_faults,
            verified: proof.verdict.is_ok(),
            proof_bytes: proof.proof_bytes,
            transcript_sha256: proof.transcript.to_string(),
        }
    }
}

/// A figure, or that the system does not tell.
fn known(figure: Option<impl Display>) -> String {
    figure.map_or_else(|| "n/a".to_owned(), |figure| figure.to_string())
}

/// As [`known`], in MiB.
fn known_mib(figure: Option<f64>) -> String {
    known(figure.map(|mib| format!("{mib:.1} MiB")))
}
