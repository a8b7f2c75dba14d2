//! The options of `#[zk_phase(..)]`.

use super::reserve::{self, Reservation};
use super::trace::{self, Trace};
use crate::apart::Witness;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::lowmem;
use crate::opening::Chosen;
use crate::options::{self, CRATE_EXAMPLE, NAME_EXAMPLE, PLAN_EXAMPLE, set_once};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Expr, Ident, LitStr, Path, Token, token};

const EXPECTED: &str = "`name`, `reserve`, `budget`, `plan`, `trace(..)`, `try`, `crate`";
const RESERVE_EXAMPLE: &str = "reserve = \"512MiB\"";
const BUDGET_EXAMPLE: &str = "budget = \"2GiB\"";

/// What the user chose; `None` stands for the default.
#[derive(Default)]
pub(super) struct Args {
    /// What the body calls the phase.
    pub(super) handle: Option<Ident>,
    /// The phase that this one is opened in; a root otherwise.
    pub(super) parent: Option<Expr>,
    pub(super) name: Option<LitStr>,
    pub(super) reserve: Option<Chosen>,
    pub(super) budget: Option<Chosen>,
    /// `reserve(..)`: vectors by name, beside the bytes.
    pub(super) reservations: Vec<Reservation>,
    /// A whole plan, in place of those two.
    pub(super) plan: Option<Chosen>,
    /// Logs that the body finds in its phase.
    pub(super) traces: Vec<Trace>,
    /// The word `try`: where memory is short, the function returns an error.
    pub(super) fallible: Option<Ident>,
    pub(super) facade: Option<Path>,
    /// `#[witness]` on the same function.
    pub(super) witness: Option<Witness>,
    /// `#[lowmem]` on the same function.
    pub(super) lowmem: Option<lowmem::Args>,
    /// The attribute that the phase is known by, where that is not `#[zk_phase]`.
    pub(super) known_by: Option<&'static str>,
    /// Attributes that were taken off the function.
    pub(super) absorbed: Vec<Path>,
}

impl Args {
    /// Reads every option; one that is wrong is reported and left out.
    pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        options::each(tokens, diagnostics, |input| args.parse_option(input));
        args
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, EXPECTED, NAME_EXAMPLE)?;
        match option.to_string().as_str() {
            "name" => {
                options::equals_sign(input, &option, NAME_EXAMPLE)?;
                set_once(&mut self.name, &option, name(input)?)?;
            }
            "reserve" if input.peek(token::Paren) => {
                return reserve::parse(input, &option, &mut self.reservations);
            }
            "reserve" => size(input, option.clone(), RESERVE_EXAMPLE, &mut self.reserve)?,
            "budget" => size(input, option.clone(), BUDGET_EXAMPLE, &mut self.budget)?,
            "plan" => {
                options::equals_sign(input, &option, PLAN_EXAMPLE)?;
                let value = options::expression(input, &option)?.to_token_stream();
                let key = option.clone();
                set_once(&mut self.plan, &option, Chosen { key, value })?;
            }
            "trace" if trace::follows(input) => {
                return trace::parse(input, &option, &mut self.traces);
            }
            "crate" => {
                options::equals_sign(input, &option, CRATE_EXAMPLE)?;
                set_once(&mut self.facade, &option, options::facade_path(input)?)?;
            }
            "try" => {
                set_once(&mut self.fallible, &option, option.clone())?;
                return options::end(input, &"`try`");
            }
            _ => return self.parse_handle(input, option),
        }
        options::end(input, &options::value_of(&option))
    }

    /// `tmp` or `tmp in out`: a word of the user's own stands for the handle.
    fn parse_handle(&mut self, input: ParseStream<'_>, handle: Ident) -> syn::Result<()> {
        if !is_a_name(&handle) || !(at_end(input) || input.peek(Ident) || input.peek(Token![in])) {
            return Err(options::unknown(&handle, EXPECTED));
        }
        if let Some(first) = &self.handle {
            return Err(error_at(handle, Message::TwoHandles { first }));
        }
        let handle = self.handle.insert(handle);
        let mut before = format!("`{handle}`");
        if let Some(keyword) = input.parse::<Option<Token![in]>>()? {
            if at_end(input) {
                return Err(error_at(keyword, Message::MissingParent { handle }));
            }
            self.parent = Some(options::expression(input, handle)?);
            before.push_str(" and its parent");
        }
        options::end(input, &before)
    }
}

fn size(
    input: ParseStream<'_>,
    key: Ident,
    example: &str,
    slot: &mut Option<Chosen>,
) -> syn::Result<()> {
    options::equals_sign(input, &key, example)?;
    let value = options::bytes(input, &key)?;
    set_once(slot, &key.clone(), Chosen { key, value })
}

fn name(input: ParseStream<'_>) -> syn::Result<LitStr> {
    options::phase_name(input, NAME_EXAMPLE, "the function's")
}

fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Keywords and `_` name nothing.
fn is_a_name(ident: &Ident) -> bool {
    syn::parse2::<Ident>(ident.to_token_stream()).is_ok()
}
