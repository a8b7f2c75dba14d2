//! `#[derive(KeyedState)]`: parse, check, expand.

mod args;
mod check;
mod entry;
mod expand;
mod model;
mod packed;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use model::Model;
use proc_macro2::TokenStream;

/// The types and impls of a keyed state, or what is wrong with it.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let input = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let model = Model::read(input, &mut diagnostics);
    match model.filter(|_| diagnostics.is_empty()) {
        Some(model) => expand::items(&model),
        None => diagnostics.with_item(&TokenStream::new()),
    }
}
