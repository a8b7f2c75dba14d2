//! What the program prints: text for people, one JSON object for programs.

use crate::session::Session;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use zkarena::ProtectionReport;
use zkarena_forensics::{Class, ClassFindings};

/// Prints text.
///
/// # Errors
/// Those of `to`.
pub(crate) fn text(to: &mut impl Write, session: &Session) -> io::Result<()> {
    let Session {
        constraints,
        seconds,
        protection,
        residue,
        control,
        ..
    } = session;
    let verified = if session.verified { "yes" } else { "no" };
    writeln!(
        to,
        "Groth16 over BN254, {constraints} constraints: {seconds:.3} s, verified: {verified}\n"
    )?;
    writeln!(to, "{protection}\n")?;
    writeln!(to, "residue:          {residue}")?;
    writeln!(to, "with wiping off:  {control}")
}

/// Prints everything as one JSON object on one line.
///
/// # Errors
/// Those of `to`.
pub(crate) fn json(to: &mut impl Write, session: &Session) -> io::Result<()> {
    let object = Object {
        verified: session.verified,
        seconds: session.seconds,
        protection: &session.protection,
        residue: Residue {
            hits: session.residue.hits,
            classes: &session.residue.classes,
            positive_control: session.control.hits,
        },
    };
    serde_json::to_writer(&mut *to, &object)?;
    writeln!(to)
}

/// The keys of `--json`, in their order.
#[derive(Serialize)]
struct Object<'a> {
    verified: bool,
    seconds: f64,
    protection: &'a ProtectionReport,
    residue: Residue<'a>,
}

#[derive(Serialize)]
struct Residue<'a> {
    hits: u64,
    classes: &'a BTreeMap<Class, ClassFindings>,
    positive_control: u64,
}
