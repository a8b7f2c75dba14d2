//! `--witness`: what is left of the trace when it was a witness, and when it was not.

use std::collections::BTreeMap;
use std::env;
use std::process::Command;

use serde::Serialize;
use zkarena::{ProtectionReport, Retention};
use zkarena_forensics::{
    Class, ClassFindings, Findings, KeySet, Patterns, answer, scan_own_memory, without_constants,
};
use zkarena_statements::{Prover, Statement};

use crate::failure::Failure;
use crate::scheme::Scheme;
use crate::session::{Phases, Session, Work};

/// Cells of the trace that are looked for: those of its first rows.
const CELLS: usize = 1 << 18;

/// What was found.
#[derive(Debug)]
pub(crate) struct Residue {
    pub(crate) protection: ProtectionReport,
    /// After proofs in witness phases, verified and dropped.
    pub(crate) left: Findings,
    /// After one without wiping: the search finds what is there.
    pub(crate) control: Findings,
}

/// Has a process of this program derive what to look for.
///
/// # Errors
/// [`Failure::Keys`].
pub(crate) fn keys(statement: Statement) -> Result<KeySet, Failure> {
    let arguments = [
        format!("--statement={}", statement.kind().name()),
        format!("--log-rows={}", statement.log_rows()),
        "--write-keys".to_owned(),
    ];
    let keys = env::current_exe()
        .and_then(|program| KeySet::derived_by(Command::new(program).args(arguments)))
        .and_then(without_constants);
    keys.map_err(Failure::Keys)
}

/// What that process does.
///
/// # Errors
/// [`Failure::Keys`].
pub(crate) fn write_keys(statement: Statement) -> Result<(), Failure> {
    answer(|| patterns(statement)).map_err(Failure::Keys)
}

/// The windows of the trace's first rows.
fn patterns(statement: Statement) -> Patterns {
    let trace = Prover::new(statement).generate_trace();
    let mut patterns = Patterns::new();
    for form in trace.forms(CELLS) {
        patterns.cells(&form, trace.rows().width);
    }
    patterns
}

/// Looks for what proofs left that were made as witnesses, then makes one that was not, and looks again.
///
/// # Errors
/// If there is no scan, or no proof.
pub(crate) fn look(
    statement: Statement,
    scheme: Scheme,
    keys: &KeySet,
) -> Result<Residue, Failure> {
    let protection = zkarena::protection();
    let left = scan_own_memory(keys).map_err(Failure::Scan)?;
    // What the ordinary proof gives back to the kernel would not be found, and pauses are for giving back.
    let retention = zkarena::retention();
    zkarena::set_retention(Retention::Retain);
    let unwiped = Work {
        phases: Phases::Unwiped,
        ..Work::new(statement, scheme, 1)
    };
    Session::run(unwiped, || ())?.verdict()?;
    let control = scan_own_memory(keys).map_err(Failure::Scan)?;
    zkarena::set_retention(retention);
    Ok(Residue {
        protection,
        left,
        control,
    })
}

impl Residue {
    /// Whether nothing was left, and the search would have found it.
    ///
    /// # Errors
    /// [`Failure::Blind`], [`Failure::Residue`].
    pub(crate) const fn verdict(&self) -> Result<(), Failure> {
        match (self.control.hits, self.left.hits) {
            (0, _) => Err(Failure::Blind),
            (_, 0) => Ok(()),
            (_, hits) => Err(Failure::Residue(hits)),
        }
    }

    /// For `--json`.
    pub(crate) const fn object(&self) -> ResidueObject<'_> {
        ResidueObject {
            hits: self.left.hits,
            classes: &self.left.classes,
            positive_control: self.control.hits,
        }
    }
}

/// The keys of `residue`, in their order.
#[derive(Serialize)]
pub(crate) struct ResidueObject<'a> {
    hits: u64,
    classes: &'a BTreeMap<Class, ClassFindings>,
    positive_control: u64,
}
