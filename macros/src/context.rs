//! What generated code calls things: the path of the facade, and the names it adds to a function.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

/// The facade's `__private` module, the only thing that generated code names.
///
/// It is located at the end of the path the user gave, to underline one that leads elsewhere.
pub(crate) fn private_path(facade: Option<&Path>) -> TokenStream {
    let Some(path) = facade else {
        return quote!(::zkarena::__private);
    };
    let end = path.segments.last().map(|segment| segment.ident.span());
    let span = end.map_or_else(Span::call_site, |end| Span::call_site().located_at(end));
    let private = quote_spanned!(span=> ::__private);
    quote!(#path #private)
}

/// `(tokens)` at a place of the user's, where rustc then says what is wrong with the whole.
pub(crate) fn in_parentheses(tokens: TokenStream, place: Span) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, tokens);
    group.set_span(Span::call_site().located_at(place));
    group
}

/// The `static` that describes the annotated function.
pub(crate) fn site_ident() -> Ident {
    Ident::new("__ZKARENA_SITE", Span::call_site())
}

/// What a body calls its phase where the user has not chosen a name.
pub(crate) const DEFAULT_HANDLE: &str = "phase";
