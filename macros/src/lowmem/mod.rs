//! `#[lowmem]`: parse, check, expand. What becomes of functions is up to `zk_phase`.

mod args;
mod check;
mod expand;

use crate::diagnostics::Diagnostics;
use crate::item_fn::Annotated;
use crate::zk_phase;
pub(crate) use args::Args;
pub(crate) use check::beside_a_witness;
pub(crate) use expand::{checked, policy};
use proc_macro2::TokenStream;

/// The function in a phase with that policy; or else every error, and the item as it is.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(args, &mut diagnostics);
    match Annotated::parse(item, &mut diagnostics) {
        Annotated::Fn(function) => zk_phase::of_lowmem(args, function, diagnostics),
        mut other => {
            check::place(&mut other, &mut diagnostics);
            diagnostics.with_item(&other)
        }
    }
}
