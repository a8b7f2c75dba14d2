//! `#[lowmem]`: a word that is kept, so that no secret is written to a file once it has a meaning.

use crate::diagnostics::{Diagnostics, Message, error_at};
use crate::names::is_called;
use proc_macro2::{Ident, Span, TokenStream};
use syn::Attribute;
use syn::parse::{ParseStream, Parser};

/// The item as it is, and an error.
pub(crate) fn expand(item: &TokenStream) -> TokenStream {
    let message = if is_witness(item.clone()) {
        Message::WitnessOnDisk
    } else {
        Message::LowMemory
    };
    let mut diagnostics = Diagnostics::default();
    let attribute = Ident::new("lowmem", Span::call_site());
    diagnostics.push(error_at(attribute, message));
    diagnostics.with_item(item)
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

#[cfg(test)]
mod tests {
    use super::expand;
    use crate::names::test::{text, tokens};

    #[test]
    fn a_witness_is_told_from_other_items() {
        let witness = text(&expand(&tokens("#[a] #[zkarena::witness] struct S;")));
        assert!(witness.contains("excludeeachother"), "{witness}");
        assert!(
            witness.ends_with("#[a]#[zkarena::witness]structS;"),
            "{witness}"
        );
        let other = text(&expand(&tokens("fn f() {}")));
        assert!(other.contains("notavailableyet"), "{other}");
    }
}
