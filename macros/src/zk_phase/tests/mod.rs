//! The rooms of `#[zk_phase]`, one file each.

mod args;
mod check;
mod expand;

use proc_macro2::TokenStream;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the source is made of tokens")
}

/// Tokens as text, without the white space, which depends on where the tokens come from.
fn text(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}
