//! `#[witness]`: parse, check, expand.

mod args;
mod check;
mod expand;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use crate::item_fn::Annotated;
use args::Args;
use proc_macro2::TokenStream;

/// The type with its checks; or else every error, and the item without them.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(args, &mut diagnostics);
    let item = Annotated::parse(item, &mut diagnostics);
    let Some(mut ty) = check::place(&item, &mut diagnostics) else {
        return diagnostics.with_item(&item);
    };
    let secret = check::ty(&mut ty, &mut diagnostics);
    let secret: &[_] = if diagnostics.is_empty() { &secret } else { &[] };
    diagnostics.with_item(&expand::ty(&args, &ty, secret))
}
