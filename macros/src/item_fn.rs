//! The item under an attribute: a function's signature parsed, its body left as opaque tokens.

use crate::diagnostics::Diagnostics;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Signature, Token, Visibility, braced, token};

/// What an attribute was put on.
pub(crate) enum Annotated {
    /// A function of any kind.
    Fn(Box<ItemFn>),
    /// Another item; `keyword` says which.
    Item {
        keyword: TokenTree,
        tokens: TokenStream,
    },
    /// A statement or an expression, where rustc rejects every attribute macro by itself.
    Statement(TokenStream),
    /// Syntax newer than syn, whose error says where it stopped.
    Unread(TokenStream),
}

impl Annotated {
    pub(crate) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        syn::parse2(tokens.clone()).unwrap_or_else(|error| {
            diagnostics.push(error);
            Self::Unread(tokens)
        })
    }

    pub(crate) fn as_fn_with_body(&self) -> Option<(&ItemFn, &Body)> {
        match self {
            Self::Fn(function) => function.body.as_ref().map(|body| (&**function, body)),
            _ => None,
        }
    }
}

impl Parse for Annotated {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        let keyword = keyword(&ahead.fork())?;
        if keyword.to_string() == "fn" {
            return Ok(Self::Fn(Box::new(input.parse()?)));
        }
        let tokens = input.parse()?;
        Ok(if is_statement(&ahead) {
            Self::Statement(tokens)
        } else {
            Self::Item { keyword, tokens }
        })
    }
}

/// The item as the user wrote it.
impl ToTokens for Annotated {
    fn to_tokens(&self, output: &mut TokenStream) {
        match self {
            Self::Fn(function) => function.to_tokens(output),
            Self::Item { tokens, .. } | Self::Statement(tokens) | Self::Unread(tokens) => {
                tokens.to_tokens(output);
            }
        }
    }
}

/// The token that tells one kind of item from another.
fn keyword(input: ParseStream<'_>) -> syn::Result<TokenTree> {
    let first = input.fork().parse()?;
    while let Ok(token) = input.parse::<TokenTree>() {
        match token.to_string().as_str() {
            "fn" | "impl" | "trait" | "mod" => return Ok(token),
            "default" | "const" | "async" | "unsafe" | "safe" | "extern" | "auto" => {}
            _ if matches!(token, TokenTree::Literal(_)) => {} // `extern "C"`
            _ => break,
        }
    }
    Ok(first)
}

fn is_statement(input: ParseStream<'_>) -> bool {
    input.peek(Token![let]) || is_expression(input).unwrap_or(false)
}

/// A macro call does not count: it may stand for items.
fn is_expression(input: ParseStream<'_>) -> syn::Result<bool> {
    let expr: Expr = input.parse()?;
    input.parse::<Option<Token![;]>>()?;
    Ok(input.is_empty() && !matches!(expr, Expr::Macro(_)))
}

/// A function, with or without a body.
pub(crate) struct ItemFn {
    pub(crate) attrs: Vec<Attribute>,
    vis: Visibility,
    defaultness: Option<Token![default]>,
    pub(crate) sig: Signature,
    pub(crate) body: Option<Body>,
    semi: Option<Token![;]>,
}

impl ItemFn {
    /// The function with another body.
    pub(crate) fn with_body(&self, body: impl ToTokens) -> TokenStream {
        self.with(&self.sig, body)
    }

    /// The same, callable at run time only.
    pub(crate) fn without_const(&self, body: impl ToTokens) -> TokenStream {
        let mut sig = self.sig.clone();
        sig.constness = None;
        self.with(&sig, body)
    }

    fn with(&self, sig: &Signature, body: impl ToTokens) -> TokenStream {
        let Self {
            attrs,
            vis,
            defaultness,
            ..
        } = self;
        quote!(#(#attrs)* #vis #defaultness #sig #body)
    }
}

impl Parse for ItemFn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            defaultness: input.parse()?,
            sig: input.parse()?,
            body: if input.peek(Token![;]) {
                None
            } else {
                Some(input.parse()?)
            },
            semi: input.parse()?,
        })
    }
}

/// The function as the user wrote it.
impl ToTokens for ItemFn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { body, semi, .. } = self;
        tokens.extend(self.with_body(quote!(#body #semi)));
    }
}

/// A function's body, unread.
pub(crate) struct Body {
    brace: token::Brace,
    inner_attrs: Vec<Attribute>,
    statements: TokenStream,
}

impl Body {
    /// `content` between the user's own braces, after the user's inner attributes.
    ///
    /// What rustc says about the end of a local's life then points at the user's `}`.
    pub(crate) fn replaced_by(&self, content: impl ToTokens) -> TokenStream {
        let inner_attrs = &self.inner_attrs;
        self.braced(quote!(#(#inner_attrs)* #content))
    }

    /// `content` in braces at the same place that are not the user's.
    pub(crate) fn replaced_by_macro(&self, content: impl ToTokens) -> TokenStream {
        let inner_attrs = &self.inner_attrs;
        let content = quote!(#(#inner_attrs)* #content);
        let mut group = Group::new(Delimiter::Brace, content);
        group.set_span(Span::call_site().located_at(self.span()));
        TokenTree::Group(group).into()
    }

    /// The opening brace, which tells whose code the body is.
    pub(crate) fn open(&self) -> Span {
        self.brace.span.open()
    }

    pub(crate) fn statements(&self) -> &TokenStream {
        &self.statements
    }

    /// The statements, to change.
    pub(crate) fn statements_mut(&mut self) -> &mut TokenStream {
        &mut self.statements
    }

    /// Where the body is.
    pub(crate) fn span(&self) -> Span {
        self.brace.span.join()
    }

    /// The user's statements as a block expression, without the inner attributes.
    pub(crate) fn block(&self) -> TokenStream {
        self.braced(&self.statements)
    }

    /// Where the value of the body starts and ends: at the tokens after the last `;`.
    pub(crate) fn tail(&self) -> (Span, Span) {
        let close = self.brace.span.close();
        let (mut first, mut last) = (close, close);
        let mut starts = true;
        for token in self.statements.clone() {
            last = token.span();
            if starts {
                first = last;
            }
            starts = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        }
        (first, last)
    }

    fn braced(&self, content: impl ToTokens) -> TokenStream {
        let mut tokens = TokenStream::new();
        self.brace
            .surround(&mut tokens, |inside| content.to_tokens(inside));
        tokens
    }
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        Ok(Self {
            brace: braced!(content in input),
            inner_attrs: content.call(Attribute::parse_inner)?,
            statements: content.parse()?,
        })
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.replaced_by(&self.statements));
    }
}
