//! What a vector of secrets can do.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::io::Write;
use zkarena::{ArenaAlloc, Home, Label, PVec, Phase, Public, Secret, zk_phase};

/// Code that fills vectors need not know whether they are secret.
fn fill<L: Label>(vec: &mut PVec<'_, u32, L>, value: u32) -> usize {
    vec.reserve(2);
    vec.push(value);
    vec.insert(0, value + 1);
    vec.len()
}

#[derive(ArenaAlloc)]
#[arena(new(rows))]
struct Built<'ph, F: Default> {
    #[arena(len = rows)]
    values: PVec<'ph, F, Secret>,
    #[arena(reserve = rows)]
    hints: PVec<'ph, F, Secret>,
    #[arena(poly, len = rows)]
    public: PVec<'ph, F>,
}

fn threads(values: &mut PVec<'_, u32, Secret>) {
    std::thread::scope(|scope| {
        for value in values.expose_mut() {
            scope.spawn(move || *value += 1);
        }
    });
}

fn shorter<'a>(vec: PVec<'static, &'static str, Secret>) -> PVec<'a, &'a str, Secret> {
    vec
}

fn released<'p>(values: PVec<'_, u32, Secret>, out: Phase<'p>) -> PVec<'p, u32> {
    values.declassify(out)
}

#[zk_phase]
fn main() {
    let mut secret = phase.secret_vec();
    let mut public: PVec<'_, u32, Public> = phase.vec();
    assert_eq!((fill(&mut secret, 7), fill(&mut public, 7)), (2, 2));
    threads(&mut secret);
    let mut more = phase.secret_vec_of(vec![1]);
    secret.append(&mut more);
    secret.extend(&[5]);
    let rest = secret.split_off(2);
    assert_eq!((secret.expose(), rest.expose()), (&[9, 8][..], &[1, 5][..]));
    secret.clear();
    assert!(secret.is_empty() && secret.capacity() >= 2);
    assert_eq!(released(rest, phase)[..], [1, 5]);
    assert_eq!(more.declassify(Home::Heap).into_iter().count(), 0);

    let mut bytes = phase.secret_vec_with(3);
    bytes.write_all(b"key").unwrap();
    assert_eq!(bytes.expose(), b"key");

    let built = Built::<u64>::new_in(phase, 3).unwrap();
    assert_eq!((built.values.expose(), &built.public[..]), (&[0; 3][..], &[0; 3][..]));
    assert!(built.hints.capacity() >= 3 && built.values.footprint().poly == 0);
    // A plan is for the poly arena: the field that is public.
    assert_eq!(Built::<u64>::plan(1 << 20).budget(8 << 20), zkarena::Plan::new().reserve(8 << 20).budget(8 << 20));
    let _ = shorter;
}
