//! What `scope!` takes: `"name", tmp in phase, plan = plan => { .. }`, of which the name, the parent
//! and the plan may be left out.

use crate::diagnostics::{Message, error_at};
use crate::item_fn::Body;
use crate::opening::{self, Chosen, Opening};
use crate::options::{self, PLAN_EXAMPLE};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, LitStr, Token, token};

const SCOPE_EXAMPLE: &str = "scope!(\"fold\", tmp => { .. })";

pub(super) struct Args {
    name: Option<LitStr>,
    handle: Ident,
    parent: Option<Expr>,
    plan: Option<Chosen>,
    pub(super) body: Body,
}

impl Args {
    pub(super) fn opening(&self) -> Opening<'_> {
        Opening {
            facade: None,
            name: match &self.name {
                Some(chosen) => chosen.to_token_stream(),
                None => opening::named_after(&self.handle),
            },
            place: self.handle.span(),
            handle: &self.handle,
            named: true,
            parent: self.parent.as_ref().map(ToTokens::to_token_stream),
            reserve: None,
            budget: None,
            reservations: Vec::new(),
            plan: self.plan.as_ref(),
            lowmem: None,
            first: TokenStream::new(),
            absorbed: &[],
            fallible: None,
            apart: None,
        }
    }
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = name(input)?;
        let handle = input.parse().or_else(|_| misplaced(input))?;
        let keyword: Option<Token![in]> = input.parse()?;
        let parent = keyword.map(|_| expression(input)).transpose()?;
        let plan = plan(input)?;
        input.parse::<Token![=>]>().or_else(|_| misplaced(input))?;
        if !input.peek(token::Brace) {
            return misplaced(input);
        }
        let body = input.parse()?;
        if !input.is_empty() {
            return misplaced(input);
        }
        Ok(Self {
            name,
            handle,
            parent,
            plan,
            body,
        })
    }
}

fn name(input: ParseStream<'_>) -> syn::Result<Option<LitStr>> {
    if !input.peek(syn::Lit) {
        return Ok(None);
    }
    let name = options::phase_name(input, SCOPE_EXAMPLE, "the handle's")?;
    input.parse::<Token![,]>().or_else(|_| misplaced(input))?;
    Ok(Some(name))
}

fn plan(input: ParseStream<'_>) -> syn::Result<Option<Chosen>> {
    if input.parse::<Option<Token![,]>>()?.is_none() {
        return Ok(None);
    }
    let key = Ident::parse_any(input).or_else(|_| misplaced(input))?;
    match key.to_string().as_str() {
        // Not an `=` with something behind it.
        "plan" if input.peek(Token![=>]) => {
            let (option, example) = (&key, &PLAN_EXAMPLE);
            return Err(error_at(&key, Message::MissingValue { option, example }));
        }
        "plan" => options::equals_sign(input, &key, PLAN_EXAMPLE)?,
        "reserve" | "budget" => return Err(error_at(&key, Message::PartInScope { key: &key })),
        _ => return Err(error_at(&key, Message::NotAScope)),
    }
    let value = expression(input)?.to_token_stream();
    Ok(Some(Chosen { key, value }))
}

/// An expression in front of the block or the `=>`.
fn expression(input: ParseStream<'_>) -> syn::Result<Expr> {
    Expr::parse_without_eager_brace(input).or_else(|_| misplaced(input))
}

/// One text for whatever is missing: the form is short enough to be said in full.
fn misplaced<T>(input: ParseStream<'_>) -> syn::Result<T> {
    let message = Message::NotAScope;
    Err(match input.fork().parse::<TokenTree>() {
        Ok(found) => error_at(found, message),
        Err(_) => syn::Error::new(input.span(), message),
    })
}
