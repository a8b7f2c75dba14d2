//! The body of a witness function: a closure that is run apart, in a frame below that of the function.

use crate::context;
use crate::item_fn::Body;
use crate::names;
use crate::secrets::SecretParameter;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, FnArg, GenericArgument, Pat, Path, PathArguments, ReturnType, Signature, Type,
    TypeParamBound, parse_quote,
};

/// What `#[witness]` adds to a function with a phase.
#[derive(Default)]
pub(crate) struct Witness {
    /// The parameters that are secrets in the body.
    pub(crate) secrets: Vec<SecretParameter>,
}

impl Witness {
    pub(crate) fn has_secrets(&self) -> bool {
        !self.secrets.is_empty()
    }
}

/// The same, with the signature it is about.
pub(crate) struct Apart<'a> {
    pub(crate) sig: &'a Signature,
    pub(crate) witness: &'a Witness,
}

impl Apart<'_> {
    /// What has to come before the phase, to go after it.
    pub(crate) fn before(private: &TokenStream) -> TokenStream {
        let wipe = Ident::new("_wipe", Span::mixed_site());
        quote!(let #wipe = #private::ThreadWipe::at_end();)
    }

    /// The parameters that are marked, as secrets.
    pub(crate) fn secrets(&self, private: &TokenStream) -> TokenStream {
        let secrets = self.witness.secrets.iter();
        secrets.map(|secret| secret.binding(private)).collect()
    }

    /// `value`, the user's body, in a closure that has all parameters and so drops them in the phase.
    ///
    /// It is the whole body: `return` and `?` leave it, and the function with it.
    pub(crate) fn around(
        &self,
        value: &TokenStream,
        body: &Body,
        private: &TokenStream,
    ) -> TokenStream {
        let captures = self.captures();
        let secrets = self.secrets(private);
        let output = self.output();
        let mut block = Group::new(Delimiter::Brace, quote!(#captures #secrets #value));
        // From `fn` to `}`, as if the user had written the closure: rustc would not call by its name
        // what one from a macro has captured.
        block.set_span(body.span());
        let head = quote_spanned!(self.sig.fn_token.span=> move ||);
        let apart = Ident::new("apart", Span::mixed_site());
        let run = run(&apart, body, private);
        quote! {
            let mut #apart = #private::Apart::new(#head #output #block);
            #run
        }
    }

    /// A closure owns as much of a parameter as it mentions: all of it. It drops what it owns in the order
    /// in which it mentions that, and a function drops the last parameter first.
    fn captures(&self) -> Option<TokenStream> {
        let inputs = self.sig.inputs.iter().rev();
        let captures: Vec<_> = inputs.flat_map(captures_of).collect();
        (!captures.is_empty()).then(|| {
            quote! {
                #[allow(clippy::used_underscore_binding)]
                let _ = (#(#captures,)*);
            }
        })
    }

    fn output(&self) -> Option<TokenStream> {
        let arrow = match &self.sig.output {
            ReturnType::Default => quote!(->),
            ReturnType::Type(arrow, _) => arrow.to_token_stream(),
        };
        output_type(self.sig).map(|ty| quote!(#arrow #ty))
    }
}

/// What a function returns, for rustc to convert to it what it would in the function. In place of an
/// `impl Trait`, which can only stand there, rustc finds the type.
pub(crate) fn output_type(sig: &Signature) -> Option<TokenStream> {
    let ReturnType::Type(_, ty) = &sig.output else {
        return Some(quote!(()));
    };
    let mut ty = ty.clone();
    infer_opaque(&mut ty);
    let keyword = Ident::new("impl", Span::call_site());
    let ty = ty.into_token_stream();
    let opaque = names::find(&[&keyword], ty.clone()).is_some(); // in a macro, for one
    (!opaque).then_some(ty)
}

/// Puts `_` in place of every `impl Trait`.
fn infer_opaque(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => *ty = parse_quote!(_),
        Type::Array(array) => infer_opaque(&mut array.elem),
        Type::Group(group) => infer_opaque(&mut group.elem),
        Type::Paren(paren) => infer_opaque(&mut paren.elem),
        Type::Path(path) => infer_arguments(&mut path.path),
        Type::Reference(reference) => infer_opaque(&mut reference.elem),
        Type::Slice(slice) => infer_opaque(&mut slice.elem),
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    infer_arguments(&mut bound.path);
                }
            }
        }
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer_opaque),
        _ => {}
    }
}

fn infer_arguments(path: &mut Path) {
    for segment in &mut path.segments {
        if let PathArguments::AngleBracketed(list) = &mut segment.arguments {
            for argument in &mut list.args {
                match argument {
                    GenericArgument::Type(ty) => infer_opaque(ty),
                    GenericArgument::AssocType(assoc) => infer_opaque(&mut assoc.ty),
                    _ => {}
                }
            }
        }
    }
}

/// What mentions the names of a parameter, the last one first.
fn captures_of(input: &FnArg) -> Vec<TokenStream> {
    let (attrs, names) = match input {
        FnArg::Receiver(receiver) => {
            let itself = Ident::new("self", receiver.self_token.span);
            (&receiver.attrs, vec![itself])
        }
        FnArg::Typed(typed) => (&typed.attrs, bindings(&typed.pat)),
    };
    let conditions = conditions(attrs);
    let names = names.iter().rev();
    names.map(|name| quote!(#(#conditions)* &#name)).collect()
}

/// The call that is the function's value, at the place of the body's: there rustc says what is wrong with it.
fn run(apart: &Ident, body: &Body, private: &TokenStream) -> TokenStream {
    let (first, last) = body.tail();
    let function = context::in_parentheses(quote!(#private::Apart::run), first);
    let arguments = context::in_parentheses(quote!(&mut #apart), last);
    quote!(#function #arguments)
}

/// Whether a parameter is there at all depends on these.
pub(crate) fn conditions(attrs: &[Attribute]) -> Vec<Attribute> {
    let is_condition = |attr: &&Attribute| attr.path().is_ident("cfg");
    attrs.iter().filter(is_condition).cloned().collect()
}

/// The names that a pattern binds.
fn bindings(pattern: &Pat) -> Vec<Ident> {
    let all = |patterns: &mut dyn Iterator<Item = &Pat>| patterns.flat_map(bindings).collect();
    match pattern {
        Pat::Ident(name) => {
            let inside = name
                .subpat
                .iter()
                .flat_map(|(_, pattern)| bindings(pattern));
            std::iter::once(name.ident.clone()).chain(inside).collect()
        }
        Pat::Or(cases) => all(&mut cases.cases.iter()),
        Pat::Paren(paren) => bindings(&paren.pat),
        Pat::Reference(reference) => bindings(&reference.pat),
        Pat::Slice(slice) => all(&mut slice.elems.iter()),
        Pat::Struct(fields) => all(&mut fields.fields.iter().map(|field| &*field.pat)),
        Pat::Tuple(tuple) => all(&mut tuple.elems.iter()),
        Pat::TupleStruct(fields) => all(&mut fields.elems.iter()),
        _ => Vec::new(),
    }
}
