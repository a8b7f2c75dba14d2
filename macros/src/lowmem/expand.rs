//! The policy as an expression, and a look at the file behind the body.

use super::args::Args;
use crate::apart;
use crate::opening::{self, Chosen};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Signature;

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

/// `value`, the user's body, and an error in its place if the file has lost something by then.
///
/// What the body returns before its end is past that: to look at it as well, the body would have to be a closure.
pub(crate) fn checked(
    value: TokenStream,
    args: &Args,
    sig: &Signature,
    key: &Ident,
    private: &TokenStream,
) -> TokenStream {
    if args.encrypt.is_some() {
        return value; // nothing goes to a file
    }
    let done = Ident::new("done", Span::mixed_site());
    let output = apart::output_type(sig).map(|ty| quote!(: #ty));
    let whole = opening::or_return(&quote!(#private::check_library_file()), key);
    quote! {
        let #done #output = { #value };
        #[allow(unreachable_code)] // where the body has no end
        let () = #whole;
        #done
    }
}
