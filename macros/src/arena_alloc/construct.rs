//! `new_in` and `plan`: a struct built in a phase, and the memory that takes.

use super::args::{FieldArgs, New};
use super::expand::{default, in_kind};
use super::model::{Field, Model};
use crate::context;
use crate::opening::Chosen;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ExprClosure, Member};

/// The impl with both functions, where the user asks for them.
pub(super) fn functions(model: &Model) -> TokenStream {
    let Some(new) = &model.args.new else {
        return TokenStream::new();
    };
    let private = &context::private_path(model.args.facade.as_ref());
    let ident = &model.ident;
    let (parameters, arguments, _) = model.generics.split_for_impl();
    let bounds = model.bounds(|_| None);
    let new_in = new_in(model, new, private);
    let plan = plan(model, new, private);
    quote! {
        #[automatically_derived]
        #[allow(clippy::use_self)]
        impl #parameters #ident #arguments where #(#bounds,)* {
            #new_in
            #plan
        }
    }
}

/// Lints that the user can do nothing about: one word asks for both functions, the fields make
/// their arguments, and calls are at the fields' types.
fn quiet() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            private_interfaces,
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_value,
            clippy::question_mark_used,
            clippy::too_many_arguments
        )]
    }
}

fn new_in(model: &Model, New { arguments, .. }: &New, private: &TokenStream) -> TokenStream {
    let (vis, lifetime, quiet) = (&model.vis, &model.phase, quiet());
    let (phase, home) = (phase(model), home());
    let further = model
        .fields()
        .filter(|field| is_argument(field))
        .map(|field| {
            let (name, ty) = (argument(field), &field.ty);
            quote!(#name: #ty)
        });
    let fields = model.fields().map(|field| build(field, lifetime, private));
    let members = model.fields().map(|field| &field.member);
    quote! {
        /// Builds the value in `phase`.
        ///
        /// # Errors
        ///
        /// When the memory of a field cannot be had.
        #quiet
        #vis fn new_in(
            #phase: #private::Phase<#lifetime>,
            #(#arguments,)*
            #(#further,)*
        ) -> ::core::result::Result<Self, #private::AllocError> {
            let #home = #private::Home::Phase(#phase);
            ::core::result::Result::Ok(Self { #(#members: #fields,)* })
        }
    }
}

/// The options of the fields see it as they see the arguments.
fn phase(model: &Model) -> Ident {
    let span = Span::call_site().resolved_at(model.ident.span());
    Ident::new(context::DEFAULT_HANDLE, span)
}

fn home() -> Ident {
    Ident::new("home", Span::mixed_site())
}

/// Whether the caller of `new_in` has to say what the field holds.
fn is_argument(Field { args, .. }: &Field) -> bool {
    let FieldArgs {
        default,
        len,
        reserve,
        init,
        ..
    } = args;
    default.is_none() && len.is_none() && reserve.is_none() && init.is_none()
}

fn argument(field: &Field) -> Ident {
    match &field.member {
        Member::Named(name) => name.clone(),
        Member::Unnamed(index) => format_ident!("field_{}", index.index),
    }
}

fn build(field: &Field, lifetime: &impl ToTokens, private: &TokenStream) -> TokenStream {
    let FieldArgs {
        len, reserve, init, ..
    } = &field.args;
    match (len, reserve, init) {
        (Some(len), reserve, _) => filled(field, len, reserve.as_ref(), lifetime, private),
        (None, Some(reserve), _) => with_room(field, &count(reserve), lifetime, private),
        (None, None, Some(init)) => init.value.clone(),
        (None, None, None) if is_argument(field) => {
            let name = argument(field);
            quote!(#name)
        }
        (None, None, None) => default(field),
    }
}

fn with_room(
    field: &Field,
    capacity: &TokenStream,
    lifetime: &impl ToTokens,
    private: &TokenStream,
) -> TokenStream {
    let home = home();
    let (home, align) = (in_kind(field, private, &quote!(#home)), align(field));
    let build = quote!(#private::Build<#lifetime>);
    field.try_call(&build, "with_room", &quote!(#home, #capacity, #align))
}

fn filled(
    field: &Field,
    len: &Chosen,
    reserve: Option<&Chosen>,
    lifetime: &impl ToTokens,
    private: &TokenStream,
) -> TokenStream {
    let (home, init) = (home(), element(field, len));
    if field.args.lowmem().is_some() {
        let (in_file, len) = (quote!(#private::FileBacked), count(len));
        return field.try_call(&in_file, "filled", &quote!(#len, #init));
    }
    let (home, align) = (in_kind(field, private, &quote!(#home)), align(field));
    let (build, len) = (quote!(#private::Build<#lifetime>), count(len));
    let room = reserve.map_or_else(|| quote!(0), count);
    field.try_call(&build, "filled", &quote!(#home, #len, #room, #align, #init))
}

/// A number of elements, its type checked here: both functions then say the same if it is another,
/// and rustc shows it once.
fn count(chosen: &Chosen) -> TokenStream {
    let at = Span::mixed_site().located_at(chosen.key.span());
    quote_spanned!(at=> {
        let count: ::core::primitive::usize = #chosen;
        count
    })
}

/// The function that makes an element from its index.
fn element(field: &Field, len: &Chosen) -> TokenStream {
    match &field.args.init {
        Some(Chosen { value, .. }) if syn::parse2::<ExprClosure>(value.clone()).is_ok() => {
            value.clone()
        }
        Some(Chosen { value, .. }) => quote!(|_| #value),
        None => {
            let at = Span::call_site().located_at(len.key.span());
            quote_spanned!(at=> |_| ::core::default::Default::default())
        }
    }
}

/// The user's alignment, or what the elements need anyway.
fn align(field: &Field) -> TokenStream {
    let chosen = field.args.align.as_ref();
    chosen.map_or_else(|| quote!(1), ToTokens::to_token_stream)
}

fn plan(model: &Model, New { arguments, .. }: &New, private: &TokenStream) -> TokenStream {
    let (vis, quiet) = (&model.vis, quiet());
    // In the order in which `new_in` builds them: the padding between two blocks depends on both.
    let blocks = model.fields().filter(|field| is_in_poly(field));
    let end = blocks.fold(quote!(0), |end, field| {
        block_end(model, field, &end, private).unwrap_or(end)
    });
    quote! {
        /// The plan of a phase that holds what `new_in` builds from the same arguments: its poly
        /// arena has room for the fields there.
        #quiet
        #[allow(unused_variables)]
        #[must_use]
        #vis fn plan(#(#arguments),*) -> #private::Plan {
            #private::Plan::reserve(#private::Plan::new(), #end)
        }
    }
}

/// A plan reserves in the poly arena, which is that of the handle, too.
fn is_in_poly(field: &Field) -> bool {
    let kind = field.args.kind.as_ref();
    kind.is_none_or(|kind| kind == "poly")
}

/// Where the field's block ends, if it has one, after what ends at `end`.
fn block_end(
    model: &Model,
    field: &Field,
    end: &TokenStream,
    private: &TokenStream,
) -> Option<TokenStream> {
    let sizes = [&field.args.len, &field.args.reserve];
    let sizes = sizes.into_iter().flatten().map(count);
    let capacity = sizes.reduce(|len, reserve| quote!(::core::cmp::Ord::max(#len, #reserve)))?;
    let (lifetime, align) = (&model.phase, align(field));
    let ty = &field.ty;
    let planned = quote!(<#ty as #private::Build<#lifetime>>::Planned);
    Some(quote!(#private::block_end::<#planned>(#end, #capacity, #align)))
}
