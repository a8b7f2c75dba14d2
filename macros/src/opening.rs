//! A phase around a block: a `static` that names it, a guard, the handle in front of it, and the
//! user's block as a match arm.

use crate::apart::Apart;
use crate::context;
use crate::item_fn::Body;
use crate::lowmem;
use crate::zk_phase::{self, Reservation};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Path, Signature};

/// An option as the user wrote it: the key, for its place, and the value.
pub(crate) struct Chosen {
    pub(crate) key: Ident,
    pub(crate) value: TokenStream,
}

impl ToTokens for Chosen {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.value.to_tokens(tokens);
    }
}

/// Everything there is to know about a phase, except for its block.
pub(crate) struct Opening<'a> {
    pub(crate) facade: Option<&'a Path>,
    /// The literal that names the phase.
    pub(crate) name: TokenStream,
    /// Whose line and file the phase has.
    pub(crate) place: Span,
    pub(crate) handle: &'a Ident,
    /// Whether the user chose the handle's name, and so should use it.
    pub(crate) named: bool,
    pub(crate) parent: Option<TokenStream>,
    pub(crate) reserve: Option<&'a Chosen>,
    pub(crate) budget: Option<&'a Chosen>,
    /// Vectors that the body finds under their names.
    pub(crate) reservations: Vec<&'a Reservation>,
    /// The user's own, in place of one with those two.
    pub(crate) plan: Option<&'a Chosen>,
    /// Where large blocks of library code go, and what the function returns that says so.
    pub(crate) lowmem: Option<(&'a lowmem::Args, &'a Signature)>,
    /// What comes in front of the body, in the phase.
    pub(crate) first: TokenStream,
    /// Attributes that were taken off the item.
    pub(crate) absorbed: &'a [Path],
    /// The user's `try`: a phase that cannot be opened returns an error.
    pub(crate) fallible: Option<&'a Ident>,
    /// Whose body runs apart, if it is a witness function's.
    pub(crate) apart: Option<Apart<'a>>,
}

