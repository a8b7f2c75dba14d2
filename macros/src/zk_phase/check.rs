//! The rules of `#[zk_phase]`, one function each.

use super::args::Args;
use super::expand;
use super::reserve::Reservation;
use super::trace;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::{Annotated, ItemFn};
use crate::names;
use crate::opening::Chosen;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use std::fmt::Display;
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, GenericParam, Lifetime, Signature};

/// A rule, and the attribute that it speaks of.
type Rule = fn(&ItemFn, &dyn Display) -> syn::Result<()>;

const RULES: [Rule; 5] = [
    not_async,
    not_const,
    has_a_body,
    not_variadic,
    returns_no_phase_of_its_own,
];

/// Applies the rules to what the attribute is on.
pub(super) fn item(args: &Args, item: &mut Annotated, diagnostics: &mut Diagnostics) {
    if let Err(error) = a_plan_is_whole(args) {
        diagnostics.push(error);
    }
    match item {
        Annotated::Fn(function) => {
            absorb_duplicates(function, diagnostics);
            let attribute: &dyn Display = &args.known_by.unwrap_or("zk_phase");
            let broken = RULES.map(|rule| rule(function, attribute).err());
            for error in broken.into_iter().flatten() {
                diagnostics.push(error);
            }
            if let Err(error) = hides_no_parameter(args, function) {
                diagnostics.push(error);
            }
            for hidden in hidden_by_reservations(args, function) {
                diagnostics.push(hidden);
            }
        }
        Annotated::Item { keyword, .. } => diagnostics.push(not_a_function(keyword)),
        Annotated::Statement(_) => *diagnostics = Diagnostics::default(), // rustc's error is enough
        Annotated::Unread(_) => {}
    }
}

/// One error, however many parts are told apart from it.
fn a_plan_is_whole(args: &Args) -> syn::Result<()> {
    let part = args.reserve.as_ref().or(args.budget.as_ref());
    match (&args.plan, part, args.reservations.first()) {
        (Some(_), Some(Chosen { key, .. }), _) => {
            Err(error_at(key, Message::PartBesidePlan { key }))
        }
        (Some(_), None, Some(first)) => Err(error_at(&first.name, Message::CountsBesidePlan)),
        _ => Ok(()),
    }
}

/// A second attribute is taken away, or it would expand in its turn.
fn absorb_duplicates(function: &mut ItemFn, diagnostics: &mut Diagnostics) {
    let is_zk_phase = |attr: &mut Attribute| names::is_called(attr, "zk_phase");
    for second in function.attrs.extract_if(.., is_zk_phase) {
        diagnostics.push(error_at(second.path(), Message::DuplicateAttribute));
    }
}

fn not_a_function(keyword: &TokenTree) -> syn::Error {
    match keyword.to_string().as_str() {
        "impl" | "trait" | "mod" => error_at(keyword, Message::HoldsFunctions { keyword }),
        _ => error_at(keyword, Message::NotAFunction),
    }
}

fn reject(tokens: Option<impl ToTokens>, message: Message<'_>) -> syn::Result<()> {
    tokens.map_or(Ok(()), |tokens| Err(error_at(tokens, message)))
}

fn not_async(function: &ItemFn, attribute: &dyn Display) -> syn::Result<()> {
    reject(
        function.sig.asyncness.as_ref(),
        Message::AsyncFn { attribute },
    )
}

fn not_const(function: &ItemFn, attribute: &dyn Display) -> syn::Result<()> {
    reject(
        function.sig.constness.as_ref(),
        Message::ConstFn { attribute },
    )
}

fn has_a_body(function: &ItemFn, attribute: &dyn Display) -> syn::Result<()> {
    match function.body {
        Some(_) => Ok(()),
        None => Err(error_at(&function.sig.ident, Message::NoBody { attribute })),
    }
}

