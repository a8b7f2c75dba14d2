//! Lifetimes and names in unread tokens: which ones occur; and attributes by name.
//!
//! By tokens and not by syntax: one inside a macro's arguments counts, too.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Lifetime};

/// By the last segment: `zkarena::witness` and a re-export of it count, a renaming import does not.
pub(crate) fn is_called(attr: &Attribute, name: &str) -> bool {
    let last = attr.path().segments.last();
    last.is_some_and(|last| last.ident == name)
}

/// Every occurrence, `'static` and `'_` included.
pub(crate) fn lifetimes(tokens: &impl ToTokens) -> Vec<Lifetime> {
    let mut found = Vec::new();
    collect(tokens.to_token_stream(), &mut found);
    found
}

/// The first occurrence of `lifetime`.
pub(crate) fn find_lifetime(lifetime: &Lifetime, tokens: &impl ToTokens) -> Option<Lifetime> {
    lifetimes(tokens)
        .into_iter()
        .find(|found| found == lifetime)
}

fn collect(tokens: TokenStream, found: &mut Vec<Lifetime>) {
    let mut apostrophe = None;
    for token in tokens {
        match (&token, apostrophe.take()) {
            (TokenTree::Ident(ident), Some(apostrophe)) => found.push(Lifetime {
                apostrophe,
                ident: ident.clone(),
            }),
            (TokenTree::Group(group), _) => collect(group.stream(), found),
            (TokenTree::Punct(punct), _) if punct.as_char() == '\'' => {
                apostrophe = Some(punct.span());
            }
            _ => {}
        }
    }
}

/// The first occurrence of one of `names`.
pub(crate) fn find(names: &[&Ident], tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => names.contains(&&ident).then_some(ident),
        TokenTree::Group(group) => find(names, group.stream()),
        _ => None,
    })
}

/// The places of the first token and of the last.
pub(crate) fn ends(tokens: TokenStream) -> (Span, Span) {
    let here = Span::call_site();
    let mut ends = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => ends(group.stream()),
        TokenTree::Group(group) => (group.span_open(), group.span_close()),
        token => (token.span(), token.span()),
    });
    let first = ends.next().unwrap_or((here, here));
    let last = ends.last().unwrap_or(first);
    (first.0, last.1)
}

/// What the tests of all macros share: tokens and text, both ways.
#[cfg(test)]
pub(crate) mod test {
    use super::{TokenStream, find, lifetimes};
    use quote::format_ident;

    pub(crate) fn tokens(source: &str) -> TokenStream {
        source.parse().expect("the source is made of tokens")
    }

    /// Tokens as text, without the white space, which depends on where the tokens come from.
    pub(crate) fn text(tokens: &TokenStream) -> String {
        tokens.to_string().split_whitespace().collect()
    }

    #[test]
    fn lifetimes_are_found_in_macros_and_not_in_literals() {
        let found = lifetimes(&tokens("&'a [vec!('b, 'c'); \"'d\"] + '_ + 'static"));
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["'a", "'b", "'_", "'static"]);
    }

    #[test]
    fn names_are_found_at_any_depth() {
        let (a, b) = (format_ident!("a"), format_ident!("b"));
        assert_eq!(find(&[&b], tokens("x (y [b])")), Some(b.clone()));
        assert_eq!(find(&[&b, &a], tokens("x::ab 'c' \"a\"")), None);
    }
}
