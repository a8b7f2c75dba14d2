//! The rules of `#[witness]`, one function each. What is reported is taken off the type, or rustc
//! would report it, too.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::Annotated;
use crate::names;
use crate::repr;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Field, Meta, Path, Token, Type, parse_quote};

/// The struct or enum that the attribute is on; anything else is an error.
pub(super) fn place(item: &Annotated, diagnostics: &mut Diagnostics) -> Option<DeriveInput> {
    match item {
        Annotated::Item { keyword, tokens } => match keyword.to_string().as_str() {
            "struct" | "enum" => {
                let ty = syn::parse2(tokens.clone());
                return ty.map_err(|error| diagnostics.push(error)).ok();
            }
            "impl" | "trait" | "mod" => {
                diagnostics.push(error_at(keyword, Message::HoldsWitnesses { keyword }));
            }
            _ => diagnostics.push(error_at(keyword, Message::NotAWitness)),
        },
        Annotated::Statement(_) => *diagnostics = Diagnostics::default(), // rustc's error is enough
        Annotated::Fn(_) | Annotated::Unread(_) => {}
    }
    None
}

/// Applies the rules to a type; the types of its secret fields.
pub(super) fn ty(ty: &mut DeriveInput, diagnostics: &mut Diagnostics) -> Vec<Type> {
    only_one(&mut ty.attrs, diagnostics);
    not_on_disk(&mut ty.attrs, diagnostics);
    no_derived_leaks(&mut ty.attrs, diagnostics);
    not_packed(&mut ty.attrs, diagnostics);
    match &mut ty.data {
        Data::Struct(data) => fields(data.fields.iter_mut(), diagnostics),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                not_on_a_variant(&mut variant.attrs, diagnostics);
            }
            let variants = data.variants.iter_mut();
            fields(
                variants.flat_map(|variant| &mut variant.fields),
                diagnostics,
            )
        }
        Data::Union(_) => Vec::new(),
    }
}

fn fields<'a>(
    fields: impl Iterator<Item = &'a mut Field>,
    diagnostics: &mut Diagnostics,
) -> Vec<Type> {
    let secret = fields.filter_map(|field| {
        not_on_a_field(&mut field.attrs, diagnostics);
        let public = is_public(field, diagnostics);
        (!public).then(|| field.ty.clone())
    });
    secret.collect()
}

/// Takes the attributes of that name off, and reports each.
fn reject(
    attrs: &mut Vec<Attribute>,
    name: &str,
    message: &Message<'_>,
    diagnostics: &mut Diagnostics,
) {
    for attr in attrs.extract_if(.., |attr| names::is_called(attr, name)) {
        diagnostics.push(error_at(attr.path(), *message));
    }
}

/// No second attribute.
pub(crate) fn only_one(attrs: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) {
    reject(attrs, "witness", &Message::DuplicateWitness, diagnostics);
}

/// None that writes secrets to a file.
fn not_on_disk(attrs: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) {
    reject(attrs, "lowmem", &Message::WitnessOnDisk, diagnostics);
}

fn not_on_a_variant(attrs: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) {
    reject(attrs, "public", &Message::PublicVariant, diagnostics);
    reject(attrs, "witness", &Message::WitnessInside, diagnostics);
}

fn not_on_a_field(attrs: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) {
    reject(attrs, "witness", &Message::WitnessInside, diagnostics);
}

/// What is derived above the attribute has gone by; rustc reports that.
fn no_derived_leaks(attrs: &mut [Attribute], diagnostics: &mut Diagnostics) {
    let mut copied = false;
    for attr in attrs
        .iter_mut()
        .filter(|attr| attr.path().is_ident("derive"))
    {
        let list = Punctuated::<Path, Token![,]>::parse_terminated;
        let Ok(derives) = attr.parse_args_with(list) else {
            continue;
        };
        let (leaks, others): (Vec<_>, Vec<_>) = derives.into_iter().partition(leaks);
        if leaks.is_empty() {
            continue;
        }
        for path in leaks {
            let name = last(&path);
            if name == "Debug" {
                diagnostics.push(error_at(path, Message::WitnessDebug));
            } else if !copied {
                copied = true; // `Clone` and `Copy` are one mistake
                diagnostics.push(error_at(&path, Message::WitnessCopied { name: &name }));
            }
        }
        attr.meta = parse_quote!(derive(#(#others),*));
    }
}

fn leaks(path: &Path) -> bool {
    matches!(last(path).to_string().as_str(), "Clone" | "Copy" | "Debug")
}

fn last(path: &Path) -> Ident {
    let last = path.segments.last().map(|last| last.ident.clone());
    last.unwrap_or_else(|| Ident::new("_", Span::call_site()))
}

fn not_packed(attrs: &mut Vec<Attribute>, diagnostics: &mut Diagnostics) {
    attrs.retain(|attr| {
        let packed = repr::packed(attr);
        if let Some(packed) = &packed {
            diagnostics.push(error_at(packed, Message::PackedWitness));
        }
        packed.is_none()
    });
}

/// Whether the field is marked `#[public]`, which is taken off.
fn is_public(field: &mut Field, diagnostics: &mut Diagnostics) -> bool {
    let is_public = |attr: &mut Attribute| attr.path().is_ident("public");
    let marks: Vec<_> = field.attrs.extract_if(.., is_public).collect();
    let Some((first, others)) = marks.split_first() else {
        return false;
    };
    let secret = Ident::new("Secret", Span::call_site());
    let error = if let [second, ..] = others {
        Some(error_at(second.path(), Message::DuplicatePublic))
    } else if !matches!(first.meta, Meta::Path(_)) {
        Some(error_at(&first.meta, Message::PublicWithOptions))
    } else if names::find(&[&secret], field.ty.to_token_stream()).is_some() {
        Some(error_at(first.path(), Message::PublicSecret))
    } else {
        None
    };
    if let Some(error) = error {
        diagnostics.push(error);
    }
    true
}