/// A declaration may well be variadic; that it has no body is its only mistake.
fn not_variadic(function: &ItemFn, attribute: &dyn Display) -> syn::Result<()> {
    let definition = function.body.is_some();
    reject(
        function.sig.variadic.as_ref().filter(|_| definition),
        Message::Variadic { attribute },
    )
}

/// Such a lifetime can only be the phase's own, which the caller never sees.
///
/// One that occurs in an argument or in a bound has its meaning from there.
fn returns_no_phase_of_its_own(function: &ItemFn, _: &dyn Display) -> syn::Result<()> {
    let sig = &function.sig;
    let own = names::lifetimes(&sig.output)
        .into_iter()
        .find(|lifetime| is_declared(lifetime, sig) && !is_bound(lifetime, sig));
    let lifetime = own.as_ref().map_or(&"" as _, |own| own as _);
    reject(own.as_ref(), Message::ReturnsOwnPhase { lifetime })
}

fn is_declared(lifetime: &Lifetime, sig: &Signature) -> bool {
    sig.generics
        .lifetimes()
        .any(|param| param.lifetime == *lifetime)
}

fn is_bound(lifetime: &Lifetime, sig: &Signature) -> bool {
    let occurs = |tokens: &dyn ToTokens| names::find_lifetime(lifetime, &tokens).is_some();
    let in_param = |param: &GenericParam| match param {
        GenericParam::Lifetime(param) => occurs(&param.bounds),
        other => occurs(other),
    };
    occurs(&sig.inputs)
        || occurs(&sig.generics.where_clause)
        || sig.generics.params.iter().any(in_param)
}

fn hides_no_parameter(args: &Args, function: &ItemFn) -> syn::Result<()> {
    let Some(body) = &function.body else {
        return Ok(());
    };
    let name = &expand::handle(args, body);
    reject(
        hidden_parameter(function, name),
        Message::HiddenParameter { name },
    )
}

/// A log hides neither a parameter nor the phase.
pub(super) fn names_of_traces(args: &mut Args, function: &ItemFn, diagnostics: &mut Diagnostics) {
    if let Some(body) = &function.body {
        let handle = expand::handle(args, body);
        trace::take_names(args, function, &handle, diagnostics);
    }
}

/// A reservation is a variable in front of the body, and must not stand before the handle or a parameter.
fn hidden_by_reservations(args: &Args, function: &ItemFn) -> Vec<syn::Error> {
    let Some(body) = &function.body else {
        return Vec::new();
    };
    let handle = expand::handle(args, body);
    let hidden = |reservation: &Reservation| {
        let (what, name) = (
            hidden_by(reservation, function, &handle)?,
            &reservation.name,
        );
        Some(error_at(name, Message::HiddenByReservation { what, name }))
    };
    args.reservations.iter().filter_map(hidden).collect()
}

/// What would be hidden.
pub(super) fn hidden_by(
    Reservation { name, .. }: &Reservation,
    function: &ItemFn,
    handle: &Ident,
) -> Option<&'static dyn Display> {
    match hidden_parameter(function, name) {
        Some(_) => Some(&"parameter"),
        None if name == handle => Some(&"handle"),
        None => None,
    }
}

/// The parameter that has a certain name.
pub(super) fn hidden_parameter(function: &ItemFn, handle: &Ident) -> Option<Ident> {
    function.sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(typed) => bound_name(typed.pat.to_token_stream(), &handle.unraw()),
        FnArg::Receiver(_) => None,
    })
}

/// The identifier `name` where a pattern binds it, and not where it leads to a type or a field.
fn bound_name(pattern: TokenStream, name: &Ident) -> Option<Ident> {
    let mut tokens = pattern.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident.unraw() == *name && !leads_on(tokens.peek()) => {
                return Some(ident);
            }
            TokenTree::Group(group) => {
                if let Some(found) = bound_name(group.stream(), name) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn leads_on(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ':' | '!'),
        Some(TokenTree::Group(_)) => true,
        _ => false,
    }
}
