//! What nobody sees: the packed entry, the undo records, and the impl of `KeyedState`.

use super::model::{Fact, Field, Model};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
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

/// A field of the entry.
struct Kept<'m> {
    ident: &'m Ident,
    ty: TokenStream,
    at_first: TokenStream,
}

fn kept<'m>(model: &'m Model, private: &'m TokenStream) -> impl Iterator<Item = Kept<'m>> {
    model.fields.iter().filter_map(|field| {
        let (ident, ty) = (&field.ident, field.kept(private)?);
        let at_first = if let Fact::Init = field.fact {
            quote!(#ident)
        } else {
            quote!(::core::default::Default::default())
        };
        Some(Kept {
            ident,
            ty,
            at_first,
        })
    })
}

fn packed(model: &Model, private: &TokenStream) -> TokenStream {
    let (packed, key) = (model.hidden("Packed"), &model.key);
    let kept: Vec<_> = kept(model, private).collect();
    let fields = kept
        .iter()
        .map(|Kept { ident, ty, .. }| quote!(#ident: #ty));
    let values = kept.iter().map(
        |Kept {
             ident, at_first, ..
         }| quote!(#ident: #at_first),
    );
    let bits = bits(model).map(|bits| quote!(__bits: #bits,));
    let no_bits = bits.as_ref().map(|_| quote!(__bits: 0,));
    let init = model
        .init()
        .into_iter()
        .map(|field| (&field.ident, &field.ty));
    let (init, init_ty): (Vec<_>, Vec<_>) = init.unzip();
    quote! {
        #[doc(hidden)]
        pub struct #packed {
            __key: #key,
            #(#fields,)*
            #bits
        }

        #[automatically_derived]
        impl ::core::clone::Clone for #packed {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl ::core::marker::Copy for #packed {}

        impl #packed {
            #[inline]
            fn new(__key: #key #(, #init: #init_ty)*) -> Self {
                Self {
                    __key,
                    #(#values,)*
                    #no_bits
                }
            }
        }
    }
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
    let (ident, ty) = (&field.ident, field.kept(private));
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
                Self::#was(_, value) => {
                    packed.__bits |= #mask;
                    packed.#ident = value;
                }
            };
            vec![
                [
                    quote!(#was(#number, #ty)),
                    quote!(Self::#was(entry, _)),
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
            quote!(Self::#was(entry, _)),
            quote!(Self::#was(_, value) => packed.#ident = value),
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
        pub enum #undo {
            #(#declared,)*
        }

        #[automatically_derived]
        impl ::core::clone::Clone for #undo {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }

        #[automatically_derived]
        impl ::core::marker::Copy for #undo {}

        #[automatically_derived]
        impl #private::Undo<#packed> for #undo {
            #[inline]
            fn entry(&self) -> ::core::primitive::u32 {
                #entry
            }

            #[inline]
            #[allow(unused_variables)]
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
    let values = model
        .fields
        .iter()
        .map(|field| value(field, &quote!(packed)));
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

/// The value of a field in a packed entry.
pub(super) fn value(field: &Field, packed: &TokenStream) -> TokenStream {
    let ident = &field.ident;
    match field.fact {
        Fact::Flag { bit } => {
            let mask = mask(bit);
            quote!(#packed.__bits & #mask != 0)
        }
        Fact::Present { bit, .. } => {
            let mask = mask(bit);
            quote! {
                if #packed.__bits & #mask == 0 {
                    ::core::option::Option::None
                } else {
                    ::core::option::Option::Some(#packed.#ident)
                }
            }
        }
        Fact::Init | Fact::Value => quote!(#packed.#ident),
    }
}
