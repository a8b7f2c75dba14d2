//! The generics of the impls: bounds of the parameters, and the type in another place.

use super::model::Model;
use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{GenericParam, Lifetime, Token, Type, TypeParam, TypeParamBound, WherePredicate};

type Bounds = Punctuated<TypeParamBound, Token![+]>;

impl Model {
    /// `impl<..> TRAIT for Type<..> where ..`, with further bounds for some of the parameters.
    pub(super) fn impl_for(
        &self,
        trait_path: &TokenStream,
        further: impl Fn(&TypeParam) -> Option<TokenStream>,
    ) -> TokenStream {
        let ident = &self.ident;
        let (parameters, arguments, _) = self.generics.split_for_impl();
        let bounds = self.bounds(further);
        quote!(impl #parameters #trait_path for #ident #arguments where #(#bounds,)*)
    }

    /// What holds of the parameters in every impl.
    pub(super) fn bounds(
        &self,
        further: impl Fn(&TypeParam) -> Option<TokenStream>,
    ) -> Vec<TokenStream> {
        let own = self
            .generics
            .where_clause
            .iter()
            .flat_map(|own| &own.predicates);
        let chosen = self.args.bound.iter().flatten();
        let elements = self
            .generics
            .type_params()
            .filter(|param| self.is_element(param));
        let elements =
            elements.map(|TypeParam { ident, .. }| quote!(#ident: ::core::clone::Clone + 'static));
        let given = own.chain(chosen).map(ToTokens::to_token_stream);
        let further = self.generics.type_params().filter_map(further);
        given.chain(elements).chain(further).collect()
    }

    /// A parameter that the user has not said more of stands for elements of vectors.
    fn is_element(&self, param: &TypeParam) -> bool {
        let chosen = self.args.bound.iter().flatten();
        let named = chosen
            .filter_map(bounded)
            .any(|(ident, _)| *ident == param.ident);
        !named && !self.is_arena(param)
    }

    /// Whether a parameter stands for types that live in a phase themselves.
    ///
    /// By the bound's last segment, as there is nothing else to tell it from.
    pub(super) fn is_arena(&self, param: &TypeParam) -> bool {
        let own = self
            .generics
            .where_clause
            .iter()
            .flat_map(|own| &own.predicates);
        own.chain(self.args.bound.iter().flatten())
            .filter_map(bounded)
            .filter(|(ident, _)| **ident == param.ident)
            .map(|(_, bounds)| bounds)
            .chain([&param.bounds])
            .flatten()
            .any(is_arena_bound)
    }

    /// The type with its data in `place`.
    pub(super) fn in_place(&self, place: &Lifetime, private: &TokenStream) -> TokenStream {
        let ident = &self.ident;
        let arguments = self.generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(param) if Some(&param.lifetime) == self.phase.as_ref() => {
                place.to_token_stream()
            }
            GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
            GenericParam::Type(param) if self.is_arena(param) => {
                let ident = &param.ident;
                quote!(<#ident as #private::ArenaAlloc>::In<#place>)
            }
            GenericParam::Type(param) => param.ident.to_token_stream(),
            GenericParam::Const(param) => param.ident.to_token_stream(),
        });
        quote!(#ident<#(#arguments),*>)
    }

    /// The first parameter in `tokens` that becomes another one in another place.
    pub(super) fn place_in(&self, tokens: &impl ToTokens) -> Option<TokenStream> {
        let phase = self.phase.as_ref();
        if let Some(found) = phase.and_then(|phase| names::find_lifetime(phase, tokens)) {
            return Some(found.to_token_stream());
        }
        let params = self
            .generics
            .type_params()
            .filter(|param| self.is_arena(param));
        let params: Vec<_> = params.map(|param| &param.ident).collect();
        let found = names::find(&params, tokens.to_token_stream());
        found.map(|ident| ident.to_token_stream())
    }
}

fn bounded(predicate: &WherePredicate) -> Option<(&Ident, &Bounds)> {
    match predicate {
        WherePredicate::Type(predicate) => match &predicate.bounded_ty {
            Type::Path(path) => path
                .path
                .get_ident()
                .map(|ident| (ident, &predicate.bounds)),
            _ => None,
        },
        _ => None,
    }
}

fn is_arena_bound(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else {
        return false;
    };
    let last = bound.path.segments.last();
    last.is_some_and(|last| last.ident == "ArenaAlloc" || last.ident == "Detach")
}
