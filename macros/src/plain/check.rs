//! The rules of `#[derive(Plain)]`, one function each.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::names;
use proc_macro2::{Ident, Span};
use syn::{Attribute, Data, DeriveInput, Fields, Generics};

/// The fields of a struct that can be plain.
pub(super) fn fields<'a>(
    input: &'a DeriveInput,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Fields> {
    let fields = of_a_struct(&input.data).map_err(|error| diagnostics.push(error));
    let fields = fields.ok()?;
    let rules = [no_parameters(&input.generics), a_layout(input)];
    for error in rules.into_iter().filter_map(Result::err) {
        diagnostics.push(error);
    }
    Some(fields)
}

fn of_a_struct(data: &Data) -> syn::Result<&Fields> {
    match data {
        Data::Struct(data) => Ok(&data.fields),
        Data::Enum(data) => Err(error_at(data.enum_token, Message::PlainEnum)),
        Data::Union(data) => Err(error_at(data.union_token, Message::PlainUnion)),
    }
}

fn no_parameters(generics: &Generics) -> syn::Result<()> {
    if generics.params.is_empty() {
        Ok(())
    } else {
        Err(error_at(&generics.params, Message::PlainWithParameters))
    }
}

fn a_layout(input: &DeriveInput) -> syn::Result<()> {
    if input.attrs.iter().any(says_layout) {
        Ok(())
    } else {
        Err(error_at(&input.ident, Message::PlainWithoutRepr))
    }
}

/// `#[repr(C)]` or `#[repr(transparent)]`.
fn says_layout(attr: &Attribute) -> bool {
    let words = ["C", "transparent"].map(|word| Ident::new(word, Span::call_site()));
    let list = attr.meta.require_list().ok();
    list.filter(|list| list.path.is_ident("repr"))
        .is_some_and(|list| names::find(&words.each_ref(), list.tokens.clone()).is_some())
}
