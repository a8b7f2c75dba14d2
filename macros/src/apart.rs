//! The body of a witness function: a closure that is run apart, in a frame below that of the function.

use crate::item_fn::Body;
use crate::names;
use crate::secrets::SecretParameter;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, FnArg, Pat, Path, ReturnType, Signature};

/// What `#[witness]` adds to a function with a phase.
#[derive(Default)]
pub(crate) struct Witness {
    /// The attribute that was taken off: `#[witness]`, or `#[zk_phase]` below it.
    pub(crate) absorbed: Option<Path>,
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
    pub(crate) fn before(&self, private: &TokenStream) -> TokenStream {
        // An attribute that no one resolves would leave an import that no one uses.
        let absorbed = self.witness.absorbed.iter();
        let wipe = Ident::new("_wipe", Span::mixed_site());
        quote! {
            #(#[allow(unused_imports)] use #absorbed as _;)*
            let #wipe = #private::ThreadWipe::at_end();
        }
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
        block.set_span(Span::call_site().located_at(body.span()));
        // Where rustc looks for the function, as in what it says of a `?`.
        let head = Span::call_site().located_at(self.sig.fn_token.span);
        let head = quote_spanned!(head=> move ||);
        let apart = Ident::new("apart", Span::mixed_site());
        let run = run(&apart, body, private);
        quote! {
            let mut #apart = #private::Apart::new(#head #output #block);
            #run
        }
    }

    /// A closure owns as much of a parameter as it mentions: all of it.
    fn captures(&self) -> TokenStream {
        let mut captures = TokenStream::new();
        for input in &self.sig.inputs {
            let (attrs, names) = match input {
                FnArg::Receiver(receiver) => {
                    let itself = Ident::new("self", receiver.self_token.span);
                    (&receiver.attrs, vec![itself])
                }
                FnArg::Typed(typed) => (&typed.attrs, bindings(&typed.pat)),
            };
            let conditions: Vec<_> = attrs.iter().filter(|attr| is_condition(attr)).collect();
            for name in names {
                captures.extend(quote! {
                    #(#conditions)*
                    #[allow(clippy::used_underscore_binding)]
                    let _ = &#name;
                });
            }
        }
        captures
    }

    /// The function's own, for rustc to infer from it what it would in the function. An `impl Trait`
    /// can only stand there.
    fn output(&self) -> Option<TokenStream> {
        let keyword = Ident::new("impl", Span::call_site());
        let output = match &self.sig.output {
            ReturnType::Default => quote!(-> ()),
            output @ ReturnType::Type(..) => quote!(#output),
        };
        names::find(&[&keyword], output.clone())
            .is_none()
            .then_some(output)
    }
}

/// The call that is the function's value, at the place of the body's: there rustc says what is wrong with it.
fn run(apart: &Ident, body: &Body, private: &TokenStream) -> TokenStream {
    let (first, last) = body.tail();
    let function = quote!(#private::Apart::run).into_iter().map(|mut token| {
        token.set_span(token.span().located_at(first));
        token
    });
    let mut arguments = Group::new(Delimiter::Parenthesis, quote!(&mut #apart));
    arguments.set_span(Span::call_site().located_at(last));
    quote!(#(#function)* #arguments)
}

/// Whether a parameter is there at all is only known later.
pub(crate) fn is_condition(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg")
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
