//! `#[derive(Plain)]`: parse, check, expand. That it is right is checked where it leads to, by rustc.

mod args;
mod check;
mod expand;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use args::Args;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// The impls of `Plain` and `Zeroable`; or else every error.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(&input.attrs, &mut diagnostics);
    let fields = check::fields(&input, &mut diagnostics);
    match fields.filter(|_| diagnostics.is_empty()) {
        Some(fields) => expand::impls(&args, &input.ident, fields),
        None => diagnostics.with_item(&TokenStream::new()),
    }
}
