//! The options in `#[arena(..)]`: those of the type, and those of a field.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::opening::Chosen;
use crate::options::{self, CRATE_EXAMPLE, set_once};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Lifetime, LitInt, LitStr, Path, Token, Type, WherePredicate, token};

const TYPE_KEYS: &str = "`new`, `bound`, `lifetime`, `crate`";
const FIELD_KEYS: &str =
    "`poly`, `witness`, `scratch`, `lowmem`, `skip`, `default`, `len`, `reserve`, `align`, `init`";
const NEW_EXAMPLE: &str = "new(rows: usize)";
const BOUND_EXAMPLE: &str = "bound(F: Clone + 'static)";
const LIFETIME_EXAMPLE: &str = "lifetime = 'ph";

/// The greatest alignment a block can have: a page of the smallest kind.
const GREATEST_ALIGN: usize = 4096;

/// What is read, and what is said of one without options.
const ARENA: (&str, Message<'_>) = ("arena", Message::NoArenaOptions);

/// Whether an attribute is `#[arena(..)]`.
pub(super) fn is_arena(attr: &Attribute) -> bool {
    attr.path().is_ident(ARENA.0)
}

/// The options of a type.
#[derive(Default)]
pub(super) struct TypeArgs {
    pub(super) new: Option<New>,
    pub(super) bound: Option<Vec<WherePredicate>>,
    pub(super) lifetime: Option<Lifetime>,
    pub(super) facade: Option<Path>,
}

/// `new(rows: usize)`: the arguments of the constructor.
pub(super) struct New {
    pub(super) key: Ident,
    pub(super) arguments: Vec<TokenStream>,
}

impl TypeArgs {
    pub(super) fn parse(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        options::each_in(attrs, ARENA, diagnostics, |input| args.parse_option(input));
        args
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, TYPE_KEYS, NEW_EXAMPLE)?;
        match option.to_string().as_str() {
            "new" => {
                let arguments = arguments(input, &option)?;
                let new = New {
                    key: option.clone(),
                    arguments,
                };
                set_once(&mut self.new, &option, new)?;
            }
            "bound" => set_once(&mut self.bound, &option, bounds(input, &option)?)?,
            "lifetime" => {
                options::equals_sign(input, &option, LIFETIME_EXAMPLE)?;
                set_once(&mut self.lifetime, &option, lifetime(input)?)?;
            }
            "crate" => {
                options::equals_sign(input, &option, CRATE_EXAMPLE)?;
                set_once(&mut self.facade, &option, options::facade_path(input)?)?;
            }
            _ => return Err(options::unknown(&option, TYPE_KEYS)),
        }
        options::end(input, &options::value_of(&option))
    }
}

