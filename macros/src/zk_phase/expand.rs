//! The function with its phase, or with a stand-in for it where the function is rejected.

use super::args::Args;
use super::check;
use super::trace;
use crate::apart::{Apart, Witness};
use crate::context;
use crate::item_fn::{Body, ItemFn};
use crate::names;
use crate::opening::{self, Opening};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// The function with its phase.
pub(super) fn function(args: &Args, function: &ItemFn, body: &Body) -> TokenStream {
    let handle = handle(args, body);
    function.with_body(opening(args, function, &handle).around(body))
}

/// The function without a phase, changed as little as it takes for rustc to find nothing else.
pub(super) fn rejected(args: &Args, function: &ItemFn, body: &Body) -> TokenStream {
    if trace::lacks_one(args, body) {
        return function.without_const(body.replaced_by(quote!(loop {})));
    }
    let handle = handle(args, body);
    let hidden = check::hidden_parameter(function, &handle).is_some();
    let used = !hidden && is_used(args, &handle, body);
    let secrets = args.witness.as_ref().is_some_and(Witness::has_secrets);
    if !used && !secrets && args.reservations.is_empty() {
        return function.to_token_stream();
    }
    let mut opening = opening(args, function, &handle);
    opening
        .reservations
        .retain(|of| check::hidden_by(of, function, &handle).is_none());
    function.without_const(opening.stand_in_for(body, used))
}

/// By the body, or by the logs that it speaks of.
fn is_used(args: &Args, handle: &Ident, body: &Body) -> bool {
    names::find(&[handle], body.statements().clone()).is_some() || trace::uses_one(args, body)
}

/// What the body calls the phase: the user's word, or `phase` at the attribute's place.
///
/// The body must find the latter where it comes from a macro's caller, and where it comes from the
/// macro, so it resolves as the body does.
pub(super) fn handle(args: &Args, body: &Body) -> Ident {
    args.handle.clone().unwrap_or_else(|| {
        let span = Span::call_site().resolved_at(body.open());
        Ident::new(context::DEFAULT_HANDLE, span)
    })
}

fn opening<'a>(args: &'a Args, function: &'a ItemFn, handle: &'a Ident) -> Opening<'a> {
    let ident = &function.sig.ident;
    Opening {
        facade: args.facade.as_ref(),
        name: match &args.name {
            Some(chosen) => chosen.to_token_stream(),
            None => opening::named_after(ident),
        },
        place: ident.span(),
        handle,
        named: args.handle.is_some(),
        parent: args.parent.as_ref().map(ToTokens::to_token_stream),
        reserve: args.reserve.as_ref(),
        budget: args.budget.as_ref(),
        reservations: args.reservations.iter().collect(),
        plan: args.plan.as_ref(),
        lowmem: args.lowmem.as_ref().map(|args| (args, &function.sig)),
        first: trace::statements(args, handle),
        absorbed: &args.absorbed,
        fallible: args.fallible.as_ref(),
        apart: args.witness.as_ref().map(|witness| Apart {
            sig: &function.sig,
            witness,
        }),
    }
}
