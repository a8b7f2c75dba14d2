//! The body inside a phase: a `static` that names it, a guard, and a match arm.

use super::args::Args;
use crate::context;
use crate::item_fn::{Body, ItemFn};
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

/// The function with its phase.
pub(super) fn function(args: &Args, function: &ItemFn, body: &Body) -> TokenStream {
    let site = context::site_ident();
    let private = context::private_path(args.facade.as_ref());
    let description = describe(args, function);
    let guard = context::guard_ident();
    let value = value(body);
    function.with_body(body.replaced_by(quote! {
        static #site: #private::Site = #private::Site::new(#description);
        let #guard = #private::PhaseGuard::open(&#site);
        #value
    }))
}

/// The arguments of `Site::new`: the phase's name, and where it is.
///
/// The location macros report the line of the tokens they are made of, so those take the span of
/// the function's name; the attribute may stand many lines above it.
fn describe(args: &Args, function: &ItemFn) -> TokenStream {
    let ident = &function.sig.ident;
    let name = match &args.name {
        Some(chosen) => chosen.to_token_stream(),
        None => ident.unraw().to_string().to_token_stream(),
    };
    let location = quote_spanned! {ident.span()=>
        ::core::module_path!(), ::core::file!(), ::core::line!()
    };
    quote!(#name, #location)
}

/// The user's body as the value of the new one.
///
/// A match arm ends the temporaries of the body's last expression before the guard is dropped, in
/// every edition; it hands on the expected type; and, unlike a bare block or `return`, it triggers
/// no lint. It is located at that last expression, where rustc's remarks on the value belong.
fn value(body: &Body) -> TokenStream {
    let (first, last) = body.tail();
    let [first, last] = [first, last].map(|span| Span::call_site().located_at(span));
    let block = body.block();
    let mut arms = Group::new(Delimiter::Brace, quote_spanned!(last=> () => #block));
    arms.set_span(last);
    let keyword = quote_spanned!(first=> match);
    quote!(#keyword () #arms)
}
