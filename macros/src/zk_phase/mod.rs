//! `#[zk_phase]`: parse, check, expand.

mod absorb;
mod args;
mod check;
mod expand;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use crate::item_fn::{Annotated, ItemFn};
use crate::witness;
use args::Args;
use proc_macro2::TokenStream;

/// The function inside a phase; or else every error, and the item without the phase.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let mut args = Args::parse(args, &mut diagnostics);
    let mut item = Annotated::parse(item, &mut diagnostics);
    if let Annotated::Fn(function) = &mut item {
        absorb::take_witness(&mut args, function, &mut diagnostics);
    }
    checked(args, item, diagnostics)
}

/// The same for a function whose `#[witness]` stands first, or alone.
pub(crate) fn of_witness(
    witness: witness::Args,
    mut function: Box<ItemFn>,
    mut diagnostics: Diagnostics,
) -> TokenStream {
    let args = absorb::take_zk_phase(witness, &mut function, &mut diagnostics);
    checked(args, Annotated::Fn(function), diagnostics)
}

fn checked(mut args: Args, mut item: Annotated, mut diagnostics: Diagnostics) -> TokenStream {
    check::item(&args, &mut item, &mut diagnostics);
    if let Annotated::Fn(function) = &mut item {
        absorb::take_marks(&mut args, function, &mut diagnostics);
    }
    match item.as_fn_with_body() {
        Some((function, body)) if diagnostics.is_empty() => expand::function(&args, function, body),
        Some((function, body)) => diagnostics.with_item(&expand::rejected(&args, function, body)),
        None => diagnostics.with_item(&item),
    }
}
