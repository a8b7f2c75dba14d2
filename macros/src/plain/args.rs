//! The options in `#[plain(..)]`.

use crate::diagnostics::Diagnostics;
use crate::options::{self, CRATE_EXAMPLE, set_once};
use syn::parse::ParseStream;
use syn::{Attribute, Path};

const KEYS: &str = "`crate`";

/// What the user chose; `None` stands for the default.
#[derive(Default)]
pub(super) struct Args {
    pub(super) facade: Option<Path>,
}

impl Args {
    /// Reads every option; one that is wrong is reported and left out.
    pub(super) fn parse(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("plain")) {
            options::each(options::of(attr), diagnostics, |input| {
                args.parse_option(input)
            });
        }
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
