//! The rules of `#[lowmem]`, one function each.

use super::args::Args;
use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::item_fn::Annotated;
use crate::names::is_called;
use proc_macro2::{Ident, Span, TokenStream};
use syn::Attribute;
use syn::parse::{ParseStream, Parser};

/// Anything but a function is an error.
pub(super) fn place(item: &mut Annotated, diagnostics: &mut Diagnostics) {
    let attribute = Ident::new("lowmem", Span::call_site());
    match item {
        Annotated::Item { keyword, tokens } => match keyword.to_string().as_str() {
            "struct" | "enum" if is_witness(tokens.clone()) => {
                diagnostics.push(error_at(attribute, Message::WitnessOnDisk));
            }
            "struct" | "enum" => diagnostics.push(error_at(attribute, Message::LowmemType)),
            "impl" | "trait" | "mod" => {
                diagnostics.push(error_at(&*keyword, Message::HoldsLowmem { keyword }));
            }
            _ => diagnostics.push(error_at(keyword, Message::NotLowmem)),
        },
        Annotated::Statement(_) => *diagnostics = Diagnostics::default(), // rustc's error is enough
        Annotated::Fn(_) | Annotated::Unread(_) => {}
    }
}

/// Whether `#[witness]` stands below.
fn is_witness(item: TokenStream) -> bool {
    let below = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attrs)
    };
    below
        .parse2(item)
        .is_ok_and(|attrs| attrs.iter().any(|attr| is_called(attr, "witness")))
}

/// On a witness function, nothing may be written to a file as it is.
pub(crate) fn beside_a_witness(args: &Args, diagnostics: &mut Diagnostics) {
    if args.encrypt.is_none() {
        diagnostics.push(error_at(&args.place, Message::WitnessOnDisk));
    }
}
