//! `trace(storage: LogQuery, mode = record, fold = StorageDedup)`: a log that the body finds in its phase.

use super::args::Args;
use super::check::hidden_parameter;
use crate::context;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::{Body, ItemFn};
use crate::names;
use crate::opening::Chosen;
use crate::options::{self, set_once};
use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Token, Type, token};

const EXPECTED: &str = "`mode`, `fold`, `reserve`";
const FORM: &str = "storage: LogQuery";
const MODE_EXAMPLE: &str = "mode = record";
const FOLD_EXAMPLE: &str = "fold = StorageDedup";
const RESERVE_EXAMPLE: &str = "reserve = queries.len()";

/// A log as the user wrote it; what is missing was reported.
#[derive(Default)]
pub(super) struct Trace {
    name: Option<Ident>,
    /// The type of the records.
    record: Option<Type>,
    mode: Option<Mode>,
    fold: Option<Expr>,
    reserve: Option<Chosen>,
}

/// Whether the log keeps its records.
enum Mode {
    /// By a type: `record` or `skip`.
    Word(Ident),
    /// By a value.
    Value(Expr),
}

/// Whether `trace` is followed by what makes it an option, and not the name of the phase.
pub(super) fn follows(input: ParseStream<'_>) -> bool {
    input.peek(token::Paren) || input.peek(Token![=])
}

/// Reads what comes after `trace`. A log with mistakes is kept: the body may speak of it.
pub(super) fn parse(
    input: ParseStream<'_>,
    key: &Ident,
    traces: &mut Vec<Trace>,
) -> syn::Result<()> {
    let mut trace = Trace::default();
    let mut wrong = Diagnostics::default();
    if input.peek(token::Paren) {
        let content: Group = input.parse()?;
        options::each(content.stream(), &mut wrong, |input| {
            trace.parse_option(input)
        });
    }
    if wrong.is_empty() {
        trace.demand_the_rest(key, &mut wrong);
    }
    traces.push(trace);
    wrong.into_result()?;
    options::end(input, &"`trace(..)`")
}

impl Trace {
    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, EXPECTED, FORM)?;
        if input.peek(Token![:]) {
            return self.parse_name(input, option);
        }
        match option.to_string().as_str() {
            "mode" => {
                options::equals_sign(input, &option, MODE_EXAMPLE)?;
                set_once(&mut self.mode, &option, mode(input, &option)?)?;
            }
            "fold" => {
                options::equals_sign(input, &option, FOLD_EXAMPLE)?;
                set_once(
                    &mut self.fold,
                    &option,
                    options::expression(input, &option)?,
                )?;
            }
            "reserve" => {
                options::equals_sign(input, &option, RESERVE_EXAMPLE)?;
                let value = options::expression(input, &option)?.to_token_stream();
                let key = option.clone();
                set_once(&mut self.reserve, &option, Chosen { key, value })?;
            }
            _ if self.name.is_none() => return Err(error_at(option, Message::NotATrace)),
            _ => return Err(options::unknown(&option, EXPECTED)),
        }
        options::end(input, &options::value_of(&option))
    }

    /// `storage: LogQuery`.
    fn parse_name(&mut self, input: ParseStream<'_>, name: Ident) -> syn::Result<()> {
        let colon: Token![:] = input.parse()?;
        if self.name.is_some() || syn::parse2::<Ident>(name.to_token_stream()).is_err() {
            return Err(error_at(name, Message::NotATrace));
        }
        self.name = Some(name);
        let record = input.parse();
        self.record = Some(record.map_err(|_| error_at(colon, Message::NotATrace))?);
        options::end(input, &"the type of the records")
    }

    fn demand_the_rest(&self, key: &Ident, wrong: &mut Diagnostics) {
        let Some(name) = &self.name else {
            return wrong.push(error_at(key, Message::NotATrace));
        };
        if self.mode.is_none() {
            wrong.push(error_at(name, Message::TraceWithoutMode { name }));
        }
        if self.fold.is_none() {
            wrong.push(error_at(name, Message::TraceWithoutFold { name }));
        }
    }

    /// The statements that open the log, where nothing is missing.
    fn opening(&self, args: &Args, handle: &Ident, private: &TokenStream) -> Option<TokenStream> {
        let Self {
            name: Some(name),
            record: Some(record),
            mode: Some(mode),
            fold: Some(fold),
            ..
        } = self
        else {
            return None;
        };
        let (mode, fold) = (mode.value(private), fold_value(fold));
        let reserve = self.reserve.as_ref();
        let reserve = reserve.map(|chosen| reserving(name, chosen, args, private));
        // At the name, which is where the reports then say that the log is.
        let open = quote_spanned!(name.span()=>
            let mut #name = #private::TraceLog::<'_, #record, _, _>::new_in(#handle, #mode, #fold);
        );
        Some(quote! {
            #[allow(unused_mut, unused_braces, unused_parens)]
            #open
            #reserve
        })
    }
}

