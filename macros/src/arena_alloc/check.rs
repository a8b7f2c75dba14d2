//! The rules of `#[arena(..)]`, one function each.

use super::args::TypeArgs;
use super::model::{Field, Model};
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::repr;
use syn::{Attribute, Generics, Lifetime};

/// The lifetime that stands for the phase: the chosen one, the only one, or else `'ph`.
pub(super) fn phase(args: &TypeArgs, generics: &Generics) -> syn::Result<Option<Lifetime>> {
    let mut declared = generics.lifetimes().map(|param| &param.lifetime);
    if let Some(chosen) = &args.lifetime {
        return match declared.find(|&lifetime| lifetime == chosen) {
            Some(found) => Ok(Some(found.clone())),
            None => Err(error_at(
                chosen,
                Message::UnknownLifetime { lifetime: chosen },
            )),
        };
    }
    let declared: Vec<_> = declared.collect();
    match &*declared {
        [] => Ok(None),
        [only] => Ok(Some((*only).clone())),
        [first, ..] => match declared.iter().find(|lifetime| lifetime.ident == "ph") {
            Some(ph) => Ok(Some((*ph).clone())),
            None => Err(error_at(&generics.params, Message::TwoLifetimes { first })),
        },
    }
}

pub(super) fn not_packed(attrs: &[Attribute], diagnostics: &mut Diagnostics) {
    for packed in attrs.iter().filter_map(repr::packed) {
        diagnostics.push(error_at(packed, Message::Packed));
    }
}

type Rule = fn(&Model, &Field) -> syn::Result<()>;

const RULES: [Rule; 7] = [
    skip_or_default,
    arena_keys_where_nothing_moves,
    a_file_has_no_room_to_grow,
    skip_stays_out_of_the_phase,
    constructor_keys_have_a_constructor,
    align_has_a_block,
    init_is_of_elements_or_of_all,
];

/// Applies the rules to a type that could be read.
pub(super) fn model(model: &Model, diagnostics: &mut Diagnostics) {
    if let Err(error) = new_has_a_struct_in_a_phase(model) {
        diagnostics.push(error);
    }
    for field in model.fields() {
        // One error per field: the others would go with it.
        if let Some(error) = RULES.iter().find_map(|rule| rule(model, field).err()) {
            diagnostics.push(error);
        }
    }
}

fn new_has_a_struct_in_a_phase(model: &Model) -> syn::Result<()> {
    let Some(new) = &model.args.new else {
        return Ok(());
    };
    if model.is_enum() {
        return Err(error_at(&new.key, Message::NewOfAnEnum));
    }
    match model.phase {
        Some(_) => Ok(()),
        None => Err(error_at(&new.key, Message::NewWithoutLifetime)),
    }
}

fn skip_or_default(_: &Model, field: &Field) -> syn::Result<()> {
    match (&field.args.skip, &field.args.default) {
        (Some(_), Some(second)) => Err(error_at(second, Message::SkipAndDefault)),
        _ => Ok(()),
    }
}

fn arena_keys_where_nothing_moves(_: &Model, field: &Field) -> syn::Result<()> {
    let args = &field.args;
    let Some(word) = args.skip.as_ref().or(args.default.as_ref()) else {
        return Ok(());
    };
    let sizes = [&args.len, &args.reserve, &args.align];
    let sizes = sizes.into_iter().flatten().map(|size| &size.key);
    match args.kind.iter().chain(sizes).next() {
        Some(key) => Err(error_at(key, Message::KeyOutsideOfArenas { key, word })),
        None => Ok(()),
    }
}

fn a_file_has_no_room_to_grow(_: &Model, field: &Field) -> syn::Result<()> {
    let Some(word) = field.args.lowmem() else {
        return Ok(());
    };
    let keys = [&field.args.reserve, &field.args.align];
    match keys.into_iter().flatten().map(|chosen| &chosen.key).next() {
        Some(key) => Err(error_at(key, Message::KeyOutsideOfArenas { key, word })),
        None => Ok(()),
    }
}

fn skip_stays_out_of_the_phase(model: &Model, field: &Field) -> syn::Result<()> {
    let found = field.args.skip.as_ref().and(model.place_in(&field.ty));
    match &found {
        Some(lifetime) if lifetime.to_string().starts_with('\'') => {
            Err(error_at(lifetime, Message::SkipMentionsPhase { lifetime }))
        }
        Some(param) => Err(error_at(param, Message::SkipMentionsArenaType { param })),
        None => Ok(()),
    }
}

fn constructor_keys_have_a_constructor(model: &Model, field: &Field) -> syn::Result<()> {
    match field.args.of_constructor().next() {
        Some(first) if model.args.new.is_none() => {
            let key = &first.key;
            Err(error_at(key, Message::WithoutNew { key }))
        }
        _ => Ok(()),
    }
}

fn align_has_a_block(_: &Model, field: &Field) -> syn::Result<()> {
    let args = &field.args;
    match &args.align {
        Some(align) if args.len.is_none() && args.reserve.is_none() => {
            Err(error_at(&align.key, Message::AlignWithoutBlock))
        }
        _ => Ok(()),
    }
}

fn init_is_of_elements_or_of_all(_: &Model, field: &Field) -> syn::Result<()> {
    let args = &field.args;
    match (&args.init, &args.reserve) {
        (Some(init), Some(_)) if args.len.is_none() => {
            Err(error_at(&init.key, Message::InitWithoutLen))
        }
        _ => Ok(()),
    }
}
