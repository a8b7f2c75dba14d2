//! Structs and enums of every form, with every kind of generics, and nested.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

use zkarena::{ArenaAlloc, PBox, PVec, Phase, Secret, SecretSafe, witness, with_phase};

#[witness]
struct Unit;

#[witness]
struct Tuple(Secret<u64>, #[public] u8);

#[witness]
struct Nothing {}

#[witness]
#[derive(ArenaAlloc)]
pub(crate) struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
    blinding: Secret<F>,
    #[public]
    rows: usize,
    #[public]
    #[arena(skip)]
    name: String,
}

#[derive(ArenaAlloc)]
#[witness]
#[arena(bound(F: Clone + 'static))]
enum Choice<'ph, F, const N: usize = 2>
where
    F: Send,
{
    Nothing,
    Many(PVec<'ph, F, Secret>, #[public] PVec<'ph, u32>),
    Keys {
        keys: [Secret<F>; N],
        nested: Option<Box<Self>>,
    },
}

#[witness]
enum Never {}

#[witness]
struct Pair<A: SecretSafe, B>(A, Option<B>)
where
    B: SecretSafe;

#[witness]
#[derive(ArenaAlloc)]
struct Nested<'ph, F> {
    assignment: Assignment<'ph, F>,
    more: Option<Box<Assignment<'ph, F>>>,
}

#[witness]
struct Borrowed<'a, 'ph, T: ?Sized> {
    #[public]
    circuit: &'a T,
    boxed: PBox<'ph, Tuple>,
    result: Result<Unit, ()>,
    all: (Secret<u8>, Secret<[u8; 3]>, Box<Nothing>),
}

#[witness]
struct Tail {
    key: Secret<u8>,
    #[public]
    rest: [u8],
}

#[witness]
pub struct r#type {
    r#fn: Secret<fn(&u8) -> u8>,
}

fn assignment<'ph>(phase: Phase<'ph>) -> Assignment<'ph, u64> {
    Assignment {
        values: phase.secret_vec_from(&[1, 2]),
        blinding: Secret::new(3),
        rows: 2,
        name: String::from("main"),
    }
}

fn main() {
    with_phase(|phase| {
        let pair = Pair(assignment(*phase), Some(Secret::new(5u8)));
        let Pair(assignment, key) = pair;
        let nested = Nested { assignment, more: None };
        let Nested { assignment, more: None } = nested.promote(*phase).copy_into(phase.scratch())
        else {
            panic!("there is one");
        };
        assert_eq!(format!("{assignment:?} {key:?}"), "Assignment { .. } Some([secret])");
        let Assignment { values, blinding, .. } = assignment; // taken apart
        assert_eq!(values.declassify(*phase)[..], [1, 2]);
        assert_eq!(*blinding.expose(), 3);

        let inner: Choice<'_, u64> = Choice::Many(phase.secret_vec(), phase.vec_from(&[1]));
        let nested = Some(Box::new(inner));
        let keys = [Secret::new(1), Secret::new(2)];
        let choice = Choice::Keys { keys, nested }.promote(*phase);
        let Choice::Keys { keys: [one, _], nested: Some(_) } = &choice else {
            panic!("another variant");
        };
        assert_eq!((*one.expose(), format!("{choice:?}")), (1, "Choice { .. }".to_owned()));
        assert_eq!(format!("{:?}", r#type { r#fn: Secret::new(|n| n + 1) }), "type { .. }");
    });

    #[witness]
    struct Local(Secret<u8>);
    assert_eq!(Local(Secret::new(1)).0.declassify(), 1);
}
