//! The types of a state that have a name, and what they can do.

use super::model::Model;
use super::{entry, packed};
use crate::context;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub(super) fn items(model: &Model) -> TokenStream {
    let private = &context::private_path(model.facade.as_ref());
    let types = types(model, private);
    let hidden = packed::items(model, private);
    let states = states(model, private);
    let entry = entry::methods(model, private);
    let domains = model.domains.iter().enumerate();
    let domains = domains.map(|(level, name)| domain(model, private, level, name));
    quote! {
        #types
        const _: () = {
            #hidden
            #states
            #entry
            #(#domains)*
        };
    }
}

/// `SlotStates`, `SlotEntry`, and a type for each domain.
fn types(model: &Model, private: &TokenStream) -> TokenStream {
    let (ident, vis) = (&model.ident, &model.vis);
    let (states, entry) = (model.name("States"), model.name("Entry"));
    let of_states = format!(" The entries of [`{ident}`], one per key.");
    let of_entry = format!(" The entry of a key in [`{states}`].");
    let domains = model.domains.iter().map(|name| {
        let domain = model.domain(name);
        let doc = format!(" The rollback domain `{name}` of [`{ident}`].");
        quote! {
            #[doc = #doc]
            #[allow(dead_code, missing_debug_implementations)]
            #vis enum #domain {}
        }
    });
    quote! {
        #[doc = #of_states]
        #[allow(dead_code)]
        #vis struct #states<'ph>(#private::States<'ph, #ident>);

        #[doc = #of_entry]
        #[allow(dead_code)]
        #vis struct #entry<'a, 'ph: 'a>(#private::StateEntry<'a, 'ph, #ident>);

        #(#domains)*
    }
}

fn states(model: &Model, private: &TokenStream) -> TokenStream {
    let (ident, states) = (&model.ident, model.name("States"));
    let constructors = constructors(private);
    let entry = entries(model, private);
    let frames = model.domains.iter().map(|name| frame(model, private, name));
    let target = quote!(#private::States<'ph, #ident>);
    let deref = deref(&quote!(<'ph>), &quote!(#states<'ph>), &target);
    // `dead_code`: nobody needs all of it.
    quote! {
        #[allow(dead_code)]
        impl<'ph> #states<'ph> {
            #constructors
            #entry
            #(#frames)*
        }
        #deref
    }
}

/// What is said of a newtype: it has the methods of what is in it, and its `Debug`.
fn deref(generics: &TokenStream, ty: &TokenStream, target: &TokenStream) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl #generics ::core::ops::Deref for #ty {
            type Target = #target;

            #[inline]
            fn deref(&self) -> &#target {
                &self.0
            }
        }
        #[automatically_derived]
        impl #generics ::core::ops::DerefMut for #ty {
            #[inline]
            fn deref_mut(&mut self) -> &mut #target {
                &mut self.0
            }
        }
        #[automatically_derived]
        impl #generics ::core::fmt::Debug for #ty {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }
    }
}

pub(super) fn deref_entry(model: &Model, private: &TokenStream) -> TokenStream {
    let (ident, entry) = (&model.ident, model.name("Entry"));
    let target = quote!(#private::StateEntry<'a, 'ph, #ident>);
    deref(&quote!(<'a, 'ph>), &quote!(#entry<'a, 'ph>), &target)
}

fn constructors(private: &TokenStream) -> TokenStream {
    let home = quote!(impl ::core::convert::Into<#private::Home<'ph>>);
    let failing = quote!(::core::result::Result<Self, #private::AllocError>);
    quote! {
        /// Without entries; takes no memory yet.
        pub fn new_in(home: #home) -> Self {
            Self(#private::States::new_in(home))
        }

        /// Without entries, with room for `capacity` of them: exactly that, in one block.
        ///
        /// # Panics
        /// If memory is refused.
        #[track_caller]
        pub fn with_capacity_in(capacity: ::core::primitive::usize, home: #home) -> Self {
            match #private::States::with_capacity_in(capacity, home) {
                ::core::result::Result::Ok(states) => Self(states),
                ::core::result::Result::Err(refused) => ::core::panic!("{refused}"),
            }
        }

        /// As `with_capacity_in`.
        ///
        /// # Errors
        /// `AllocError` if a limit or the system refuses the memory.
        pub fn try_with_capacity_in(
            capacity: ::core::primitive::usize,
            home: #home,
        ) -> #failing {
            #private::States::with_capacity_in(capacity, home).map(Self)
        }
    }
}

/// `entry` and `try_entry`.
fn entries(model: &Model, private: &TokenStream) -> TokenStream {
    let (key, entry) = (&model.key, model.name("Entry"));
    // A name of the macro's own: a field may be called `key`.
    let own = Ident::new("key", Span::mixed_site());
    let made = packed::made(model, &own);
    let init = model.init().map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        (quote!(#ident: impl ::core::ops::FnOnce() -> #ty), ident)
    });
    let (argument, init): (Vec<_>, Vec<_>) = init.into_iter().unzip();
    let (entry_of, entry) = (quote!(#entry), quote!(#entry<'_, 'ph>));
    quote! {
        /// The entry of a key; one that is not there comes into being.
        ///
        /// # Panics
        /// If memory is refused.
        #[inline]
        #[track_caller]
        pub fn entry(&mut self, #own: #key #(, #argument)*) -> #entry {
            match self.try_entry(#own #(, #init)*) {
                ::core::result::Result::Ok(entry) => entry,
                ::core::result::Result::Err(refused) => ::core::panic!("{refused}"),
            }
        }

        /// As `entry`.
        ///
        /// # Errors
        /// `AllocError` if a limit or the system refuses the memory.
        #[inline]
        pub fn try_entry(
            &mut self,
            #own: #key #(, #argument)*
        ) -> ::core::result::Result<#entry, #private::AllocError> {
            self.0.try_entry_with(#own, |#own| #made).map(#entry_of)
        }
    }
}

/// The method that runs a closure in a frame of a domain.
fn frame(model: &Model, private: &TokenStream, name: &Ident) -> TokenStream {
    let domain = model.domain(name);
    let doc = format!(
        " Runs `body`: fields of the domain `{name}`, and of those inside it, stay as they are then if it \
         returns `Ok`, and are what they were if it returns `Err` or panics."
    );
    quote! {
        #[doc = #doc]
        ///
        /// # Errors
        /// That of the body.
        ///
        /// # Panics
        /// If memory is refused, or the body closes a checkpoint from before, or puts another state in place of
        /// this one.
        #[track_caller]
        pub fn #name<T, E>(
            &mut self,
            body: impl ::core::ops::FnOnce(&mut Self) -> ::core::result::Result<T, E>,
        ) -> ::core::result::Result<T, E> {
            #private::within::<#domain, _, _, T, E>(self, |states| &mut states.0, body)
        }
    }
}

fn domain(model: &Model, private: &TokenStream, level: usize, name: &Ident) -> TokenStream {
    let (ident, domain) = (&model.ident, model.domain(name));
    quote! {
        #[automatically_derived]
        impl #private::RollbackDomain for #domain {
            type State = #ident;
            const LEVEL: ::core::primitive::usize = #level;
        }
    }
}
