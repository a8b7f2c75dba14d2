//! `#[repr(..)]`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Attribute;

/// The word `packed`, wherever it stands.
pub(crate) fn packed(attrs: &[Attribute]) -> impl Iterator<Item = Ident> {
    let reprs = attrs.iter().filter(|attr| attr.path().is_ident("repr"));
    let lists = reprs.filter_map(|attr| attr.meta.require_list().ok());
    lists.filter_map(|list| packed_in(list.tokens.clone()))
}

fn packed_in(options: TokenStream) -> Option<Ident> {
    options.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "packed" => Some(ident),
        _ => None,
    })
}