impl Mode {
    fn value(&self, private: &TokenStream) -> TokenStream {
        match self {
            Self::Word(word) if word == "record" => quote!(#private::Record),
            Self::Word(_) => quote!(#private::Skip),
            // What is wrong with the value is said at the value.
            Self::Value(value) => {
                let (first, _) = names::ends(value.to_token_stream());
                let at = Span::mixed_site().located_at(first);
                quote_spanned!(at=> { let mode: #private::TraceMode = #value; mode })
            }
        }
    }
}

/// A word, or an expression.
fn mode(input: ParseStream<'_>, option: &Ident) -> syn::Result<Mode> {
    let word: Option<Ident> = syn::parse2(options::rest(&input.fork())).ok();
    match word.filter(|word| word == "record" || word == "skip") {
        Some(_) => Ok(Mode::Word(input.parse()?)),
        None => Ok(Mode::Value(options::expression(input, option)?)),
    }
}

/// A type, which is made by default, or a value.
fn fold_value(fold: &Expr) -> TokenStream {
    if !is_a_type(fold) {
        return fold.to_token_stream();
    }
    let (first, _) = names::ends(fold.to_token_stream());
    quote_spanned!(first=> <#fold as ::core::default::Default>::default())
}

/// By its name: nothing else tells one from a variable, which has small letters, or a constant, which has
/// none.
fn is_a_type(fold: &Expr) -> bool {
    let Expr::Path(path) = fold else {
        return false;
    };
    let last = path.path.segments.last();
    let name = last.map_or_else(String::new, |last| last.ident.unraw().to_string());
    name.starts_with(char::is_uppercase) && !is_a_constant(&name)
}

/// `START`, `A_1`; but `F` and `U256` are types.
fn is_a_constant(name: &str) -> bool {
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    (letters > 1 || name.contains('_')) && !name.contains(char::is_lowercase)
}

/// What is wrong with the number is said at the option; that there is no memory, as of the phase.
fn reserving(name: &Ident, chosen: &Chosen, args: &Args, private: &TokenStream) -> TokenStream {
    let Chosen { key, value } = chosen;
    let at = Span::call_site().located_at(key.span());
    let Some(fallible) = &args.fallible else {
        return quote_spanned!(at=> #private::TraceLog::reserve(&mut #name, #value););
    };
    let reserve = quote_spanned!(at=> #private::TraceLog::try_reserve(&mut #name, #value));
    let at = Span::call_site().located_at(fallible.span());
    quote_spanned!(at=> match () { () => #reserve }?;)
}

/// The statements that open all logs, in the order of the options.
pub(super) fn statements(args: &Args, handle: &Ident) -> TokenStream {
    let private = &context::private_path(args.facade.as_ref());
    let open = |trace: &Trace| trace.opening(args, handle, private);
    args.traces.iter().filter_map(open).collect()
}

/// Whether the body may speak of a log that nobody can open.
pub(super) fn lacks_one(args: &Args, body: &Body) -> bool {
    let is_used = |name: &Ident| names::find(&[name], body.statements().clone()).is_some();
    args.traces.iter().any(|trace| {
        let whole = trace.mode.is_some() && trace.fold.is_some() && trace.record.is_some();
        !whole && trace.name.as_ref().is_none_or(is_used)
    })
}

/// Whether the body speaks of a log.
pub(super) fn uses_one(args: &Args, body: &Body) -> bool {
    let names: Vec<&Ident> = args.traces.iter().flat_map(|trace| &trace.name).collect();
    names::find(&names, body.statements().clone()).is_some()
}

/// A log has a name of its own: that of no parameter, not the handle's, nor a reserved vector's or another
/// log's. One that has not is left out.
pub(super) fn take_names(
    args: &mut Args,
    function: &ItemFn,
    handle: &Ident,
    diagnostics: &mut Diagnostics,
) {
    let reserved = args.reservations.iter().map(|other| other.name.unraw());
    let mut taken: Vec<_> = reserved.chain([handle.unraw()]).collect();
    args.traces.retain(|trace| {
        let Some(name) = &trace.name else {
            return true;
        };
        let message = if hidden_parameter(function, name).is_some() {
            Message::ParameterHiddenByTrace { name }
        } else if taken.contains(&name.unraw()) {
            Message::TraceNameTaken { name }
        } else {
            taken.push(name.unraw());
            return true;
        };
        diagnostics.push(error_at(name, message));
        false
    });
}
