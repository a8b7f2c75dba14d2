//! The options in `#[lowmem(..)]`.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::opening::Chosen;
use crate::options::{self, CRATE_EXAMPLE, set_once};
use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Path, Token};

const KEYS: &str = "`min`, `prefer`, `require`, `encrypt`, `crate`";
const MIN_EXAMPLE: &str = "min = \"1MiB\"";
const PREFER_EXAMPLE: &str = "prefer = file";

/// What the user chose; `None` stands for the default.
pub(crate) struct Args {
    /// The attribute, for its place.
    pub(crate) place: Path,
    pub(super) min: Option<Chosen>,
    /// `budget` or `file`.
    pub(super) prefer: Option<Ident>,
    pub(super) require: Option<Ident>,
    pub(super) encrypt: Option<Ident>,
    pub(crate) facade: Option<Path>,
}

impl Args {
    /// Of the attribute that expands.
    pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let place = Ident::new("lowmem", Span::call_site()).into();
        Self::of(place, tokens, diagnostics)
    }

    /// Of an attribute with that path; an option that is wrong is reported and left out.
    pub(crate) fn of(place: Path, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self {
            place,
            min: None,
            prefer: None,
            require: None,
            encrypt: None,
            facade: None,
        };
        options::each(tokens, diagnostics, |input| args.parse_option(input));
        if let (Some(_), Some(encrypt)) = (&args.require, &args.encrypt) {
            diagnostics.push(error_at(encrypt, Message::RequiredAndEncrypted));
        }
        args
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, KEYS, MIN_EXAMPLE)?;
        match option.to_string().as_str() {
            "min" => {
                options::equals_sign(input, &option, MIN_EXAMPLE)?;
                let value = options::bytes(input, &option)?;
                let key = option.clone();
                set_once(&mut self.min, &option, Chosen { key, value })?;
            }
            "prefer" => {
                options::equals_sign(input, &option, PREFER_EXAMPLE)?;
                set_once(&mut self.prefer, &option, preference(input)?)?;
            }
            "crate" => {
                options::equals_sign(input, &option, CRATE_EXAMPLE)?;
                set_once(&mut self.facade, &option, options::facade_path(input)?)?;
            }
            "require" => return word(input, &option, &mut self.require),
            "encrypt" => return word(input, &option, &mut self.encrypt),
            _ => return Err(options::unknown(&option, KEYS)),
        }
        options::end(input, &options::value_of(&option))
    }
}

fn word(input: ParseStream<'_>, word: &Ident, slot: &mut Option<Ident>) -> syn::Result<()> {
    set_once(slot, word, word.clone())?;
    options::end(input, &format!("`{word}`"))
}

fn preference(input: ParseStream<'_>) -> syn::Result<Ident> {
    let value = options::rest(&input.fork());
    let found = input.parse::<Ident>().ok();
    let known = found.filter(|found| found == "budget" || found == "file");
    let ends = input.is_empty() || input.peek(Token![,]);
    known
        .filter(|_| ends)
        .ok_or_else(|| error_at(value, Message::BadPreference))
}
