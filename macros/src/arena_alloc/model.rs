//! A type as the derives see it: its fields with their options, and which lifetime is the phase's.

use super::args::{FieldArgs, TypeArgs, is_arena};
use super::check;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::names;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Generics, Lifetime, Member, Type, Visibility};

pub(super) struct Model {
    pub(super) ident: Ident,
    pub(super) vis: Visibility,
    pub(super) generics: Generics,
    pub(super) args: TypeArgs,
    /// `None`: the type has no lifetime, so it lives nowhere in particular.
    pub(super) phase: Option<Lifetime>,
    /// The one of a struct, those of an enum.
    pub(super) variants: Vec<Variant>,
}

pub(super) struct Variant {
    /// `None` in a struct.
    name: Option<Ident>,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) member: Member,
    pub(super) ty: Type,
    pub(super) args: FieldArgs,
}

impl Model {
    /// `None` where too little is known to write down even an impl's first line.
    pub(super) fn read(input: DeriveInput, diagnostics: &mut Diagnostics) -> Option<Self> {
        let args = TypeArgs::parse(&input.attrs, diagnostics);
        check::not_packed(&input.attrs, diagnostics);
        let variants = variants(input.data, diagnostics)?;
        let phase = check::phase(&args, &input.generics);
        let phase = phase.map_err(|error| diagnostics.push(error)).ok()?;
        Some(Self {
            ident: input.ident,
            vis: input.vis,
            generics: input.generics,
            args,
            phase,
            variants,
        })
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }

    pub(super) fn is_enum(&self) -> bool {
        !matches!(&*self.variants, [Variant { name: None, .. }])
    }
}

fn variants(data: Data, diagnostics: &mut Diagnostics) -> Option<Vec<Variant>> {
    match data {
        Data::Struct(data) => Some(vec![Variant::read(None, data.fields, diagnostics)]),
        Data::Enum(data) => Some(
            data.variants
                .into_iter()
                .map(|variant| {
                    for attr in variant.attrs.iter().filter(|attr| is_arena(attr)) {
                        diagnostics.push(error_at(attr.path(), Message::OnVariant));
                    }
                    Variant::read(Some(variant.ident), variant.fields, diagnostics)
                })
                .collect(),
        ),
        Data::Union(data) => {
            diagnostics.push(error_at(data.union_token, Message::Union));
            None
        }
    }
}

impl Variant {
    fn read(name: Option<Ident>, fields: Fields, diagnostics: &mut Diagnostics) -> Self {
        let members: Vec<_> = fields.members().collect();
        let fields = members
            .into_iter()
            .zip(fields)
            .map(|(member, field)| Field {
                member,
                args: FieldArgs::parse(&field.attrs, diagnostics),
                ty: field.ty,
            });
        let fields = fields.collect();
        Self { name, fields }
    }

    /// `of` or `of::Variant`, with `content` for its fields: as a pattern, or as a value.
    ///
    /// Braces and the fields' names or numbers do for structs of every form.
    pub(super) fn with(&self, of: &Ident, content: &[TokenStream]) -> TokenStream {
        let name = self.name.iter();
        let members = self.fields.iter().map(|field| &field.member);
        quote!(#of #(:: #name)* { #(#members: #content,)* })
    }

    /// The pattern that names every field: a new one cannot be forgotten.
    pub(super) fn pattern(&self) -> TokenStream {
        let locals = self
            .fields
            .iter()
            .map(|field| field.local().to_token_stream());
        self.with(
            &Ident::new("Self", Span::call_site()),
            &locals.collect::<Vec<_>>(),
        )
    }
}

impl Field {
    /// What generated code calls the field's value; no user's code can see it.
    pub(super) fn local(&self) -> Ident {
        match &self.member {
            Member::Named(name) => {
                format_ident!("field_{}", name.unraw(), span = Span::mixed_site())
            }
            Member::Unnamed(index) => {
                format_ident!("field_{}", index.index, span = Span::mixed_site())
            }
        }
    }

    /// Whether the field moves to the phase in its own way, and not as it is or made anew.
    pub(super) fn is_arena(&self) -> bool {
        self.args.skip.is_none() && self.args.default.is_none()
    }

    /// `<Type as TRAIT>::function`, at the place of the type.
    ///
    /// So that a type without the trait is one error at the field, however often it is mentioned:
    /// rustc shows the same words at the same place once.
    pub(super) fn path(&self, trait_path: &TokenStream, function: &str) -> TokenStream {
        let ty = &self.ty;
        let (first, _) = names::ends(ty.to_token_stream());
        let function = Ident::new(function, first);
        let open = quote_spanned!(first=> <);
        quote!(#open #ty as #trait_path>::#function)
    }

    /// A call of that function, from the type's first token to its last.
    pub(super) fn call(
        &self,
        trait_path: &TokenStream,
        function: &str,
        arguments: &TokenStream,
    ) -> TokenStream {
        let path = self.path(trait_path, function);
        let (_, last) = names::ends(self.ty.to_token_stream());
        let mut arguments = Group::new(Delimiter::Parenthesis, arguments.clone());
        arguments.set_span(last);
        quote!(#path #arguments)
    }

    /// The same call with a `?`.
    pub(super) fn try_call(
        &self,
        trait_path: &TokenStream,
        function: &str,
        arguments: &TokenStream,
    ) -> TokenStream {
        let call = self.call(trait_path, function, arguments);
        let (_, last) = names::ends(self.ty.to_token_stream());
        let question_mark = quote_spanned!(last=> ?);
        quote!(#call #question_mark)
    }
}
