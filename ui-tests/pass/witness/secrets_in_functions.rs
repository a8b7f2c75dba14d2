//! Marked parameters and variables are secrets, at any depth of a witness function.
#![forbid(unsafe_code)]
#![deny(warnings, unused, let_underscore, rust_2018_idioms, unused_results, unused_qualifications)]
use zkarena::{Secret, witness, zk_phase};

#[witness]
fn parameters(#[witness] key: u64, #[zkarena::witness] mut count: u64, rows: &[u64]) -> u64 {
    *count.expose_mut() += 1;
    let key: Secret<u64> = key;
    rows.iter().sum::<u64>() * key.expose() + count.declassify()
}

#[zk_phase(tmp)]
#[witness]
fn variables(seed: u64, choice: Option<u64>) -> Result<u64, std::num::ParseIntError> {
    #[witness]
    let key: u64 = {
        #[witness]
        let inner = seed;
        inner.declassify() + 1
    };
    #[witness]
    let mut count = if seed > 1 { 2 } else { 3 };
    *count.expose_mut() += tmp.vec_from(&[1u64])[0];
    #[allow(unused_variables)]
    #[zkarena::witness]
    #[allow(unused_mut)]
    let mut parsed = "5".parse::<u64>()?;
    let inside = || {
        #[witness]
        let coerced: Box<dyn Fn(u64) -> u64> = Box::new(|row| row + 1);
        if let Some(chosen) = choice {
            #[witness]
            let chosen = chosen;
            return coerced.expose()(*chosen.expose());
        }
        0
    };
    let debug = format!("{:?}", { #[witness] let key = 1; key });
    assert_eq!(debug, "[secret]");
    Ok(key.declassify() + count.declassify() + inside())
}

/// A function inside has marks of its own.
#[witness]
fn functions_inside() -> u64 {
    #[witness]
    fn inside(#[witness] key: u64) -> u64 {
        #[witness]
        let other = 1;
        key.declassify() + other.declassify()
    }
    struct Prover;
    impl Prover {
        #[zk_phase]
        #[witness]
        fn prove<const N: usize>(&self, #[witness] _key: [u64; N]) -> usize {
            #[witness]
            let other = N;
            other.declassify()
        }
    }
    #[witness]
    let key = inside(2);
    key.declassify() + Prover.prove([1, 2]) as u64
}

#[witness]
fn generic<T: Copy>(#[witness] value: T, #[witness] by: impl Fn(T) -> T, #[cfg(any())] #[witness] never: u32) -> T {
    by.expose()(*value.expose())
}

macro_rules! made {
    ($name:ident, $key:ident, $ty:ty, $value:expr) => {
        #[witness]
        fn $name(#[witness] $key: $ty) -> u64 {
            #[witness]
            let other: $ty = $value;
            other.declassify() + $key.declassify()
        }
    };
}

made!(made, key, u64, 1 + 2);

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

fn main() {
    assert_eq!(parameters(2, 1, &[3]), 8);
    assert_eq!(variables(1, Some(4)), Ok(11));
    assert_eq!(functions_inside(), 5);
    assert_eq!(generic(1, |row| row + 1), 2);
    assert_eq!(made(1), 4);
}
