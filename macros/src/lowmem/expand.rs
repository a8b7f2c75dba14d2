//! The policy as an expression.

use super::args::Args;
use crate::opening::Chosen;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// `Lowmem::new()` with what the user chose; what is wrong with a value is said at its option.
pub(crate) fn policy(args: &Args, private: &TokenStream) -> TokenStream {
    let mut policy = quote!(#private::Lowmem::new());
    if let Some(Chosen { key, value }) = &args.min {
        let at = Span::call_site().located_at(key.span());
        policy = quote_spanned!(at=> #private::Lowmem::min(#policy, #value));
    }
    if let Some(prefer) = &args.prefer {
        let variant = if prefer == "file" { "File" } else { "Budget" };
        let variant = Ident::new(variant, Span::call_site());
        policy = quote!(#private::Lowmem::prefer(#policy, #private::Prefer::#variant));
    }
    for word in [&args.require, &args.encrypt].into_iter().flatten() {
        let method = Ident::new(&word.to_string(), Span::call_site());
        policy = quote!(#private::Lowmem::#method(#policy));
    }
    policy
}
