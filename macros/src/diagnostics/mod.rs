//! The errors of one expansion: collected while parsing and checking, reported all at once.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// Makes the table in `catalogue.rs` an enum.
macro_rules! catalogue {
    ($( $(#[$doc:meta])* $name:ident $({ $($value:ident),+ })? => $text:literal, )*) => {
        #[derive(Clone, Copy)]
        /// What is wrong in the user's words, and what to write instead.
        pub(crate) enum Message<'a> {
            $( $(#[$doc])* $name $({ $($value: &'a dyn ::core::fmt::Display),+ })?, )*
        }

        impl ::core::fmt::Display for Message<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    $( Self::$name $({ $($value),+ })? => write!(f, $text), )*
                }
            }
        }
    };
}

mod catalogue;

pub(crate) use catalogue::Message;

/// An error that underlines `tokens`.
pub(crate) fn error_at(tokens: impl ToTokens, message: Message<'_>) -> syn::Error {
    syn::Error::new_spanned(tokens, message)
}

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Diagnostics(Option<syn::Error>);

impl Diagnostics {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn append(&mut self, others: Self) {
        if let Some(error) = others.0 {
            self.push(error);
        }
    }

    /// All of them as one error, which is still reported as many.
    pub(crate) fn into_result(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// A `compile_error!` per error, then the `item`.
    ///
    /// In this order: at the end of a block, a `compile_error!` would become the block's value.
    pub(crate) fn with_item(self, item: &impl ToTokens) -> TokenStream {
        let mut output = self
            .0
            .map(syn::Error::into_compile_error)
            .unwrap_or_default();
        item.to_tokens(&mut output);
        output
    }

    /// The texts, in the order of their discovery.
    #[cfg(test)]
    pub(crate) fn messages(self) -> Vec<String> {
        self.0
            .into_iter()
            .flatten()
            .map(|error| error.to_string())
            .collect()
    }
}
