//! The call that implements the trait, and that does not compile where it must not.

use super::args::Args;
use crate::context;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Fields, Member};

/// Located at the type's name: padding is a property of the whole.
pub(super) fn impls(args: &Args, ident: &Ident, fields: &Fields) -> TokenStream {
    let private = context::private_path(args.facade.as_ref());
    let place = Span::call_site().located_at(ident.span());
    let fields = fields.iter().enumerate().map(|(number, field)| {
        let ty = &field.ty;
        let member = field.ident.clone().map_or(number.into(), Member::Named);
        quote!(#member: #ty)
    });
    quote_spanned!(place=> #private::plain_struct! { #ident { #(#fields),* } })
}
