//! `reserve(refunds = n, events: Event <= n / 3, slots)`: vectors with names, their counts known in advance.

use crate::diagnostics::{Message, error_at};
use crate::names;
use crate::options;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Token, Type};

/// One vector.
pub(crate) struct Reservation {
    /// What the body calls it.
    pub(crate) name: Ident,
    /// Without it, rustc finds out what the elements are.
    element: Option<Type>,
    /// `=` or `<=`, and the count; without them it grows.
    count: Option<(Relation, TokenStream)>,
}

#[derive(Clone, Copy)]
enum Relation {
    Exact,
    AtMost,
}

/// Reads the clause; what is wrong in it is reported at once, and no name is lost.
pub(super) fn parse(
    input: ParseStream<'_>,
    option: &Ident,
    reservations: &mut Vec<Reservation>,
) -> syn::Result<()> {
    let clause: Group = input.parse()?;
    if !reservations.is_empty() {
        return Err(error_at(option, Message::DuplicateOption { option }));
    }
    let mut wrong = Vec::new();
    if clause.stream().is_empty() {
        wrong.push(error_at(&clause, Message::NotAReservation));
    }
    let list = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Err(error) = one(input, reservations) {
                wrong.push(error);
                options::rest(input);
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    list.parse2(clause.stream())?;
    let all = wrong.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    });
    all.map_or_else(|| options::end(input, &"`reserve(..)`"), Err)
}

fn one(input: ParseStream<'_>, reservations: &mut Vec<Reservation>) -> syn::Result<()> {
    if !input.peek(Ident::peek_any) {
        let found: TokenTree = input.fork().parse()?;
        return Err(error_at(found, Message::NotAReservation));
    }
    let name = input.parse::<Ident>();
    let name =
        name.map_err(|_| error_at(options::rest(&input.fork()), Message::NotAReservation))?;
    if reservations.iter().any(|other| other.name == name) {
        let name = &name;
        return Err(error_at(name, Message::DuplicateReservation { name }));
    }
    reservations.push(Reservation {
        name: name.clone(),
        element: None,
        count: None,
    });
    let (element, count) = (element(input, &name)?, count(input, &name)?);
    if let Some(last) = reservations.last_mut() {
        (last.element, last.count) = (element, count);
    }
    options::end(input, &format!("the count of `{name}`"))
}

fn element(input: ParseStream<'_>, name: &Ident) -> syn::Result<Option<Type>> {
    let colon: Option<Token![:]> = input.parse()?;
    let ty = colon.map(|_| input.parse()).transpose();
    ty.map_err(|_| error_at(name, Message::NotAReservation))
}

fn count(input: ParseStream<'_>, name: &Ident) -> syn::Result<Option<(Relation, TokenStream)>> {
    let relation = if input.parse::<Option<Token![=]>>()?.is_some() {
        Relation::Exact
    } else if input.parse::<Option<Token![<=]>>()?.is_some() {
        Relation::AtMost
    } else if options::rest(&input.fork()).is_empty() {
        return Ok(None);
    } else {
        let found: TokenTree = input.fork().parse()?;
        return Err(error_at(found, Message::NotAReservation));
    };
    if options::rest(&input.fork()).is_empty() {
        return Err(error_at(name, Message::NotAReservation));
    }
    let value = options::expression(input, name)?;
    Ok(Some((relation, value.to_token_stream())))
}

/// The variables that hold the counts, which the body does not see, in the order of the clause.
pub(crate) fn counts(reservations: &[&Reservation], private: &TokenStream) -> TokenStream {
    let counts = reservations.iter().map(|reservation| {
        let (hidden, element) = (reservation.hidden(), reservation.element());
        let text = reservation.name.unraw().to_string();
        let made = match &reservation.count {
            None => quote!(unknown(#text)),
            Some((relation, count)) => {
                let count = reservation.checked(count);
                match relation {
                    Relation::Exact => quote!(exact(#text, #count)),
                    Relation::AtMost => quote!(at_most(#text, #count)),
                }
            }
        };
        quote!(let #hidden = <#private::Reservation<#element>>::#made;)
    });
    counts.collect()
}

/// `plan` with room for all.
pub(crate) fn planned(
    reservations: &[&Reservation],
    plan: TokenStream,
    private: &TokenStream,
) -> TokenStream {
    reservations.iter().fold(plan, |plan, reservation| {
        let hidden = reservation.hidden();
        quote!(#private::Reservation::in_plan(&#hidden, #plan))
    })
}

/// The variables of the body.
pub(crate) fn opened(
    reservations: &[&Reservation],
    handle: &Ident,
    private: &TokenStream,
) -> TokenStream {
    let vectors = reservations.iter().map(|reservation| {
        let (name, hidden) = (&reservation.name, reservation.hidden());
        // As if the user had written it: rustc then calls it by its name.
        let declared = quote_spanned!(name.span()=> let mut #name);
        quote! {
            #[allow(unused_mut, clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated)]
            #declared = #private::Reservation::open(#hidden, #handle);
        }
    });
    vectors.collect()
}

/// The same for a function that is rejected anyway, as far as the body mentions them.
pub(crate) fn stand_ins(
    reservations: &[&Reservation],
    body: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let is_used = |of: &&&Reservation| names::find(&[&of.name], body.clone()).is_some();
    let stand_ins = reservations.iter().filter(is_used).map(|reservation| {
        let (name, element) = (&reservation.name, reservation.element());
        quote! {
            #[allow(unused_mut)]
            let mut #name: #private::Reserved<'_, #element> =
                ::core::option::Option::unwrap(::core::option::Option::None);
        }
    });
    stand_ins.collect()
}

impl Reservation {
    /// The variable that has the count, which no code of the user's can see.
    fn hidden(&self) -> Ident {
        let at = Span::mixed_site().located_at(self.name.span());
        format_ident!("count_{}", self.name.unraw(), span = at)
    }

    fn element(&self) -> TokenStream {
        let at = Span::call_site().located_at(self.name.span());
        self.element
            .as_ref()
            .map_or_else(|| quote_spanned!(at=> _), ToTokens::to_token_stream)
    }

    /// What is wrong with a count is said at its name.
    fn checked(&self, count: &TokenStream) -> TokenStream {
        let at = Span::mixed_site().located_at(self.name.span());
        let count = Group::new(Delimiter::None, count.clone());
        quote_spanned!(at=> { let count: ::core::primitive::usize = #count; count })
    }
}
