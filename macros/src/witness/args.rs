//! The options in `#[witness(..)]`.

use crate::diagnostics::Diagnostics;
use crate::options::{self, CRATE_EXAMPLE, set_once};
use proc_macro2::TokenStream;
use syn::Path;
use syn::parse::ParseStream;

const KEYS: &str = "`crate`";

#[derive(Default)]
pub(crate) struct Args {
    /// The path of the facade, where it goes by another name.
    pub(crate) facade: Option<Path>,
}

impl Args {
    pub(crate) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        options::each(tokens, diagnostics, |input| args.parse_option(input));
        args
    }

    fn parse_option(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let option = options::key(input, KEYS, CRATE_EXAMPLE)?;
        if option != "crate" {
            return Err(options::unknown(&option, KEYS));
        }
        options::equals_sign(input, &option, CRATE_EXAMPLE)?;
        set_once(&mut self.facade, &option, options::facade_path(input)?)?;
        options::end(input, &options::value_of(&option))
    }
}
