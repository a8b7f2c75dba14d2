//! `#[zk_phase]` and `#[witness]` on one function act as one: the first to expand takes the other off.

use super::args::Args;
use crate::apart::Witness;
use crate::context;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::ItemFn;
use crate::names::is_called;
use crate::options;
use crate::secrets;
use crate::witness;
use syn::Attribute;

/// Takes `#[witness]` off a function with `#[zk_phase]`.
pub(super) fn take_witness(args: &mut Args, function: &mut ItemFn, diagnostics: &mut Diagnostics) {
    if let Some(attr) = take(function, "witness") {
        let options = witness::Args::parse(options::of(&attr), diagnostics);
        of_one_function(args, options, Some(attr), function, diagnostics);
    }
}

/// Takes `#[zk_phase]`, if it is there, off a function with `#[witness]`.
pub(super) fn take_zk_phase(
    options: witness::Args,
    function: &mut ItemFn,
    diagnostics: &mut Diagnostics,
) -> Args {
    let attr = take(function, "zk_phase");
    let tokens = attr.as_ref().map(options::of).unwrap_or_default();
    let mut args = Args::parse(tokens, diagnostics);
    of_one_function(&mut args, options, attr, function, diagnostics);
    args
}

/// The first attribute of that name; what there are more of is reported later.
fn take(function: &mut ItemFn, name: &str) -> Option<Attribute> {
    let mut found = function.attrs.extract_if(.., |attr| is_called(attr, name));
    found.next()
}

fn of_one_function(
    args: &mut Args,
    options: witness::Args,
    absorbed: Option<Attribute>,
    function: &mut ItemFn,
    diagnostics: &mut Diagnostics,
) {
    args.facade = args.facade.take().or(options.facade);
    args.witness = Some(Witness {
        absorbed: absorbed.map(|attr| attr.path().clone()),
        secrets: Vec::new(),
    });
    witness::only_one(&mut function.attrs, diagnostics);
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
