//! `#[witness]` on a parameter and on a `let`: the value becomes a `Secret`.

use crate::apart::conditions;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::ItemFn;
use crate::names::{self, is_called};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Meta, Pat, PatIdent, Path, Token, Type};

/// The marks of one function.
pub(crate) struct Marks<'a> {
    private: &'a TokenStream,
    /// Where the first of them was.
    pub(crate) first: Option<Path>,
    pub(crate) diagnostics: Diagnostics,
}

/// A parameter whose value is a secret in the body.
pub(crate) struct SecretParameter {
    conditions: Vec<Attribute>,
    mutability: Option<Token![mut]>,
    ident: Ident,
}

impl SecretParameter {
    /// The parameter under its own name, as a secret.
    pub(crate) fn binding(&self, private: &TokenStream) -> TokenStream {
        let Self {
            conditions,
            mutability,
            ident,
        } = self;
        quote! {
            #(#conditions)*
            #[allow(
                clippy::used_underscore_binding,
                clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated
            )]
            let #mutability #ident = #private::Secret::new(#ident);
        }
    }
}

impl<'a> Marks<'a> {
    pub(crate) fn new(private: &'a TokenStream) -> Self {
        Self {
            private,
            first: None,
            diagnostics: Diagnostics::default(),
        }
    }

    /// Takes the marks off: the variables are secrets then, the parameters are left to the caller.
    pub(crate) fn take_off(&mut self, function: &mut ItemFn) -> Vec<SecretParameter> {
        let inputs = function.sig.inputs.iter_mut();
        let parameters = inputs.filter_map(|input| self.parameter(input)).collect();
        if let Some(body) = &mut function.body {
            let statements = body.statements_mut();
            if let Some(changed) = self.statements(statements) {
                *statements = changed;
            }
        }
        parameters
    }

    fn parameter(&mut self, input: &mut FnArg) -> Option<SecretParameter> {
        let attrs = match input {
            FnArg::Receiver(receiver) => &mut receiver.attrs,
            FnArg::Typed(typed) => &mut typed.attrs,
        };
        self.mark(attrs)?;
        match input {
            FnArg::Receiver(receiver) => self.reject(receiver.self_token, Message::SecretSelf),
            FnArg::Typed(typed) => match name(&mut typed.pat) {
                Some(PatIdent {
                    mutability, ident, ..
                }) => {
                    return Some(SecretParameter {
                        conditions: conditions(&typed.attrs),
                        mutability: mutability.take(), // the secret is what changes
                        ident: ident.clone(),
                    });
                }
                None => self.reject(&typed.pat, Message::SecretPattern),
            },
        }
        None
    }

    fn reject(&mut self, tokens: impl ToTokens, message: Message<'_>) {
        self.diagnostics.push(error_at(tokens, message));
    }

    /// The mark among the attributes, where it is taken off.
    fn mark(&mut self, attrs: &mut Vec<Attribute>) -> Option<Path> {
        let mut marks = attrs.extract_if(.., |attr| is_called(attr, "witness"));
        let mark = marks.next()?;
        let path = mark.path().clone();
        self.first.get_or_insert_with(|| path.clone());
        if !matches!(mark.meta, Meta::Path(_)) {
            self.reject(&mark.meta, Message::SecretWithOptions);
        }
        for other in marks {
            self.reject(other.path(), Message::DuplicateWitness);
        }
        Some(path)
    }

    /// The statements with secrets in them; none if there is no mark, and nothing to change.
    fn statements(&mut self, statements: &TokenStream) -> Option<TokenStream> {
        let mark = Ident::new("witness", Span::call_site());
        names::find(&[&mark], statements.clone())?;
        let walk = |input: ParseStream<'_>| self.walk(input);
        walk.parse2(statements.clone()).ok()
    }

    /// What else there is than marked variables stays as it is, functions with their own marks included.
    fn walk(&mut self, input: ParseStream<'_>) -> syn::Result<TokenStream> {
        let mut output = TokenStream::new();
        while !input.is_empty() {
            if is_marked_let(input) {
                self.variable(input)?.to_tokens(&mut output);
            } else if input.peek(Token![fn]) && input.fork().parse::<ItemFn>().is_ok() {
                input.parse::<ItemFn>()?.to_tokens(&mut output);
            } else {
                self.token(input.parse()?).to_tokens(&mut output);
            }
        }
        Ok(output)
    }

