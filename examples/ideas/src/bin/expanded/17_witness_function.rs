// What the macros make of `../17_witness_function.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! A witness function: everything that is allocated in it, by any library, is wiped when it ends.
//!
//! The library below knows nothing of secrets, and puts them into a `Vec`. `#[witness]` on the function that
//! calls it has that memory come from where witnesses lie. What comes in by value lies in the caller's frame,
//! too: the key is handed over in a `Secret`. What goes out is public.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{PhaseAlloc, Secret, witness, zk_phase};
use zkarena_ideas::P;

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

mod library {
    use super::P;
    pub(crate) fn powers(base: u64, rows: usize) -> Vec<u64> {
        let powers = std::iter::successors(Some(1), |power| Some(power * base % P));
        powers.take(rows).collect()
    }
    pub(crate) fn open(trace: &[u64]) -> u64 {
        trace.iter().fold(0, |sum, row| (sum * 5 + row) % P)
    }
}

fn prove(key: &Secret<u64>, nonce: u64, rows: usize) -> Result<u64, String> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "prove",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    #[allow(unused_imports)]
    use witness as _;
    let _wipe = ::zkarena::__private::ThreadWipe::at_end();
    let phase = ::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        ::zkarena::__private::Plan::witness(::zkarena::__private::Plan::new()),
    );
    #[allow(
        unused_variables,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let phase: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
        &phase,
    );
    let mut apart = ::zkarena::__private::Apart::new(move || -> Result<u64, String> {
        #[allow(clippy::used_underscore_binding)]
        let _ = (&rows, &nonce, &key);
        #[allow(
            clippy::used_underscore_binding,
            clippy::shadow_reuse,
            clippy::shadow_same,
            clippy::shadow_unrelated
        )]
        let nonce = ::zkarena::__private::Secret::new(nonce);
        match () {
            () => {
                if rows == 0 {
                    return Err("a trace has rows".to_owned());
                }
                let trace = library::powers(*key.expose(), rows);
                let blinding = <::zkarena::__private::Secret<
                    _,
                >>::new(trace[rows - 1] ^ nonce.expose());
                Ok(library::open(&trace) ^ blinding.declassify())
            }
        }
    });
    (::zkarena::__private::Apart::run)(&mut apart)
}

fn main() {
    let key = Secret::new(7);
    let opening = prove(&key, 0x5eed, 1 << 10);
    println!("{key:?}: opening {opening:?}, and without rows {:?}", prove(&key, 1, 0));
    let trace = library::powers(*key.expose(), 1 << 10);
    assert_eq!(opening, Ok(library::open(&trace) ^ trace[1023] ^ 0x5eed));
}
