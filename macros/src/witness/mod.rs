//! `#[witness]`: parse, check, expand. What becomes of functions is up to `zk_phase`.

mod args;
mod check;
mod expand;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use crate::item_fn::Annotated;
use crate::zk_phase;
pub(crate) use args::Args;
pub(crate) use check::only_one;
use proc_macro2::TokenStream;

/// The type with its checks; or else every error, and the item without them.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(args, &mut diagnostics);
    let item = match Annotated::parse(item, &mut diagnostics) {
        Annotated::Fn(function) => return zk_phase::of_witness(args, function, diagnostics),
        other => other,
    };
    let Some(mut ty) = check::place(&item, &mut diagnostics) else {
        return diagnostics.with_item(&item);
    };
    let secret = check::ty(&mut ty, &mut diagnostics);
    let secret: &[_] = if diagnostics.is_empty() { &secret } else { &[] };
    diagnostics.with_item(&expand::ty(&args, &ty, secret))
}
