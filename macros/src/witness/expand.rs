//! The type as it is, with what keeps its secrets: a `Debug` that prints none, no `Clone`, and fields
//! that wipe themselves.

use super::args::Args;
use crate::context;
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Type};

/// The type; `secret` are the types of the fields that have to be known to wipe themselves.
pub(super) fn ty(args: &Args, ty: &DeriveInput, secret: &[Type]) -> TokenStream {
    let private = &context::private_path(args.facade.as_ref());
    let debug = debug(ty);
    let safe = impl_for(ty, &quote!(#private::SecretSafe));
    let no_clone = no_clone(ty);
    let fields = fields(ty, private, secret);
    quote! {
        #ty
        #debug
        #[automatically_derived]
        #safe {}
        const _: () = {
            #no_clone
            #fields
        };
    }
}

/// `impl<..> TRAIT for Type<..> where ..`.
fn impl_for(ty: &DeriveInput, trait_path: &TokenStream) -> TokenStream {
    let ident = &ty.ident;
    let (parameters, arguments, bounds) = ty.generics.split_for_impl();
    quote!(impl #parameters #trait_path for #ident #arguments #bounds)
}

/// Prints the name: of an enum, even the variant is a secret.
fn debug(ty: &DeriveInput) -> TokenStream {
    let head = impl_for(ty, &quote!(::core::fmt::Debug));
    let name = ty.ident.unraw().to_string();
    quote! {
        #[automatically_derived]
        #head {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut shown = ::core::fmt::Formatter::debug_struct(f, #name);
                ::core::fmt::DebugStruct::finish_non_exhaustive(&mut shown)
            }
        }
    }
}

/// Next to a `Clone` of the type, the second implementation is one too many.
///
/// The trait is here and not in the runtime, so that rustc points at the attribute and at the type.
fn no_clone(ty: &DeriveInput) -> TokenStream {
    let (parameters, arguments, bounds) = ty.generics.split_for_impl();
    let ident = &ty.ident;
    let at = Span::call_site().located_at(ident.span());
    let own = quote_spanned!(at=> impl #parameters WitnessTypesMustNotBeClone for #ident #arguments #bounds {});
    quote! {
        #[allow(dead_code)]
        trait WitnessTypesMustNotBeClone {}
        impl<T: ::core::clone::Clone> WitnessTypesMustNotBeClone for T {}
        #[automatically_derived]
        #own
    }
}

/// The check is a trait's, because `Self` may occur in the type of a field.
fn fields(ty: &DeriveInput, private: &TokenStream, secret: &[Type]) -> TokenStream {
    let head = impl_for(ty, &quote!(EveryFieldIsWiped));
    let checks = secret.iter().map(|field| check(field, private));
    quote! {
        #[allow(dead_code)]
        trait EveryFieldIsWiped {
            fn check();
        }
        #[automatically_derived]
        #[allow(clippy::use_self)]
        #head {
            fn check() {
                #(let () = #checks;)*
            }
        }
    }
}

/// `<Type as SecretSafe>::CHECK`, at the place of the type.
fn check(field: &Type, private: &TokenStream) -> TokenStream {
    let (first, _) = names::ends(field.to_token_stream());
    let open = quote_spanned!(first=> <);
    let constant = Ident::new("CHECK", first);
    quote!(#open #field as #private::SecretSafe>::#constant)
}
