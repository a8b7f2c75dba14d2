//! `#[repr(..)]`.

use crate::names;
use proc_macro2::{Ident, Span};
use syn::Attribute;

/// The word `packed` of each attribute that has it.
///
/// An attribute macro sees `#[cfg_attr(.., repr(packed))]` as it is: whether it applies or not, it counts.
pub(crate) fn packed(attrs: &[Attribute]) -> impl Iterator<Item = Ident> {
    let word = Ident::new("packed", Span::call_site());
    let of_repr =
        |attr: &&Attribute| attr.path().is_ident("repr") || attr.path().is_ident("cfg_attr");
    let lists = attrs
        .iter()
        .filter(of_repr)
        .filter_map(|attr| attr.meta.require_list().ok());
    lists.filter_map(move |list| names::find(&[&word], list.tokens.clone()))
}
