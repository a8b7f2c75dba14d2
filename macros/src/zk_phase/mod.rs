//! `#[zk_phase]`: parse, check, expand.

mod absorb;
mod args;
mod check;
mod expand;
mod reserve;
#[cfg(test)]
mod tests;
mod trace;

use crate::diagnostics::Diagnostics;
use crate::item_fn::{Annotated, ItemFn};
use crate::{lowmem, witness};
use absorb::First;
use args::Args;
use proc_macro2::TokenStream;
pub(crate) use reserve::{Reservation, counts, opened, planned, stand_ins};

/// The function inside a phase; or else every error, and the item without the phase.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(args, &mut diagnostics);
    match Annotated::parse(item, &mut diagnostics) {
        Annotated::Fn(function) => of_fn(First::ZkPhase(Box::new(args)), function, diagnostics),
        other => checked(args, other, diagnostics),
    }
}

/// The same for a function whose `#[witness]` stands first, or alone.
pub(crate) fn of_witness(
    witness: witness::Args,
    function: Box<ItemFn>,
    diagnostics: Diagnostics,
) -> TokenStream {
    of_fn(First::Witness(witness), function, diagnostics)
}

/// The same for a function whose `#[lowmem]` stands first, or alone.
pub(crate) fn of_lowmem(
    lowmem: lowmem::Args,
    function: Box<ItemFn>,
    diagnostics: Diagnostics,
) -> TokenStream {
    of_fn(First::Lowmem(Box::new(lowmem)), function, diagnostics)
}

fn of_fn(first: First, mut function: Box<ItemFn>, mut diagnostics: Diagnostics) -> TokenStream {
    let args = absorb::take_others(first, &mut function, &mut diagnostics);
    checked(args, Annotated::Fn(function), diagnostics)
}

fn checked(mut args: Args, mut item: Annotated, mut diagnostics: Diagnostics) -> TokenStream {
    check::item(&args, &mut item, &mut diagnostics);
    if let Annotated::Fn(function) = &mut item {
        check::names_of_traces(&mut args, function, &mut diagnostics);
        absorb::take_marks(&mut args, function, &mut diagnostics);
    }
    match item.as_fn_with_body() {
        Some((function, body)) if diagnostics.is_empty() => expand::function(&args, function, body),
        Some((function, body)) => diagnostics.with_item(&expand::rejected(&args, function, body)),
        None => diagnostics.with_item(&item),
    }
}
