//! The methods of an entry: to read each field, and to change it.

use super::expand::deref_entry;
use super::model::{Fact, Field, Model};
use super::packed::{Variants, mask, stored, value};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Type;
use syn::ext::IdentExt;

pub(super) fn methods(model: &Model, private: &TokenStream) -> TokenStream {
    let entry = model.name("Entry");
    let methods = model.fields.iter().map(|field| {
        let (read, write) = (read(field), write(model, field));
        quote!(#read #write)
    });
    let deref = deref_entry(model, private);
    quote! {
        #[allow(dead_code)]
        impl<'a, 'ph> #entry<'a, 'ph> {
            #(#methods)*
        }
        #deref
    }
}

fn read(field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    let value = value(field);
    let doc = format!(" `{}` as it is now.", ident.unraw());
    quote! {
        #[doc = #doc]
        #[inline]
        pub fn #ident(&self) -> #ty {
            let packed = self.0.packed();
            #value
        }
    }
}

fn write(model: &Model, field: &Field) -> TokenStream {
    let note = |record: &TokenStream| note(model, field, record);
    match &field.fact {
        Fact::Init => TokenStream::new(),
        Fact::Flag { bit } => flag(field, *bit, &note),
        Fact::Present { bit, ty } => present(field, *bit, ty, &note),
        Fact::Value => plain(field, &note),
    }
}

/// Takes a record of `entry` into the log of the field's domain, if it has one.
fn note(model: &Model, field: &Field, record: &TokenStream) -> TokenStream {
    let Some(level) = field.level else {
        return TokenStream::new();
    };
    let undo = model.undo(&model.domains[level]);
    let outer = (0..level).map(|_| quote!(.1));
    quote!(logs #(#outer)* .0.note(#undo::#record);)
}

/// What the docs of every method that changes a field say, if its domain has a log.
fn panics(field: &Field) -> Option<TokenStream> {
    field.level.map(|_| {
        quote! {
            ///
            /// # Panics
            /// If memory for what it was is refused; nothing has changed then.
        }
    })
}

type Note<'n> = dyn Fn(&TokenStream) -> TokenStream + 'n;

fn named(prefix: &str, field: &Field) -> Ident {
    let name = field.ident.unraw();
    format_ident!("{prefix}_{name}", span = field.ident.span())
}

fn flag(field: &Field, bit: usize, note: &Note<'_>) -> TokenStream {
    let name = field.ident.unraw();
    let (set, clear, mask) = (named("mark", field), named("clear", field), mask(bit));
    let (flipped, panics) = (Variants::of(field).flipped, panics(field));
    let note = note(&quote!(#flipped(entry)));
    let sets = format!(" Sets `{name}`; whether it was not set before.");
    let clears = format!(" Clears `{name}`; whether it was set before.");
    quote! {
        #[doc = #sets]
        #panics
        #[inline]
        #[track_caller]
        pub fn #set(&mut self) -> ::core::primitive::bool {
            let (entry, packed, logs) = self.0.parts();
            let changes = packed.__bits & #mask == 0;
            if changes {
                #note
                packed.__bits |= #mask;
            }
            changes
        }

        #[doc = #clears]
        #panics
        #[inline]
        #[track_caller]
        pub fn #clear(&mut self) -> ::core::primitive::bool {
            let (entry, packed, logs) = self.0.parts();
            let changes = packed.__bits & #mask != 0;
            if changes {
                #note
                packed.__bits &= !#mask;
            }
            changes
        }
    }
}

fn present(field: &Field, bit: usize, ty: &Type, note: &Note<'_>) -> TokenStream {
    let (stored, name) = (stored(field), field.ident.unraw());
    let (replace, take, mask) = (named("replace", field), named("take", field), mask(bit));
    let Variants { was, was_none, .. } = Variants::of(field);
    let panics = panics(field);
    let note_some = note(&quote!(#was(entry, old)));
    let note_absent = note(&quote!(#was_none(entry)));
    let old = value(field);
    let option = quote!(::core::option::Option);
    let replaces = format!(" Makes `{name}` present with a value; what it was before.");
    let takes = format!(" Makes `{name}` absent; what it was before.");
    quote! {
        #[doc = #replaces]
        #panics
        #[inline]
        #[track_caller]
        pub fn #replace(&mut self, value: #ty) -> #option<#ty> {
            let (entry, packed, logs) = self.0.parts();
            let before = #old;
            match before {
                #option::Some(old) if old == value => return before,
                #option::Some(old) => { #note_some }
                #option::None => { #note_absent }
            }
            packed.__bits |= #mask;
            #stored = value;
            before
        }

        #[doc = #takes]
        #panics
        #[inline]
        #[track_caller]
        pub fn #take(&mut self) -> #option<#ty> {
            let (entry, packed, logs) = self.0.parts();
            let before = #old;
            if let #option::Some(old) = before {
                #note_some
                packed.__bits &= !#mask;
            }
            before
        }
    }
}

fn plain(field: &Field, note: &Note<'_>) -> TokenStream {
    let (stored, ty, name) = (stored(field), &field.ty, field.ident.unraw());
    let replace = named("replace", field);
    let (was, panics) = (Variants::of(field).was, panics(field));
    let note = note(&quote!(#was(entry, before)));
    let doc = format!(" Gives `{name}` another value; what it was before.");
    quote! {
        #[doc = #doc]
        #panics
        #[inline]
        #[track_caller]
        pub fn #replace(&mut self, value: #ty) -> #ty {
            let (entry, packed, logs) = self.0.parts();
            let before = #stored;
            if before != value {
                #note
                #stored = value;
            }
            before
        }
    }
}
