//! `#[zk_phase]`, `#[witness]` and `#[lowmem]` on one function act as one: the first to expand takes the
//! others off.

use super::args::Args;
use crate::apart::Witness;
use crate::context;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::ItemFn;
use crate::lowmem;
use crate::names::is_called;
use crate::options;
use crate::secrets;
use crate::witness;
use syn::{Attribute, Path};

/// The options of an attribute that expands.
pub(super) enum First {
    ZkPhase(Box<Args>),
    Witness(witness::Args),
    Lowmem(Box<lowmem::Args>),
}

/// All options of a function, whose other attributes are taken off.
pub(super) fn take_others(
    first: First,
    function: &mut ItemFn,
    diagnostics: &mut Diagnostics,
) -> Args {
    let (phase, witness, lowmem) = match first {
        First::ZkPhase(args) => (Some(*args), None, None),
        First::Witness(args) => (None, Some(args), None),
        First::Lowmem(args) => (None, None, Some(*args)),
    };
    let mut absorbed = Vec::new();
    let mut take = |name| take(function, name, &mut absorbed);
    let phase = phase.or_else(|| {
        let attr = take("zk_phase")?;
        Some(Args::parse(options::of(&attr), diagnostics))
    });
    let witness = witness.or_else(|| {
        let attr = take("witness")?;
        Some(witness::Args::parse(options::of(&attr), diagnostics))
    });
    let lowmem = lowmem.or_else(|| {
        let attr = take("lowmem")?;
        let place = attr.path().clone();
        Some(lowmem::Args::of(place, options::of(&attr), diagnostics))
    });
    let alone = if witness.is_some() {
        "witness"
    } else {
        "lowmem"
    };
    let known_by = phase.is_none().then_some(alone);
    let mut args = phase.unwrap_or_default();
    args.known_by = known_by;
    args.absorbed = absorbed;
    together(&mut args, witness, lowmem, diagnostics);
    only_one(function, &args, diagnostics);
    args
}

/// The first attribute of that name; what there are more of is reported later.
fn take(function: &mut ItemFn, name: &str, absorbed: &mut Vec<Path>) -> Option<Attribute> {
    let mut found = function.attrs.extract_if(.., |attr| is_called(attr, name));
    found
        .next()
        .inspect(|attr| absorbed.push(attr.path().clone()))
}

fn together(
    args: &mut Args,
    witness: Option<witness::Args>,
    lowmem: Option<lowmem::Args>,
    diagnostics: &mut Diagnostics,
) {
    if let (Some(_), Some(lowmem)) = (&witness, &lowmem) {
        lowmem::beside_a_witness(lowmem, diagnostics);
    }
    if let Some(options) = witness {
        args.facade = args.facade.take().or(options.facade);
        args.witness = Some(Witness::default());
    }
    if let Some(options) = lowmem {
        args.facade = args.facade.take().or(options.facade.clone());
        args.lowmem = Some(options);
    }
}

fn only_one(function: &mut ItemFn, args: &Args, diagnostics: &mut Diagnostics) {
    if args.witness.is_some() {
        witness::only_one(&mut function.attrs, diagnostics);
    }
    let is_lowmem = |attr: &mut Attribute| is_called(attr, "lowmem");
    for second in function.attrs.extract_if(.., is_lowmem) {
        diagnostics.push(error_at(second.path(), Message::DuplicateLowmem));
    }
}

/// Takes the marks off the function's parameters and variables.
///
/// Where they should not be, the function goes on as a witness function, or each use of a secret would
/// be an error of its own.
pub(super) fn take_marks(args: &mut Args, function: &mut ItemFn, diagnostics: &mut Diagnostics) {
    let private = context::private_path(args.facade.as_ref());
    let mut marks = secrets::Marks::new(&private);
    let secrets = marks.take_off(function);
    if let (None, Some(first)) = (&args.witness, &marks.first) {
        diagnostics.push(error_at(first, Message::SecretOutside));
    }
    diagnostics.append(marks.diagnostics);
    if !secrets.is_empty() || args.witness.is_some() {
        args.witness.get_or_insert_default().secrets = secrets;
    }
}
