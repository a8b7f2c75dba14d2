//! What nobody sees: the packed entry, the undo records, and the impl of `KeyedState`.

use super::model::{Fact, Field, Model};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

pub(super) fn items(model: &Model, private: &TokenStream) -> TokenStream {
    let packed = packed(model, private);
    let undos = model.domains.iter().enumerate();
    let undos = undos.map(|(level, name)| undo(model, private, level, name));
    let implementation = keyed_state(model, private);
    quote!(#packed #(#undos)* #implementation)
}

/// The number that holds the bits; nothing if there are none.
fn bits(model: &Model) -> Option<TokenStream> {
    match model.bits() {
        0 => None,
        1..=8 => Some(quote!(::core::primitive::u8)),
        9..=16 => Some(quote!(::core::primitive::u16)),
        17..=32 => Some(quote!(::core::primitive::u32)),
        _ => Some(quote!(::core::primitive::u64)),
    }
}

fn packed(model: &Model, private: &TokenStream) -> TokenStream {
    let (packed, key) = (model.hidden("Packed"), &model.key);
    let fields = model.fields.iter().filter_map(|field| {
        let (ident, ty) = (&field.ident, field.kept(private)?);
        Some(quote!(#ident: #ty))
    });
    let bits = bits(model).map(|bits| quote!(__bits: #bits,));
    quote! {
        #[doc(hidden)]
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        pub struct #packed {
            __key: #key,
            #(#fields,)*
            #bits
        }
    }
}

/// The packed entry of a new key; what is in it is in variables first.
pub(super) fn made(model: &Model, key: &Ident) -> TokenStream {
    let packed = model.hidden("Packed");
    let stored = model.fields.iter().filter(|field| field.stored().is_some());
    let (values, fields): (Vec<_>, Vec<_>) = stored.map(first).unzip();
    let no_bits = bits(model).map(|_| quote!(__bits: 0,));
    quote! {{
        #(#values)*
        #packed {
            __key: #key,
            #(#fields,)*
            #no_bits
        }
    }}
}

/// What a field is when its key is new, in a variable, and the field of it.
fn first(field: &Field) -> (TokenStream, TokenStream) {
    let ident = &field.ident;
    let (first, last) = field.ends();
    let (named, value) = (field.ident_at(first), ident.unraw());
    let value = format_ident!("new_{value}", span = last);
    let made = if let Fact::Init = field.fact {
        quote!(#ident())
    } else {
        quote!(::core::default::Default::default())
    };
    (quote!(let #value = #made;), quote!(#named: #value))
}

/// The variants of a field in the undo records of its domain.
pub(super) struct Variants {
    /// Of a flag: it was the other.
    pub(super) flipped: Ident,
    /// Of anything else: it was this.
    pub(super) was: Ident,
    /// Of an `Option`: it was none.
    pub(super) was_none: Ident,
}

impl Variants {
    pub(super) fn of(field: &Field) -> Self {
        let name = field.ident.unraw();
        Self {
            flipped: format_ident!("{name}_flipped"),
            was: format_ident!("{name}_was"),
            was_none: format_ident!("{name}_was_none"),
        }
    }
}

/// A bit as a number of the entry's bits.
pub(super) fn mask(bit: usize) -> TokenStream {
    let mask = proc_macro2::Literal::u64_unsuffixed(1 << bit);
    quote!(#mask)
}

/// Per variant: how it is declared, matched for its entry, and put back.
fn variants(field: &Field, private: &TokenStream) -> Vec<[TokenStream; 3]> {
    let Variants {
        flipped,
        was,
        was_none,
    } = Variants::of(field);
    let (stored, ty, (first, last)) = (stored(field), field.kept(private), field.ends());
    let value = quote_spanned!(last=> value);
    // Two words, from the first token of the type to the last.
    let mutable = quote_spanned!(first=> mut);
    let binding = quote!(#mutable #value);
    let number = quote!(::core::primitive::u32);
    match field.fact {
        Fact::Flag { bit } => {
            let mask = mask(bit);
            vec![[
                quote!(#flipped(#number)),
                quote!(Self::#flipped(entry)),
                quote!(Self::#flipped(_) => packed.__bits ^= #mask),
            ]]
        }
        Fact::Present { bit, .. } => {
            let mask = mask(bit);
            let some = quote! {
                Self::#was(_, #binding) => {
                    packed.__bits |= #mask;
                    #stored = #value;
                }
            };
            vec![
                [
                    quote!(#was(#number, #ty)),
                    quote!(Self::#was(entry, ..)),
                    some,
                ],
                [
                    quote!(#was_none(#number)),
                    quote!(Self::#was_none(entry)),
                    quote!(Self::#was_none(_) => packed.__bits &= !#mask),
                ],
            ]
        }
        Fact::Value => vec![[
            quote!(#was(#number, #ty)),
            quote!(Self::#was(entry, ..)),
            quote!(Self::#was(_, #binding) => #stored = #value),
        ]],
        Fact::Init => Vec::new(),
    }
}

fn undo(model: &Model, private: &TokenStream, level: usize, name: &Ident) -> TokenStream {
    let (undo, packed) = (model.undo(name), model.hidden("Packed"));
    let own = model
        .fields
        .iter()
        .filter(|field| field.level == Some(level));
    let variants: Vec<_> = own.flat_map(|field| variants(field, private)).collect();
    let declared = variants.iter().map(|variant| &variant[0]);
    let entries = variants.iter().map(|variant| &variant[1]);
    let restored = variants.iter().map(|variant| &variant[2]);
    let entry = if variants.is_empty() {
        quote!(match *self {})
    } else {
        quote!(match *self { #(#entries)|* => entry })
    };
    quote! {
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[derive(::core::clone::Clone, ::core::marker::Copy)]
        pub enum #undo {
            #(#declared,)*
        }

        #[automatically_derived]
        impl #private::Undo<#packed> for #undo {
            #[inline]
            fn entry(&self) -> ::core::primitive::u32 {
                #entry
            }

            #[inline]
            #[allow(unused_mut, unused_variables)]
            fn put_back(&self, packed: &mut #packed) {
                match *self {
                    #(#restored,)*
                }
            }
        }
    }
}

fn keyed_state(model: &Model, private: &TokenStream) -> TokenStream {
    let (ident, key) = (&model.ident, &model.key);
    let packed = model.hidden("Packed");
    let logs = model.domains.iter().rev().fold(quote!(()), |outer, name| {
        let undo = model.undo(name);
        quote!((#private::Log<'ph, #undo>, #outer))
    });
    let idents = model.fields.iter().map(|field| &field.ident);
    let values = model.fields.iter().map(value);
    let names = idents.clone();
    quote! {
        #[automatically_derived]
        impl #private::KeyedState for #ident {
            type Key = #key;
            type Packed = #packed;
            type Logs<'ph> = #logs;

            #[inline]
            fn key(packed: &#packed) -> &#key {
                &packed.__key
            }

            #[inline]
            fn unpacked(packed: &#packed) -> Self {
                Self { #(#idents: #values,)* }
            }
        }

        // A program that never looks at a field of its own has it here, and is not warned.
        #[allow(dead_code)]
        fn fields(state: &#ident) {
            #(let _field = &state.#names;)*
        }
    }
}

/// A field of `packed`.
pub(super) fn stored(field: &Field) -> TokenStream {
    let (first, last) = field.ends();
    let (packed, ident) = (quote_spanned!(first=> packed), field.ident_at(last));
    quote!(#packed.#ident)
}

/// The value of a field in `packed`.
pub(super) fn value(field: &Field) -> TokenStream {
    let stored = stored(field);
    match field.fact {
        Fact::Flag { bit } => {
            let mask = mask(bit);
            quote!(packed.__bits & #mask != 0)
        }
        Fact::Present { bit, .. } => {
            let mask = mask(bit);
            quote! {
                if packed.__bits & #mask == 0 {
                    ::core::option::Option::None
                } else {
                    ::core::option::Option::Some(#stored)
                }
            }
        }
        Fact::Init | Fact::Value => quote!(#stored),
    }
}
