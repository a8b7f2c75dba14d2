//! `#[repr(..)]`.

use crate::names;
use proc_macro2::{Ident, Span};
use syn::Attribute;

/// The word `packed` of an attribute that has it.
///
/// An attribute macro sees `#[cfg_attr(.., repr(packed))]` as it is: whether it applies or not, it counts.
pub(crate) fn packed(attr: &Attribute) -> Option<Ident> {
    let of_repr = attr.path().is_ident("repr") || attr.path().is_ident("cfg_attr");
    let list = attr.meta.require_list().ok().filter(|_| of_repr)?;
    let word = Ident::new("packed", Span::call_site());
    names::find(&[&word], list.tokens.clone())
}
