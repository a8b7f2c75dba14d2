//! A state as the derive sees it: its key, its domains, and what kind of fact each field is.

use super::args::{FieldArgs, TypeArgs};
use super::check;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Data, DataStruct, DeriveInput, Fields, FieldsNamed, GenericArgument, PathArguments};
use syn::{Path, Type, Visibility};

pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) key: Type,
    /// The innermost first.
    pub(super) domains: Vec<Ident>,
    pub(super) facade: Option<Path>,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) fact: Fact,
    /// The domain's place in the list; none if nothing takes the field back.
    pub(super) level: Option<usize>,
}

/// How a field is kept in an entry.
pub(super) enum Fact {
    /// A bit.
    Flag { bit: usize },
    /// What the closure of `entry` returns.
    Init,
    /// An `Option`: a bit, and the value as it is.
    Present { bit: usize, ty: Box<Type> },
    /// Any other value; the default at first.
    Value,
}

impl Model {
    /// `None` where something is missing without which no field can be judged.
    pub(super) fn read(input: DeriveInput, diagnostics: &mut Diagnostics) -> Option<Self> {
        let args = TypeArgs::parse(&input.attrs, diagnostics);
        check::no_parameters(&input.generics, diagnostics);
        check::domains(&args, diagnostics);
        if args.key.is_none() && diagnostics.is_empty() {
            diagnostics.push(error_at(&input.ident, Message::NoKey));
        }
        let named = named_fields(input.data, &input.ident, diagnostics)?;
        let domains = args.domains.unwrap_or_default();
        let fields = fields(named, &domains, diagnostics);
        Some(Self {
            ident: input.ident,
            vis: input.vis,
            key: args.key?,
            domains,
            facade: args.facade,
            fields,
        })
    }

    /// What generated code calls a type of this state: `SlotStates`.
    pub(super) fn name(&self, what: &str) -> Ident {
        format_ident!("{}{what}", self.ident.unraw(), span = self.ident.span())
    }

    /// What nobody but generated code names.
    pub(super) fn hidden(&self, what: &str) -> Ident {
        format_ident!("__Zkarena{}{what}", self.ident.unraw())
    }

    /// The type of a domain: `SlotFrame`.
    pub(super) fn domain(&self, name: &Ident) -> Ident {
        let camel = camel(&name.unraw().to_string());
        format_ident!("{}{camel}", self.ident.unraw(), span = name.span())
    }

    /// The undo records of a domain.
    pub(super) fn undo(&self, name: &Ident) -> Ident {
        self.hidden(&format!("{}Undo", camel(&name.unraw().to_string())))
    }

    /// How many bits an entry has.
    pub(super) fn bits(&self) -> usize {
        self.fields
            .iter()
            .filter(|field| field.bit().is_some())
            .count()
    }

    pub(super) fn init(&self) -> Option<&Field> {
        let is_init = |field: &&Field| matches!(field.fact, Fact::Init);
        self.fields.iter().find(is_init)
    }
}

impl Field {
    pub(super) fn bit(&self) -> Option<usize> {
        match self.fact {
            Fact::Flag { bit } | Fact::Present { bit, .. } => Some(bit),
            Fact::Init | Fact::Value => None,
        }
    }

    /// The type of what is stored next to the bits.
    pub(super) fn stored(&self) -> Option<&Type> {
        match &self.fact {
            Fact::Flag { .. } => None,
            Fact::Present { ty, .. } => Some(ty),
            Fact::Init | Fact::Value => Some(&self.ty),
        }
    }

    /// The same by way of a trait that does not know what cannot be stored: rustc says so at the type, and once, as
    /// all that is made of it is [there](Self::ends), too.
    pub(super) fn kept(&self, private: &TokenStream) -> Option<TokenStream> {
        let ty = self.stored()?;
        let (first, last) = self.ends();
        let open = quote_spanned!(first=> <);
        let close = quote_spanned!(last=> >::Kept);
        Some(quote!(#open #private::Entries as #private::Keep<#ty> #close))
    }

    /// The places of the first token of that type, and of the last.
    pub(super) fn ends(&self) -> (Span, Span) {
        let ty = self.stored().unwrap_or(&self.ty);
        names::ends(ty.to_token_stream())
    }

    /// The field's name at another place.
    pub(super) fn ident_at(&self, place: Span) -> Ident {
        let mut ident = self.ident.clone();
        ident.set_span(place);
        ident
    }
}

/// `SharedRun` of `shared_run`.
fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        let first = chars.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(chars).collect::<String>()
    };
    name.split('_').map(word).collect()
}

fn named_fields(data: Data, ident: &Ident, diagnostics: &mut Diagnostics) -> Option<FieldsNamed> {
    let place = match data {
        Data::Struct(DataStruct {
            fields: Fields::Named(named),
            ..
        }) => return Some(named),
        Data::Struct(data) if matches!(data.fields, Fields::Unit) => quote!(#ident),
        Data::Struct(data) => tokens(&data.fields),
        Data::Enum(data) => tokens(&data.enum_token),
        Data::Union(data) => tokens(&data.union_token),
    };
    diagnostics.push(error_at(place, Message::NotAState));
    None
}

fn tokens(place: &impl ToTokens) -> TokenStream {
    place.to_token_stream()
}

/// The fields that keep the rules; the others are reported.
fn fields(named: FieldsNamed, domains: &[Ident], diagnostics: &mut Diagnostics) -> Vec<Field> {
    let mut bits = 0;
    let mut init = None;
    let mut fields = Vec::new();
    for field in named.named {
        let Some(ident) = field.ident else { continue };
        let mut own = Diagnostics::default();
        let args = FieldArgs::parse(&field.attrs, &mut own);
        if !own.is_empty() {
            diagnostics.append(own);
            continue;
        }
        check::second_init(&args, &mut init, diagnostics);
        let level = check::field(&ident, &field.ty, &args, domains);
        let level = match level {
            Ok(level) => level,
            Err(error) => {
                diagnostics.push(error);
                continue;
            }
        };
        let fact = fact(&args, &field.ty, &mut bits);
        check::bits(&ident, bits, diagnostics);
        fields.push(Field {
            ident,
            ty: field.ty,
            fact,
            level,
        });
    }
    fields
}

fn fact(args: &FieldArgs, ty: &Type, bits: &mut usize) -> Fact {
    if args.init.is_some() {
        return Fact::Init;
    }
    let bit = *bits;
    let fact = match (&args.flag, content(ty)) {
        (Some(_), _) => Fact::Flag { bit },
        (None, Some(ty)) => Fact::Present {
            bit,
            ty: Box::new(ty.clone()),
        },
        (None, None) => return Fact::Value,
    };
    *bits += 1;
    fact
}

/// What an `Option` holds, told by the name of its type.
fn content(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if last.ident == "Option" => Some(ty),
        _ => None,
    }
}
