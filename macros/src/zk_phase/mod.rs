//! `#[zk_phase]`: parse, check, expand.

mod args;
mod check;
mod expand;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use crate::item_fn::Annotated;
use args::Args;
use proc_macro2::TokenStream;

/// The function inside a phase; or else every error, and the item without the phase.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(args, &mut diagnostics);
    let mut item = Annotated::parse(item, &mut diagnostics);
    check::item(&args, &mut item, &mut diagnostics);
    match item.as_fn_with_body() {
        Some((function, body)) if diagnostics.is_empty() => expand::function(&args, function, body),
        Some((function, body)) => diagnostics.with_item(&expand::rejected(&args, function, body)),
        None => diagnostics.with_item(&item),
    }
}
