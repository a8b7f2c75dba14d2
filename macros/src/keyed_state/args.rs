//! The options in `#[state(..)]`: those of the type, and those of a field.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::options::{self, CRATE_EXAMPLE, set_once};
use proc_macro2::Ident;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token, Type};

const TYPE_KEYS: &str = "`key`, `domains`, `crate`";
const FIELD_KEYS: &str = "`flag`, `init`, `rollback`";
const KEY_EXAMPLE: &str = "key = SlotKey";
const DOMAINS_EXAMPLE: &str = "domains(frame < run)";
const ROLLBACK_EXAMPLE: &str = "rollback = never";
/// What is read, and what is said of one without options.
const STATE: (&str, Message<'_>) = ("state", Message::NoStateOptions);

/// The options of a type.
#[derive(Default)]
pub(super) struct TypeArgs {
    pub(super) key: Option<Type>,
    /// The innermost first.
    pub(super) domains: Option<Vec<Ident>>,
    pub(super) facade: Option<Path>,
}

impl TypeArgs {
    pub(super) fn parse(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        options::each_in(attrs, STATE, diagnostics, |input| args.parse_option(input));
        args
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, TYPE_KEYS, KEY_EXAMPLE)?;
        match option.to_string().as_str() {
            "key" => {
                options::equals_sign(input, &option, KEY_EXAMPLE)?;
                set_once(&mut self.key, &option, key_type(input)?)?;
            }
            "domains" => set_once(&mut self.domains, &option, domains(input, &option)?)?,
            "crate" => {
                options::equals_sign(input, &option, CRATE_EXAMPLE)?;
                set_once(&mut self.facade, &option, options::facade_path(input)?)?;
            }
            _ => return Err(options::unknown(&option, TYPE_KEYS)),
        }
        options::end(input, &options::value_of(&option))
    }
}

fn key_type(input: ParseStream<'_>) -> syn::Result<Type> {
    let value = options::rest(&input.fork());
    let parsed = input.parse();
    parsed.map_err(|_| error_at(value, Message::KeyNotAType))
}

/// `(frame < run)`.
fn domains(input: ParseStream<'_>, option: &Ident) -> syn::Result<Vec<Ident>> {
    let tokens = options::in_parentheses(input, option, DOMAINS_EXAMPLE)?;
    let list = Punctuated::<Ident, Token![<]>::parse_separated_nonempty;
    let names = list.parse2(tokens.stream());
    let names = names.map_err(|_| error_at(tokens, Message::BadDomains))?;
    Ok(names.into_iter().collect())
}

/// The options of a field.
#[derive(Default)]
pub(super) struct FieldArgs {
    pub(super) flag: Option<Ident>,
    pub(super) init: Option<Ident>,
    /// A domain, or `never`.
    pub(super) rollback: Option<Ident>,
}

impl FieldArgs {
    pub(super) fn parse(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        options::each_in(attrs, STATE, diagnostics, |input| args.parse_option(input));
        args
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, FIELD_KEYS, ROLLBACK_EXAMPLE)?;
        match option.to_string().as_str() {
            "flag" => set_once(&mut self.flag, &option, option.clone())?,
            "init" => set_once(&mut self.init, &option, option.clone())?,
            "rollback" => {
                options::equals_sign(input, &option, ROLLBACK_EXAMPLE)?;
                set_once(&mut self.rollback, &option, domain(input)?)?;
                return options::end(input, &options::value_of(&option));
            }
            _ => return Err(options::unknown(&option, FIELD_KEYS)),
        }
        options::end(input, &format!("`{option}`"))
    }
}

fn domain(input: ParseStream<'_>) -> syn::Result<Ident> {
    let value = options::rest(&input.fork());
    let parsed = input.parse();
    parsed.map_err(|_| error_at(value, Message::RollbackNotADomain))
}