    fn token(&mut self, token: TokenTree) -> TokenTree {
        let TokenTree::Group(group) = &token else {
            return token;
        };
        let Some(content) = self.statements(&group.stream()) else {
            return token;
        };
        let mut changed = Group::new(group.delimiter(), content);
        changed.set_span(group.span());
        TokenTree::Group(changed)
    }

    /// `#[witness] let x: T = value;` as `let x: Secret<T> = Secret::new(value);`.
    fn variable(&mut self, input: ParseStream<'_>) -> syn::Result<TokenStream> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let mark = self.mark(&mut attrs);
        let statement = statement(input);
        let statement = self.statements(&statement).unwrap_or(statement);
        let parsed = (|input: ParseStream<'_>| Variable::parse(input)).parse2(statement.clone());
        let secret = match (parsed, mark) {
            (Ok(variable), Some(mark)) => self.secret(variable, &mark),
            (Err(error), _) => {
                self.diagnostics.push(error);
                None
            }
            _ => None,
        };
        let statement = secret.unwrap_or(statement);
        Ok(quote!(#(#attrs)* #statement))
    }

    fn secret(&mut self, mut variable: Variable, mark: &Path) -> Option<TokenStream> {
        let Variable {
            keyword,
            pattern,
            ty,
            value,
        } = &mut variable;
        let Some(PatIdent {
            mutability, ident, ..
        }) = name(pattern)
        else {
            self.reject(pattern, Message::SecretPattern);
            return None;
        };
        let Some((equals, value)) = value else {
            let name = &ident;
            self.reject(&ident, Message::SecretWithoutValue { name });
            return None;
        };
        if let Some(keyword) = take_else(value) {
            self.reject(keyword, Message::SecretElse);
        }
        let private = self.private;
        let ty = ty
            .iter()
            .map(|(colon, ty)| quote!(#colon #private::Secret<#ty>));
        // What is wrong with the value is said at the mark.
        let at = Span::call_site().located_at(mark.span());
        let (open, new) = (quote_spanned!(at=> <), quote_spanned!(at=> new));
        let secret = quote!(#open #private::Secret<_>>::#new(#value));
        Some(quote!(#keyword #mutability #ident #(#ty)* #equals #secret))
    }
}

/// `let pattern: ty = value`.
struct Variable {
    keyword: Token![let],
    pattern: Pat,
    ty: Option<(Token![:], Type)>,
    value: Option<(Token![=], TokenStream)>,
}

impl Variable {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            keyword: input.parse()?,
            pattern: input.call(Pat::parse_multi_with_leading_vert)?,
            ty: match input.parse()? {
                Some(colon) => Some((colon, input.parse()?)),
                None => None,
            },
            value: match input.parse()? {
                Some(equals) => Some((equals, input.parse()?)),
                None => None,
            },
        })
    }
}

fn is_marked_let(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let attrs = ahead.call(Attribute::parse_outer).unwrap_or_default();
    ahead.peek(Token![let]) && attrs.iter().any(|attr| is_called(attr, "witness"))
}

/// The tokens in front of the next `;`.
fn statement(input: ParseStream<'_>) -> TokenStream {
    let next = || {
        (!input.peek(Token![;]))
            .then(|| input.parse::<TokenTree>().ok())
            .flatten()
    };
    std::iter::from_fn(next).collect()
}

/// A pattern that is a name and no more than that.
fn name(pattern: &mut Pat) -> Option<&mut PatIdent> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => Some(name),
        _ => None,
    }
}

/// Takes off the `else` of a `let`, which follows no `}` as that of an `if` does.
fn take_else(value: &mut TokenStream) -> Option<TokenTree> {
    let mut tokens: Vec<_> = value.clone().into_iter().collect();
    let is_block = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    match &tokens[..] {
        [.., before, TokenTree::Ident(keyword), block]
            if keyword == "else" && is_block(block) && !is_block(before) => {}
        _ => return None,
    }
    let keyword = tokens.drain(tokens.len() - 2..).next();
    *value = tokens.into_iter().collect();
    keyword
}