impl Opening<'_> {
    /// `body` with the phase around it, in the user's own braces.
    pub(crate) fn around(&self, body: &Body) -> TokenStream {
        body.replaced_by(self.content(body))
    }

    /// The same as an expression of its own: there, lints look at who wrote the braces.
    pub(crate) fn expression(&self, body: &Body) -> TokenStream {
        body.replaced_by_macro(self.content(body))
    }

    fn content(&self, body: &Body) -> TokenStream {
        let private = &context::private_path(self.facade);
        let statements = self.statements(private);
        let reserved = zk_phase::opened(&self.reservations, self.handle, private);
        let (first, value) = (&self.first, value(body));
        let mut value = quote!(#reserved #first #value);
        if let Some(apart) = &self.apart {
            value = apart.around(&value, body, private);
        }
        if let (Some(key), Some((args, sig))) = (self.fallible, self.lowmem) {
            value = lowmem::checked(value, args, sig, key, private);
        }
        quote!(#statements #value)
    }

    /// `body` with what it needs and no phase, for a function that is rejected anyway.
    pub(crate) fn stand_in_for(&self, body: &Body, handle: bool) -> TokenStream {
        let private = &context::private_path(self.facade);
        let handle = handle.then(|| self.stand_in(private));
        let secrets = self.apart.as_ref().map(|apart| apart.secrets(private));
        let reserved = zk_phase::stand_ins(&self.reservations, body.statements(), private);
        let first = handle.as_ref().map(|_| &self.first);
        let value = value(body);
        body.replaced_by(quote!(#handle #secrets #reserved #first #value))
    }

    /// A handle that lives as long as anybody likes, so that rustc has nothing to add to the error.
    fn stand_in(&self, private: &TokenStream) -> TokenStream {
        let (handle, quiet) = (self.handle, self.quiet());
        quote! {
            #quiet
            let #handle: #private::Phase<'_> =
                ::core::option::Option::unwrap(::core::option::Option::None);
        }
    }

    /// The statements that open the phase.
    ///
    /// Guard, handle and the borrow between them have the handle's span, which is the user's: rustc
    /// then calls what is borrowed by its name. It would call it a temporary otherwise.
    fn statements(&self, private: &TokenStream) -> TokenStream {
        let site = context::site_ident();
        let description = self.description();
        let counts = zk_phase::counts(&self.reservations, private);
        let guard = self.guard(private, &site);
        // An attribute that no one resolves would leave an import that no one uses.
        let absorbed = self.absorbed;
        let before = self.apart.as_ref().map(|_| Apart::before(private));
        let (handle, quiet) = (self.handle, self.quiet());
        let borrow = quote_spanned!(handle.span()=> &#handle);
        quote! {
            static #site: #private::Site = #private::Site::new(#description);
            #(#[allow(unused_imports)] use #absorbed as _;)*
            #before
            #counts
            let #handle = #guard;
            #quiet
            let #handle: #private::Phase<'_> = #private::PhaseGuard::handle(#borrow);
        }
    }

    /// The arguments of `Site::new`: the phase's name, and where it is.
    ///
    /// The location macros report the line of the tokens they are made of, so those take the span
    /// of `place`; the attribute may stand many lines above it.
    fn description(&self) -> TokenStream {
        let name = &self.name;
        let location = quote_spanned! {self.place=>
            ::core::module_path!(), ::core::file!(), ::core::line!()
        };
        quote!(#name, #location)
    }

    fn guard(&self, private: &TokenStream, site: &Ident) -> TokenStream {
        let mut plan = self.plan(private);
        if self.apart.is_some() {
            plan = quote!(#private::Plan::witness(#plan));
        }
        if let Some((args, _)) = self.lowmem {
            let policy = lowmem::policy(args, private);
            plan = quote!(#private::Plan::lowmem(#plan, #policy));
        }
        let parent = self.parent.iter();
        let function = match (&self.parent, self.fallible) {
            (None, None) => "root",
            (None, Some(_)) => "try_root",
            (Some(_), None) => "child",
            (Some(_), Some(_)) => "try_child",
        };
        let function = Ident::new(function, Span::call_site());
        let guard = quote!(#private::PhaseGuard::#function(#(#parent,)* &#site, #plan));
        let Some(key) = self.fallible else {
            return guard;
        };
        or_return(&guard, key)
    }

    /// What is wrong with an option's value is said at the option.
    fn plan(&self, private: &TokenStream) -> TokenStream {
        if let Some(Chosen { key, value }) = self.plan {
            let at = Span::mixed_site().located_at(key.span());
            return quote_spanned!(at=> { let plan: #private::Plan = #value; plan });
        }
        let mut plan = quote!(#private::Plan::new());
        for Chosen { key, value } in [self.reserve, self.budget].into_iter().flatten() {
            let at = Span::call_site().located_at(key.span());
            let method = Ident::new(&key.to_string(), at);
            plan = quote_spanned!(at=> #private::Plan::#method(#plan, #value));
        }
        zk_phase::planned(&self.reservations, plan, private)
    }

    /// The handle hides the guard on purpose; and nobody has to use a phase without having named it.
    fn quiet(&self) -> TokenStream {
        let lint = if self.named {
            quote!(clippy::used_underscore_binding)
        } else {
            quote!(unused_variables)
        };
        quote! {
            #[allow(#lint, clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated)]
        }
    }
}

/// A result, or the function returns its error as the user's `try` says.
pub(crate) fn or_return(result: &TokenStream, key: &Ident) -> TokenStream {
    // The arm is only there for its place: what rustc says about the `?` goes to the `try`.
    let at = Span::call_site().located_at(key.span());
    quote_spanned!(at=> match () { () => #result }?)
}

/// The text of `ident` as the name of a phase.
pub(crate) fn named_after(ident: &Ident) -> TokenStream {
    ident.unraw().to_string().to_token_stream()
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
