//! The rules of `#[state(..)]`, one function each.

use super::args::{FieldArgs, TypeArgs};
use crate::diagnostics::{Diagnostics, Message, error_at};
use proc_macro2::Ident;
use syn::{Generics, Type};

/// The bits that the largest number has.
const MOST_BITS: usize = 64;

pub(super) fn no_parameters(generics: &Generics, diagnostics: &mut Diagnostics) {
    if !generics.params.is_empty() {
        diagnostics.push(error_at(&generics.params, Message::StateWithParameters));
    }
}

pub(super) fn domains(args: &TypeArgs, diagnostics: &mut Diagnostics) {
    let domains = args.domains.as_deref().unwrap_or_default();
    for (at, domain) in domains.iter().enumerate() {
        if domain == "never" {
            diagnostics.push(error_at(domain, Message::NeverIsBuiltIn));
        }
        if domains[..at].contains(domain) {
            diagnostics.push(error_at(domain, Message::DuplicateDomain { domain }));
        }
    }
}

/// The place of the field's domain in the list; none for `never`. One error per field: the others would
/// go with it.
pub(super) fn field(
    ident: &Ident,
    ty: &Type,
    args: &FieldArgs,
    domains: &[Ident],
) -> syn::Result<Option<usize>> {
    flag_or_init(args)?;
    flag_is_bool(ty, args)?;
    let level = level(ident, args, domains)?;
    init_is_never_taken_back(args, level)?;
    Ok(level)
}

fn flag_or_init(args: &FieldArgs) -> syn::Result<()> {
    match (&args.flag, &args.init) {
        (Some(_), Some(init)) => Err(error_at(init, Message::FlagAndInit)),
        _ => Ok(()),
    }
}

fn flag_is_bool(ty: &Type, args: &FieldArgs) -> syn::Result<()> {
    let is_bool = matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "bool"));
    match args.flag {
        Some(_) if !is_bool => Err(error_at(ty, Message::FlagNotBool)),
        _ => Ok(()),
    }
}

fn level(ident: &Ident, args: &FieldArgs, domains: &[Ident]) -> syn::Result<Option<usize>> {
    let Some(rollback) = &args.rollback else {
        return Err(error_at(ident, Message::NoDomain { field: ident }));
    };
    if rollback == "never" {
        return Ok(None);
    }
    let level = domains.iter().position(|domain| domain == rollback);
    level.map(Some).ok_or_else(|| {
        let known: Vec<_> = domains
            .iter()
            .map(|domain| format!("`{domain}`, "))
            .collect();
        let (found, known) = (rollback, &known.concat());
        error_at(rollback, Message::UnknownDomain { found, known })
    })
}

fn init_is_never_taken_back(args: &FieldArgs, level: Option<usize>) -> syn::Result<()> {
    match (&args.init, level, &args.rollback) {
        (Some(_), Some(_), Some(domain)) => Err(error_at(domain, Message::InitIsForGood)),
        _ => Ok(()),
    }
}

pub(super) fn second_init(
    args: &FieldArgs,
    first: &mut Option<Ident>,
    diagnostics: &mut Diagnostics,
) {
    match (&args.init, &first) {
        _ if args.flag.is_some() => {}
        (Some(second), Some(_)) => diagnostics.push(error_at(second, Message::SecondInit)),
        (Some(init), None) => *first = Some(init.clone()),
        (None, _) => {}
    }
}

pub(super) fn bits(ident: &Ident, bits: usize, diagnostics: &mut Diagnostics) {
    if bits == MOST_BITS + 1 {
        diagnostics.push(error_at(ident, Message::TooManyBits));
    }
}
