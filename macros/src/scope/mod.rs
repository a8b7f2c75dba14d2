//! `scope!`: parse, expand. What it takes is so little that parsing it checks it.

mod args;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use args::Args;
use proc_macro2::TokenStream;

/// The block inside a phase; or else what is wrong with it.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    match syn::parse2::<Args>(tokens) {
        Ok(args) => args.opening().expression(&args.body),
        Err(error) => {
            let mut diagnostics = Diagnostics::default();
            diagnostics.push(error);
            diagnostics.with_item(&TokenStream::new())
        }
    }
}
