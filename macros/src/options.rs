//! What the options of every attribute have in common: `key = value`, each once, commas between.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::size;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::fmt::Display;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, MetaNameValue as NameValue, Path, Token,
    token,
};

pub(crate) const NAME_EXAMPLE: &str = "name = \"commit\"";
pub(crate) const PLAN_EXAMPLE: &str = "plan = Columns::plan(rows)";
pub(crate) const CRATE_EXAMPLE: &str = "crate = ::renamed";

/// Calls `option` on each of the options; one that is wrong is reported and passed over.
pub(crate) fn each(
    tokens: TokenStream,
    diagnostics: &mut Diagnostics,
    mut option: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    let mut wrong = Diagnostics::default();
    let options = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Err(error) = option(input) {
                wrong.push(error);
                rest(input);
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    let end = options.parse2(tokens);
    diagnostics.append(wrong);
    if let Err(error) = end {
        diagnostics.push(error);
    }
}

/// The same for the options in the attributes of a derive at one place: those called `name`.
pub(crate) fn each_in(
    attrs: &[Attribute],
    (name, without): (&str, Message<'_>),
    diagnostics: &mut Diagnostics,
    mut option: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match attr.meta.require_list() {
            Ok(list) => each(list.tokens.clone(), diagnostics, &mut option),
            Err(_) => diagnostics.push(error_at(&attr.meta, without)),
        }
    }
}

/// What stands in the parentheses of an attribute that a macro takes off another's item.
///
/// What goes after a `=` comes with the `=`, which starts no option.
pub(crate) fn of(attr: &Attribute) -> TokenStream {
    match &attr.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(NameValue {
            eq_token, value, ..
        }) => quote!(#eq_token #value),
    }
}

/// The key that an option starts with, keywords included.
pub(crate) fn key(input: ParseStream<'_>, expected: &str, example: &str) -> syn::Result<Ident> {
    if input.peek(Ident::peek_any) {
        return input.call(Ident::parse_any);
    }
    let found: TokenTree = input.fork().parse()?;
    let (expected, example) = (&expected, &example);
    Err(error_at(found, Message::NotAnOption { expected, example }))
}

pub(crate) fn unknown(found: &Ident, expected: &str) -> syn::Error {
    let expected = &expected;
    error_at(found, Message::UnknownOption { found, expected })
}

/// The `=` after a key, with something behind it.
pub(crate) fn equals_sign(
    input: ParseStream<'_>,
    option: &Ident,
    example: &str,
) -> syn::Result<()> {
    let example = &example;
    if input.peek(token::Paren) {
        let value: Group = input.parse()?;
        return Err(error_at(
            value,
            Message::ValueInParentheses { option, example },
        ));
    }
    let equals: Option<Token![=]> = input.parse()?;
    if equals.is_none() || rest(&input.fork()).is_empty() {
        return Err(error_at(option, Message::MissingValue { option, example }));
    }
    Ok(())
}

/// The parentheses after a key.
pub(crate) fn in_parentheses(
    input: ParseStream<'_>,
    option: &Ident,
    example: &str,
) -> syn::Result<Group> {
    if input.peek(token::Paren) {
        return input.parse();
    }
    let example = &example;
    Err(error_at(option, Message::MissingValue { option, example }))
}

/// Keeps the first value; a second is an error at its key.
pub(crate) fn set_once<T>(slot: &mut Option<T>, option: &Ident, value: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(error_at(option, Message::DuplicateOption { option }));
    }
    *slot = Some(value);
    Ok(())
}

/// Nothing but a comma follows `before`.
pub(crate) fn end(input: ParseStream<'_>, before: &dyn Display) -> syn::Result<()> {
    let rest = rest(input);
    if rest.is_empty() {
        return Ok(());
    }
    Err(error_at(rest, Message::AfterValue { before }))
}

/// What `end` calls the value of `key = value`.
pub(crate) fn value_of(option: &Ident) -> String {
    format!("the value of `{option}`")
}

/// A literal; without one, the name would be that of `default`.
pub(crate) fn phase_name(
    input: ParseStream<'_>,
    example: &str,
    default: &str,
) -> syn::Result<LitStr> {
    let (example, default) = (&example, &default);
    let value = rest(&input.fork());
    let name: LitStr = input
        .parse()
        .map_err(|_| error_at(value, Message::NameNotAString { example }))?;
    if name.value().trim().is_empty() {
        return Err(error_at(name, Message::NameEmpty { example, default }));
    }
    Ok(name)
}

pub(crate) fn facade_path(input: ParseStream<'_>) -> syn::Result<Path> {
    let value = rest(&input.fork());
    Path::parse_mod_style(input).map_err(|_| error_at(value, Message::CrateNotAPath))
}

/// An expression; what it means is rustc's business.
pub(crate) fn expression(input: ParseStream<'_>, option: &Ident) -> syn::Result<Expr> {
    let value = rest(&input.fork());
    input
        .parse()
        .map_err(|_| error_at(value, Message::ValueNotAnExpression { option }))
}

/// A number of bytes: an expression, or a text such as `"512MiB"`.
pub(crate) fn bytes(input: ParseStream<'_>, option: &Ident) -> syn::Result<TokenStream> {
    match expression(input, option)? {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => size::literal(&text),
        value => Ok(value.to_token_stream()),
    }
}

/// The tokens up to the next `,`.
pub(crate) fn rest(input: ParseStream<'_>) -> TokenStream {
    let next = || {
        (!input.peek(Token![,]))
            .then(|| input.parse::<TokenTree>().ok())
            .flatten()
    };
    std::iter::from_fn(next).collect()
}
