//! The rules of `#[zk_phase]`, one function each.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::{Annotated, ItemFn};
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::Attribute;

type Rule = fn(&ItemFn) -> syn::Result<()>;

const RULES: [Rule; 4] = [not_async, not_const, has_a_body, not_variadic];

/// Applies the rules to what the attribute is on.
pub(super) fn item(item: &mut Annotated, diagnostics: &mut Diagnostics) {
    match item {
        Annotated::Fn(function) => {
            absorb_duplicates(function, diagnostics);
            for error in RULES.iter().filter_map(|rule| rule(function).err()) {
                diagnostics.push(error);
            }
        }
        Annotated::Item { keyword, .. } => diagnostics.push(not_a_function(keyword)),
        Annotated::Statement(_) => *diagnostics = Diagnostics::default(), // rustc's error is enough
        Annotated::Unread(_) => {}
    }
}

/// A second attribute is taken away, or it would expand in its turn.
fn absorb_duplicates(function: &mut ItemFn, diagnostics: &mut Diagnostics) {
    for second in function.attrs.extract_if(.., |attr| is_zk_phase(attr)) {
        diagnostics.push(error_at(second.path(), Message::DuplicateAttribute));
    }
}

fn not_a_function(keyword: &TokenTree) -> syn::Error {
    match keyword.to_string().as_str() {
        "impl" | "trait" | "mod" => error_at(keyword, Message::HoldsFunctions { keyword }),
        _ => error_at(keyword, Message::NotAFunction),
    }
}

/// By the last segment: `zkarena::zk_phase` and a re-export of it count, a renaming import does not.
fn is_zk_phase(attr: &Attribute) -> bool {
    attr.path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "zk_phase")
}

fn reject(tokens: Option<impl ToTokens>, message: Message<'_>) -> syn::Result<()> {
    tokens.map_or(Ok(()), |tokens| Err(error_at(tokens, message)))
}

fn not_async(function: &ItemFn) -> syn::Result<()> {
    reject(function.sig.asyncness.as_ref(), Message::AsyncFn)
}

fn not_const(function: &ItemFn) -> syn::Result<()> {
    reject(function.sig.constness.as_ref(), Message::ConstFn)
}

fn has_a_body(function: &ItemFn) -> syn::Result<()> {
    match function.body {
        Some(_) => Ok(()),
        None => Err(error_at(&function.sig.ident, Message::NoBody)),
    }
}

/// A declaration may well be variadic; that it has no body is its only mistake.
fn not_variadic(function: &ItemFn) -> syn::Result<()> {
    let definition = function.body.is_some();
    reject(
        function.sig.variadic.as_ref().filter(|_| definition),
        Message::Variadic,
    )
}
