//! Lifetimes in unread tokens: which ones occur, and another in their place.
//!
//! By tokens and not by syntax: a lifetime inside a macro's arguments counts, too.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lifetime;

/// Every occurrence, `'static` and `'_` included.
pub(crate) fn all(tokens: &impl ToTokens) -> Vec<Lifetime> {
    let mut found = Vec::new();
    collect(tokens.to_token_stream(), &mut found);
    found
}

/// The first occurrence of `lifetime`.
pub(crate) fn find(lifetime: &Lifetime, tokens: &impl ToTokens) -> Option<Lifetime> {
    all(tokens).into_iter().find(|found| found == lifetime)
}

fn collect(tokens: TokenStream, found: &mut Vec<Lifetime>) {
    let mut apostrophe = None;
    for token in tokens {
        match (&token, apostrophe.take()) {
            (TokenTree::Ident(ident), Some(apostrophe)) => found.push(Lifetime {
                apostrophe,
                ident: ident.clone(),
            }),
            (TokenTree::Group(group), _) => collect(group.stream(), found),
            (TokenTree::Punct(punct), _) if punct.as_char() == '\'' => {
                apostrophe = Some(punct.span());
            }
            _ => {}
        }
    }
}
