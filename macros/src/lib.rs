//! The attributes of zkarena.
//!
//! Depend on `zkarena`, which re-exports them: what they expand to names that crate.
#![forbid(unsafe_code)]

mod arena_alloc;
mod context;
mod diagnostics;
mod item_fn;
mod names;
mod opening;
mod options;
mod scope;
mod size;
mod zk_phase;

use proc_macro::TokenStream;

/// Opens a phase when the function is called and ends it on return, `?` and panic.
///
/// ```ignore (generated code names zkarena: a tested example is on the front page of that crate)
/// use zkarena::zk_phase;
///
/// #[zk_phase] // the phase is called `extend`
/// fn extend(coeffs: &[u32]) -> Vec<u32> {
///     let mut evals = coeffs.to_vec();
///     evals.resize(coeffs.len() * 2, 0);
///     evals
/// }
///
/// #[zk_phase(name = "commit")]
/// fn build_tree(leaves: &[u32]) -> Result<u32, TreeError> {
///     let root = hash_all(leaves)?; // an error ends the phase, too
///     Ok(root)
/// }
/// ```
///
/// The phase spans the body: it opens before the first statement and ends after the last temporary
/// of the value returned. Phases nest, and `zkarena::report()` shows what each of them cost.
///
/// # Options
///
/// - `name = "commit"`: what the report calls the phase. Default: the function's name.
/// - `crate = ::renamed`: the path of the `zkarena` crate, where it goes by another name.
///
/// # Where it goes
///
/// On any function with a body: free functions, methods with every form of `self`, methods of
/// traits and of their impls, `unsafe fn`, `extern fn`, with generics, `impl Trait`, `-> !`. The
/// signature, the other attributes and the body stay as they are; `return` and `?` keep their
/// meaning, because the body is not moved into a closure.
///
/// # Errors
///
/// A misplaced attribute or a wrong option is a compile error at the token to change; all of them
/// are reported at once, and the function survives. Rejected are:
///
/// - `async fn`: the phase would stay open while the task is suspended. A function that *returns*
///   a future is accepted, and its phase ends before the future runs;
/// - `const fn`: opening a phase is a run-time action;
/// - functions without a body, and C-variadic ones;
/// - anything that is not a function. For a block there is `zkarena::phase("name", || { .. })`;
/// - a second `#[zk_phase]` on the same function.
///
/// # What it does not do
///
/// It frees nothing and moves nothing: what the function allocates may outlive the phase, and the
/// report counts it as a survivor. Arguments that the body does not consume are dropped after the
/// phase has ended.
#[proc_macro_attribute]
pub fn zk_phase(args: TokenStream, item: TokenStream) -> TokenStream {
    zk_phase::expand(args.into(), item.into()).into()
}

/// A block inside a phase of its own.
#[proc_macro]
pub fn scope(tokens: TokenStream) -> TokenStream {
    scope::expand(tokens.into()).into()
}

/// A type whose data lives in a phase.
#[proc_macro_derive(ArenaAlloc, attributes(arena))]
pub fn arena_alloc(input: TokenStream) -> TokenStream {
    arena_alloc::expand(input.into()).into()
}

/// A type that may leave every phase.
#[proc_macro_derive(Detach, attributes(arena))]
pub fn detach(input: TokenStream) -> TokenStream {
    arena_alloc::expand_detach(input.into()).into()
}
