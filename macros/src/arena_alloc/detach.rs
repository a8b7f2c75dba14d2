//! The impl of `Detach`, and the check that every field has it.

use super::model::Model;
use crate::context;
use proc_macro2::TokenStream;
use quote::quote;
use syn::TypeParam;

/// The impl alone, for a type that is rejected anyway.
pub(super) fn stand_in(model: &Model) -> TokenStream {
    let private = &context::private_path(model.args.facade.as_ref());
    let detach = quote!(#private::Detach);
    let head = model.impl_for(&detach, |param| bound(model, param, &detach));
    quote!(#[automatically_derived] #head {})
}

/// The trait's own method does all the work.
///
/// The check is a trait's, because `Self` may occur in the type of a field.
pub(super) fn impls(model: &Model) -> TokenStream {
    let private = &context::private_path(model.args.facade.as_ref());
    let detach = quote!(#private::Detach);
    let check = model.impl_for(&quote!(EveryFieldDetaches), |param| {
        bound(model, param, &detach)
    });
    let impl_alone = stand_in(model);
    let fields = model.fields().filter(|field| field.is_arena());
    let mentions = fields.map(|field| field.path(&detach, "detach"));
    quote! {
        #impl_alone

        const _: () = {
            #[allow(dead_code)]
            trait EveryFieldDetaches {
                fn check();
            }

            #[automatically_derived]
            #[allow(clippy::use_self)]
            #check {
                fn check() {
                    #(let _ = #mentions;)*
                }
            }
        };
    }
}

/// Types that live in a phase have to be able to leave it.
fn bound(model: &Model, param: &TypeParam, detach: &TokenStream) -> Option<TokenStream> {
    let ident = &param.ident;
    model.is_arena(param).then(|| quote!(#ident: #detach))
}
