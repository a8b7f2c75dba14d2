//! Does to a program what rustc does with the macros of this crate, and leaves all others alone.

use crate::{arena_alloc, keyed_state, lowmem, scope, witness, zk_phase};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, DeriveInput, Expr, File, ImplItem, Item, Macro, Meta, Path, Stmt, Token, TraitItem,
    parse_quote,
};

/// The program with the macros expanded, for people to read; none if it uses no macro of ours.
pub(super) fn expand(source: &str) -> Option<String> {
    let mut file: File = syn::parse_file(source).expect("a program");
    let mut expander = Expander { calls: 0 };
    expander.visit_file_mut(&mut file);
    assert_nothing_is_left(&file);
    if expander.calls == 0 {
        return None;
    }
    // Neither rustfmt nor clippy has a say in what nobody has written.
    file.attrs.extend([
        parse_quote!(#![cfg_attr(rustfmt, rustfmt_skip)]),
        parse_quote!(#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]),
    ]);
    Some(text(file))
}

/// With an empty line between items that are not in one line each.
fn text(mut file: File) -> String {
    let items = std::mem::take(&mut file.items);
    let mut text = prettyplease::unparse(&file);
    file.attrs.clear();
    let mut in_group = false;
    for item in items {
        let of_group = matches!(item, Item::Use(_));
        if !(in_group && of_group) {
            text.push('\n');
        }
        in_group = of_group;
        file.items = vec![item];
        text.push_str(&prettyplease::unparse(&file));
    }
    text
}

/// Expands from the outside in, as rustc does; what comes out is looked at in its turn.
struct Expander {
    calls: usize,
}

impl Expander {
    /// The item after the first of its `#[zk_phase]`, `#[witness]` and `#[lowmem]`, which expands all.
    fn attribute<T: ToTokens + syn::parse::Parse>(
        &mut self,
        item: &mut T,
        attrs: impl FnOnce(&mut T) -> Option<&mut Vec<Attribute>>,
    ) {
        let Some(attrs) = attrs(item) else { return };
        let ours: [(&str, AttributeMacro); 3] = [
            ("zk_phase", zk_phase::expand),
            ("witness", witness::expand),
            ("lowmem", lowmem::expand),
        ];
        let first = attrs.iter().find_map(|attr| {
            let ours = ours.iter().find(|(name, _)| is(attr.path(), name));
            ours.copied()
        });
        let Some((name, expand)) = first else { return };
        let args = take_attribute(attrs, name).unwrap_or_default();
        self.calls += 1;
        *item = parse(expand(args, item.to_token_stream()));
    }

    /// The type after its `#[witness]`, if it has one, with what is written behind it.
    fn witness(&mut self, mut item: Item) -> Vec<Item> {
        let args = match &mut item {
            Item::Struct(ty) => take_attribute(&mut ty.attrs, "witness"),
            Item::Enum(ty) => take_attribute(&mut ty.attrs, "witness"),
            _ => None,
        };
        let Some(args) = args else {
            return vec![item];
        };
        self.calls += 1;
        parse::<File>(witness::expand(args, item.to_token_stream())).items
    }

    /// The item without our derives and the options for them, and the impls behind it.
    fn derives(&mut self, item: Item) -> Vec<Item> {
        let Ok(mut input) = syn::parse2::<DeriveInput>(item.to_token_stream()) else {
            return vec![item];
        };
        let ours = take_derives(&mut input.attrs);
        if ours.is_empty() {
            return vec![item];
        }
        let given = input.to_token_stream();
        self.calls += ours.len();
        WithoutOptions.visit_derive_input_mut(&mut input);
        let impls = ours.iter().map(|derive| derive(given.clone()));
        parse::<File>(quote!(#input #(#impls)*)).items
    }

    fn scope(&mut self, mac: &Macro) -> Option<Expr> {
        is(&mac.path, "scope").then(|| {
            self.calls += 1;
            parse(scope::expand(mac.tokens.clone()))
        })
    }
}

impl VisitMut for Expander {
    fn visit_file_mut(&mut self, file: &mut File) {
        let items = std::mem::take(&mut file.items);
        file.items = items
            .into_iter()
            .flat_map(|item| self.witness(item))
            .collect::<Vec<_>>()
            .into_iter()
            .flat_map(|item| self.derives(item))
            .collect();
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        self.attribute(item, |item| match item {
            Item::Fn(function) => Some(&mut function.attrs),
            _ => None,
        });
        visit_mut::visit_item_mut(self, item);
    }

    fn visit_impl_item_mut(&mut self, item: &mut ImplItem) {
        self.attribute(item, |item| match item {
            ImplItem::Fn(function) => Some(&mut function.attrs),
            _ => None,
        });
        visit_mut::visit_impl_item_mut(self, item);
    }

    fn visit_trait_item_mut(&mut self, item: &mut TraitItem) {
        self.attribute(item, |item| match item {
            TraitItem::Fn(function) => Some(&mut function.attrs),
            _ => None,
        });
        visit_mut::visit_trait_item_mut(self, item);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        if let Stmt::Macro(call) = stmt
            && let Some(block) = self.scope(&call.mac)
        {
            *stmt = Stmt::Expr(block, call.semi_token);
        }
        visit_mut::visit_stmt_mut(self, stmt);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(call) = expr
            && let Some(block) = self.scope(&call.mac)
        {
            *expr = block;
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// Takes an attribute off: what stands in its parentheses.
fn take_attribute(attrs: &mut Vec<Attribute>, name: &str) -> Option<TokenStream> {
    let at = attrs.iter().position(|attr| is(attr.path(), name))?;
    Some(match attrs.remove(at).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    })
}

/// Takes `#[arena(..)]` and `#[state(..)]` off: without the derive nobody knows them.
struct WithoutOptions;

impl VisitMut for WithoutOptions {
    fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
        attrs.retain(|attr| !is(attr.path(), "arena") && !is(attr.path(), "state"));
    }
}

type AttributeMacro = fn(TokenStream, TokenStream) -> TokenStream;
type Derive = fn(TokenStream) -> TokenStream;

fn our_derive(path: &Path) -> Option<Derive> {
    match () {
        () if is(path, "ArenaAlloc") => Some(arena_alloc::expand),
        () if is(path, "Detach") => Some(arena_alloc::expand_detach),
        () if is(path, "KeyedState") => Some(keyed_state::expand),
        () => None,
    }
}

/// Takes our derives out of the attributes.
fn take_derives(attrs: &mut Vec<Attribute>) -> Vec<Derive> {
    let mut taken = Vec::new();
    for attr in attrs.iter_mut().filter(|attr| is(attr.path(), "derive")) {
        let paths = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        let (ours, others): (Vec<_>, Vec<_>) = paths
            .expect("paths of derives")
            .into_iter()
            .partition(|path| our_derive(path).is_some());
        taken.extend(ours.iter().filter_map(our_derive));
        *attr = parse_quote!(#[derive(#(#others),*)]);
    }
    attrs.retain(|attr| attr.to_token_stream().to_string() != quote!(#[derive()]).to_string());
    taken
}

/// By the last segment, as a program may name the crate or import the macro.
fn is(path: &Path, name: &str) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| last.ident == name)
}

fn parse<T: syn::parse::Parse>(tokens: TokenStream) -> T {
    let text = tokens.to_string();
    syn::parse2(tokens).unwrap_or_else(|error| panic!("{error} in the expansion {text}"))
}

/// A macro in a place that the expander does not look at, as in the arguments of another macro, must
/// not stay there unseen.
fn assert_nothing_is_left(file: &File) {
    let items = file.items.iter();
    let items = items.filter(|item| !matches!(item, Item::Use(_)));
    for item in items {
        let text: String = item.to_token_stream().to_string();
        let text: String = text.split_whitespace().collect();
        for call in [
            "zk_phase]",
            "zk_phase(",
            "scope!(",
            "scope!{",
            "#[arena(",
            "#[state(",
            "witness]",
            "#[public",
            "#[lowmem",
        ] {
            assert!(!text.contains(call), "`{call}` was not expanded in {text}");
        }
        let derives = text.split("#[derive(").skip(1);
        for derive in derives.filter_map(|rest| rest.split(")]").next()) {
            let ours = ["ArenaAlloc", "Detach", "KeyedState"];
            let ours = ours.iter().any(|name| derive.contains(name));
            assert!(!ours, "`derive({derive})` was not expanded in {text}");
        }
    }
}
