//! The options of `#[zk_phase(..)]`.

use crate::diagnostics::{Diagnostics, Message, error_at};
use proc_macro2::{Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token, token};

const EXPECTED: &str = "`name`, `crate`";
const NAME_EXAMPLE: &str = "name = \"commit\"";
const CRATE_EXAMPLE: &str = "crate = ::renamed";

/// What the user chose; `None` stands for the default.
#[derive(Default)]
pub(super) struct Args {
    pub(super) name: Option<LitStr>,
    pub(super) facade: Option<Path>,
}

impl Args {
    /// Reads every option; one that is wrong is reported and left out.
    pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let options = |input: ParseStream<'_>| {
            let mut args = Self::default();
            while !input.is_empty() {
                if let Err(error) = args.parse_option(input) {
                    diagnostics.push(error);
                    rest_of_option(input);
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(args)
        };
        options.parse2(tokens).unwrap_or_else(|error| {
            diagnostics.push(error);
            Self::default()
        })
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = option_name(input)?;
        match option.to_string().as_str() {
            "name" => {
                equals_sign(input, &option, NAME_EXAMPLE)?;
                set_once(&mut self.name, &option, phase_name(input)?)?;
            }
            "crate" => {
                equals_sign(input, &option, CRATE_EXAMPLE)?;
                set_once(&mut self.facade, &option, facade_path(input)?)?;
            }
            _ => {
                let message = Message::UnknownOption {
                    found: &option,
                    expected: &EXPECTED,
                };
                return Err(error_at(&option, message));
            }
        }
        end_of_option(input, &option)
    }
}

fn option_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(Ident::peek_any) {
        return input.call(Ident::parse_any);
    }
    let found: TokenTree = input.fork().parse()?;
    Err(error_at(
        found,
        Message::NotAnOption {
            expected: &EXPECTED,
        },
    ))
}

fn equals_sign(input: ParseStream<'_>, option: &Ident, example: &str) -> syn::Result<()> {
    if input.peek(token::Paren) {
        let value: Group = input.parse()?;
        return Err(error_at(
            value,
            Message::ValueInParentheses {
                option,
                example: &example,
            },
        ));
    }
    let equals: Option<Token![=]> = input.parse()?;
    if equals.is_none() || rest_of_option(&input.fork()).is_empty() {
        return Err(error_at(
            option,
            Message::MissingValue {
                option,
                example: &example,
            },
        ));
    }
    Ok(())
}

fn set_once<T>(slot: &mut Option<T>, option: &Ident, value: T) -> syn::Result<()> {
    if slot.replace(value).is_some() {
        return Err(error_at(option, Message::DuplicateOption { option }));
    }
    Ok(())
}

fn phase_name(input: ParseStream<'_>) -> syn::Result<LitStr> {
    let value = rest_of_option(&input.fork());
    let name: LitStr = input
        .parse()
        .map_err(|_| error_at(value, Message::NameNotAString))?;
    if name.value().trim().is_empty() {
        return Err(error_at(name, Message::NameEmpty));
    }
    Ok(name)
}

fn facade_path(input: ParseStream<'_>) -> syn::Result<Path> {
    let value = rest_of_option(&input.fork());
    Path::parse_mod_style(input).map_err(|_| error_at(value, Message::CrateNotAPath))
}

fn end_of_option(input: ParseStream<'_>, option: &Ident) -> syn::Result<()> {
    let rest = rest_of_option(input);
    if rest.is_empty() {
        return Ok(());
    }
    Err(error_at(rest, Message::AfterValue { option }))
}

/// The tokens up to the next `,`.
fn rest_of_option(input: ParseStream<'_>) -> TokenStream {
    let next = || {
        (!input.peek(Token![,]))
            .then(|| input.parse::<TokenTree>().ok())
            .flatten()
    };
    std::iter::from_fn(next).collect()
}
