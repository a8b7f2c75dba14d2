//! The impl of `ArenaAlloc`, and the one that keeps `Drop` away.

use super::model::{Field, Model};
use crate::context;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Lifetime;
use syn::spanned::Spanned;

/// Both impls. The constructor is `construct`'s.
pub(super) fn impls(model: &Model) -> TokenStream {
    let private = &context::private_path(model.args.facade.as_ref());
    let methods = [
        footprint(model, private),
        copy(model, private),
        relocate(model, private),
    ];
    let no_drop = no_drop(model, private);
    let arena_alloc = arena_alloc(model, private, &methods);
    quote!(#arena_alloc #no_drop)
}

/// An impl for a type that is rejected anyway: the type has its methods, so nobody misses them.
pub(super) fn stand_in(model: &Model) -> TokenStream {
    let private = &context::private_path(model.args.facade.as_ref());
    let never = || quote!(::core::unreachable!());
    arena_alloc(model, private, &[never(), never(), never()])
}

/// The lifetime of the place that a value goes to.
fn place() -> Lifetime {
    Lifetime::new("'__to", Span::call_site())
}

fn arena_alloc(model: &Model, private: &TokenStream, methods: &[TokenStream; 3]) -> TokenStream {
    let head = model.impl_for(&quote!(#private::ArenaAlloc), |_| None);
    let place = place();
    let in_place = model.in_place(&place, private);
    let to = to();
    let result = quote!(::core::result::Result<Self::In<#place>, #private::AllocError>);
    let [footprint, copy, relocate] = methods;
    // `use_self`: the impl names the type where it lives elsewhere; `question_mark_used`: the calls
    // are at the user's types.
    quote! {
        #[automatically_derived]
        #[allow(clippy::use_self, clippy::question_mark_used)]
        #head {
            type In<#place> = #in_place;

            fn footprint(&self) -> #private::Footprint {
                #footprint
            }

            fn try_copy_to<#place>(&self, #to: #private::Home<#place>) -> #result {
                #copy
            }

            fn try_move_to<#place>(self, #to: #private::Home<#place>) -> #result {
                #relocate
            }
        }
    }
}

/// A destructor would run on what is left of a value that has moved on.
fn no_drop(model: &Model, private: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    let (parameters, arguments, bounds) = model.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #private::ArenaTypesMustNotImplDrop for #ident #arguments #bounds {}
    }
}

fn to() -> Ident {
    Ident::new("to", Span::mixed_site())
}

fn footprint(model: &Model, private: &TokenStream) -> TokenStream {
    let arms = model.variants.iter().map(|variant| {
        let pattern = variant.pattern();
        let parts = variant.fields.iter().filter(|field| field.is_arena());
        let parts: Vec<_> = parts
            .map(|field| {
                let local = field.local();
                match field.args.lowmem() {
                    Some(_) => {
                        field.call(&quote!(#private::FileBacked), "in_file", &quote!(#local))
                    }
                    None => field.call(&quote!(#private::ArenaAlloc), "footprint", &quote!(#local)),
                }
            })
            .collect();
        let count = parts.len();
        quote! {
            #pattern => {
                let parts: [#private::Footprint; #count] = [#(#parts),*];
                ::core::iter::Iterator::sum(::core::iter::IntoIterator::into_iter(parts))
            }
        }
    });
    match_self(model, &quote!(*self), arms)
}

fn copy(model: &Model, private: &TokenStream) -> TokenStream {
    elsewhere(model, &quote!(*self), |field| {
        let local = field.local();
        match field.args.skip {
            Some(_) => field.call(&quote!(::core::clone::Clone), "clone", &quote!(#local)),
            None => in_arena(field, private, "try_copy_to"),
        }
    })
}

fn relocate(model: &Model, private: &TokenStream) -> TokenStream {
    elsewhere(model, &quote!(self), |field| match field.args.skip {
        Some(_) => {
            let local = field.local();
            quote!(#local)
        }
        None => in_arena(field, private, "try_move_to"),
    })
}

/// The value with each of its fields made by `field`, in another place.
fn elsewhere(
    model: &Model,
    this: &TokenStream,
    field: impl Fn(&Field) -> TokenStream,
) -> TokenStream {
    let arms = model.variants.iter().map(|variant| {
        let pattern = variant.pattern();
        let fields: Vec<_> = variant.fields.iter().map(&field).collect();
        let value = variant.with(&model.ident, &fields);
        quote!(#pattern => ::core::result::Result::Ok(#value),)
    });
    match_self(model, this, arms)
}

/// Without variants there is nothing to match, and a reference has to be followed to see it.
fn match_self(
    model: &Model,
    this: &TokenStream,
    arms: impl Iterator<Item = TokenStream>,
) -> TokenStream {
    if model.variants.is_empty() {
        quote!(match #this {})
    } else {
        quote!(match self { #(#arms)* })
    }
}

/// The field in the place `to`, in the arena it asks for, or made anew.
fn in_arena(field: &Field, private: &TokenStream, function: &str) -> TokenStream {
    if field.args.default.is_some() {
        return default(field);
    }
    let (local, to) = (field.local(), to());
    let to = in_kind(field, private, &quote!(#to));
    field.try_call(
        &quote!(#private::ArenaAlloc),
        function,
        &quote!(#local, #to),
    )
}

/// `to`, in the arena of the field's kind.
pub(super) fn in_kind(field: &Field, private: &TokenStream, to: &TokenStream) -> TokenStream {
    match &field.args.kind {
        Some(kind) if field.args.lowmem().is_none() => {
            let kind = Ident::new(&kind.to_string(), Span::call_site());
            quote!(#private::Home::#kind(#to))
        }
        _ => to.clone(),
    }
}

/// A value whose type is that of the place it is for; a type without a default is underlined.
pub(super) fn default(field: &Field) -> TokenStream {
    let at = Span::call_site().located_at(field.ty.span());
    quote_spanned!(at=> ::core::default::Default::default())
}
