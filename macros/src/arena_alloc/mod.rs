//! `#[derive(ArenaAlloc)]` and `#[derive(Detach)]`: parse, check, expand.

mod args;
mod check;
mod construct;
mod detach;
mod expand;
mod generics;
mod model;
#[cfg(test)]
mod tests;

use crate::diagnostics::Diagnostics;
use model::Model;
use proc_macro2::TokenStream;
use quote::quote;

/// The impls of `ArenaAlloc`, with `new_in` and `plan` if asked for.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    derive(
        input,
        |model| {
            let (impls, functions) = (expand::impls(model), construct::functions(model));
            quote!(#impls #functions)
        },
        expand::stand_in,
    )
}

/// The impl of `Detach`. Both derives report the same mistakes, which rustc shows once.
pub(crate) fn expand_detach(input: TokenStream) -> TokenStream {
    derive(input, detach::impls, detach::stand_in)
}

fn derive(
    input: TokenStream,
    impls: impl FnOnce(&Model) -> TokenStream,
    stand_in: impl FnOnce(&Model) -> TokenStream,
) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let input = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let model = Model::read(input, &mut diagnostics);
    let Some(model) = model else {
        return diagnostics.with_item(&TokenStream::new());
    };
    check::model(&model, &mut diagnostics);
    if diagnostics.is_empty() {
        return impls(&model);
    }
    diagnostics.with_item(&stand_in(&model))
}
