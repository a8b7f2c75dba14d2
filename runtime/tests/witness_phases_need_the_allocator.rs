//! Without `PhaseAlloc` as the global allocator a witness phase does not open: what libraries allocate
//! in it would not be wiped.
#![forbid(unsafe_code)]

use zkarena::{PhaseGuard, Plan, site};

#[test]
fn without_it_none_opens() {
    let refused = PhaseGuard::try_root(site!("prove"), Plan::new().witness());
    let why = refused
        .map(drop)
        .expect_err("libraries would not be reached");
    assert!(why.to_string().contains("#[global_allocator]"), "{why}");
    // Witnesses in arenas need none.
    let guard = PhaseGuard::root(site!("prove"), Plan::new());
    assert_eq!(guard.handle().witness().vec_from(&[7u8; 9])[8], 7);
}