/// `(rows, name: T)`; an argument without a type is a number of elements.
fn arguments(input: ParseStream<'_>, option: &Ident) -> syn::Result<Vec<TokenStream>> {
    let tokens = options::in_parentheses(input, option, NEW_EXAMPLE)?;
    let argument = |input: ParseStream<'_>| {
        let name: Ident = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(quote!(#name: ::core::primitive::usize));
        }
        input.parse::<Token![:]>()?;
        let ty: Type = input.parse()?;
        Ok(quote!(#name: #ty))
    };
    let list =
        |input: ParseStream<'_>| Punctuated::<_, Token![,]>::parse_terminated_with(input, argument);
    let arguments = list.parse2(tokens.stream());
    let arguments = arguments.map_err(|_| error_at(tokens, Message::BadArguments))?;
    Ok(arguments.into_iter().collect())
}

/// `bound(F: Clone)` or `bound = "F: Clone"`.
fn bounds(input: ParseStream<'_>, option: &Ident) -> syn::Result<Vec<WherePredicate>> {
    let list = Punctuated::<WherePredicate, Token![,]>::parse_terminated;
    let (place, parsed) = if input.peek(token::Paren) {
        let tokens = options::in_parentheses(input, option, BOUND_EXAMPLE)?;
        (tokens.to_token_stream(), list.parse2(tokens.stream()))
    } else {
        options::equals_sign(input, option, BOUND_EXAMPLE)?;
        let value = options::rest(&input.fork());
        let text = input.parse::<LitStr>();
        (value, text.and_then(|text| text.parse_with(list)))
    };
    let bounds = parsed.ok().filter(|bounds| !bounds.is_empty());
    let bounds = bounds.ok_or_else(|| error_at(place, Message::BadBound))?;
    Ok(bounds.into_iter().collect())
}

fn lifetime(input: ParseStream<'_>) -> syn::Result<Lifetime> {
    let value = options::rest(&input.fork());
    input
        .parse()
        .map_err(|_| error_at(value, Message::NotALifetime))
}

/// The options of a field.
#[derive(Default)]
pub(super) struct FieldArgs {
    /// `poly`, `witness`, `scratch` or `lowmem`.
    pub(super) kind: Option<Ident>,
    pub(super) skip: Option<Ident>,
    pub(super) default: Option<Ident>,
    pub(super) len: Option<Chosen>,
    pub(super) reserve: Option<Chosen>,
    pub(super) align: Option<Chosen>,
    pub(super) init: Option<Chosen>,
}

impl FieldArgs {
    pub(super) fn parse(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        options::each_in(attrs, ARENA, diagnostics, |input| args.parse_option(input));
        args
    }

    /// The word `lowmem`: the field lies in a file.
    pub(super) fn lowmem(&self) -> Option<&Ident> {
        self.kind.as_ref().filter(|kind| *kind == "lowmem")
    }

    /// What only the constructor looks at.
    pub(super) fn of_constructor(&self) -> impl Iterator<Item = &Chosen> {
        let Self {
            len,
            reserve,
            align,
            init,
            ..
        } = self;
        [len, reserve, align, init].into_iter().flatten()
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, FIELD_KEYS, "poly")?;
        let slot = match option.to_string().as_str() {
            "len" => &mut self.len,
            "reserve" => &mut self.reserve,
            "align" => &mut self.align,
            "init" => &mut self.init,
            _ => return self.parse_word(input, &option),
        };
        let value = value(input, &option)?;
        let key = option.clone();
        set_once(slot, &option, Chosen { key, value })?;
        options::end(input, &options::value_of(&option))
    }

    fn parse_word(&mut self, input: ParseStream<'_>, word: &Ident) -> syn::Result<()> {
        match word.to_string().as_str() {
            "poly" | "witness" | "scratch" | "lowmem" => set_kind(&mut self.kind, word)?,
            "skip" => set_once(&mut self.skip, word, word.clone())?,
            "default" => set_once(&mut self.default, word, word.clone())?,
            _ => return Err(options::unknown(word, FIELD_KEYS)),
        }
        options::end(input, &format!("`{word}`"))
    }
}

fn set_kind(slot: &mut Option<Ident>, kind: &Ident) -> syn::Result<()> {
    match slot {
        Some(first) if first != kind => Err(error_at(kind, Message::TwoKinds)),
        _ => set_once(slot, kind, kind.clone()),
    }
}

fn value(input: ParseStream<'_>, option: &Ident) -> syn::Result<TokenStream> {
    options::equals_sign(input, option, &format!("{option} = {}", example(option)))?;
    if option == "align" {
        return align(input);
    }
    Ok(options::expression(input, option)?.to_token_stream())
}

fn example(option: &Ident) -> &'static str {
    match option.to_string().as_str() {
        "align" => "64",
        "init" => "F::ZERO",
        _ => "rows",
    }
}

fn align(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let value = options::rest(&input.fork());
    let bytes = input.parse::<LitInt>();
    let bytes = bytes.and_then(|literal| literal.base10_parse::<usize>());
    match bytes {
        Ok(bytes) if bytes.is_power_of_two() && bytes <= GREATEST_ALIGN => Ok(value),
        _ => Err(error_at(value, Message::BadAlign)),
    }
}
