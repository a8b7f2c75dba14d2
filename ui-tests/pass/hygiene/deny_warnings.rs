//! Generated code is quiet: every lint group, and the lints outside of them that it could touch.
#![deny(
    warnings,
    unused,
    nonstandard_style,
    future_incompatible,
    let_underscore,
    keyword_idents,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility
)]
#![deny(
    absolute_paths_not_starting_with_crate,
    explicit_outlives_requirements,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
use zkarena::zk_phase;

#[zk_phase]
fn one_expression() -> u32 {
    1
}

#[zk_phase]
fn unit() {
    assert_eq!(one_expression(), 1);
}

#[zk_phase]
fn empty() {}

#[zk_phase]
fn diverges() -> ! {
    std::process::exit(0)
}

#[zk_phase(name = "generic")]
fn generic<T: Copy>(value: &T) -> T {
    if size_of::<T>() == 0 {
        return *value;
    }
    *value
}

#[zk_phase(tmp, reserve = 4 * rows, try)]
fn handles(rows: usize) -> Result<usize, zkarena::AllocError> {
    let rows = tmp.vec_with::<u32>(rows);
    Ok(zkarena::scope!(inner in tmp => { inner.vec_from(&rows).len() }))
}

fn main() {
    unit();
    empty();
    assert_eq!(generic(&2), 2);
    assert_eq!(handles(1).ok(), Some(0));
    diverges()
}
