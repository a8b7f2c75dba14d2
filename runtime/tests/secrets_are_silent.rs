//! A secret tells nothing by itself: it prints no value, leaves no phase for the heap, and costs nothing.

use std::cell::Cell;
use std::rc::Rc;
use zkarena::{
    ArenaAlloc, Home, Label, PVec, Phase, PhaseGuard, Plan, Public, Secret, SecretSafe, site,
    with_phase, witness,
};

#[witness]
#[derive(ArenaAlloc)]
struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
    blinding: Secret<F>,
    #[public]
    rows: usize,
}

/// Above the attribute: the other order.
#[derive(ArenaAlloc)]
#[witness]
enum Choice<'ph, F> {
    Left(Assignment<'ph, F>),
    Right { key: Option<Box<[Secret<F>; 2]>> },
    Neither,
}

fn assignment(phase: Phase<'_>) -> Assignment<'_, u64> {
    Assignment {
        values: phase.secret_vec_from(&[0xABCD_EF01; 3]),
        blinding: Secret::new(0x1234_5678),
        rows: 77,
    }
}

/// Everything that `Debug` could be asked to print.
fn shown(value: &impl std::fmt::Debug) -> String {
    format!("{value:?} {value:#?} {value:x?} {value:#X?} {value:300.100?}")
}

/// Takes one apart: it has no destructor of its own.
fn publish(assignment: Assignment<'_, u64>) -> PVec<'static, u64> {
    let Assignment {
        values,
        blinding,
        rows,
    } = assignment;
    assert_eq!((rows, blinding.declassify()), (77, 0x1234_5678));
    values.declassify(Home::Heap)
}

#[test]
fn debug_prints_no_value() {
    with_phase(|phase| {
        let assignment = assignment(*phase);
        assert_eq!(format!("{:?}", assignment.values), "[secret]");
        assert_eq!(format!("{:?}", assignment.blinding), "[secret]");
        assert_eq!(format!("{assignment:?}"), "Assignment { .. }");
        let all = [
            shown(&assignment.values),
            shown(&assignment.blinding),
            shown(&assignment),
            shown(&Some([Secret::new("0x1234_5678")])),
            shown(&Secret::new(vec![77; 3])),
        ];
        for text in all {
            let text = text.to_lowercase();
            for value in [
                "abcdef01",
                "2882400001",
                "12345678",
                "305419896",
                "77",
                "4d",
                "len",
            ] {
                assert!(!text.contains(value), "{value} is in {text}");
            }
        }
    });
}

#[test]
fn debug_of_an_enum_hides_the_variant() {
    with_phase(|phase| {
        let key = Some(Box::new([Secret::new(1), Secret::new(2)]));
        let choices = [
            Choice::Left(assignment(*phase)),
            Choice::Right { key },
            Choice::Neither,
        ];
        for choice in &choices {
            assert_eq!(format!("{choice:?}"), "Choice { .. }");
        }
    });
}

#[test]
fn secrets_lie_in_the_witness_arena() {
    with_phase(|phase| {
        let before = phase.stats();
        let mut secrets = [
            phase.secret_vec(),
            phase.secret_vec_with::<u64>(100),
            phase.scratch().secret_vec_from(&[7; 100]),
            phase.secret_vec_of(vec![8; 100]),
            phase.secret_vec_zeroed(100),
        ];
        for vec in &mut secrets {
            vec.push(1);
            vec.extend([2, 3]);
            vec.extend_from_slice(&[4]);
            vec.resize(vec.len() + 1, 5);
            assert_eq!(vec.expose()[vec.len() - 5..], [1, 2, 3, 4, 5]);
            assert!(
                matches!(vec.home(), Home::Phase(home) if home.kind() == phase.witness().kind())
            );
            assert!(
                vec.footprint().witness >= 40 && vec.footprint().total() == vec.footprint().witness
            );
        }
        assert_eq!(phase.stats().poly, before.poly);
        assert_eq!(phase.stats().scratch, before.scratch);
        assert!(phase.stats().witness.bytes > before.witness.bytes);
    });
}

#[test]
fn secrets_move_between_phases_and_nowhere_else() {
    let outer = PhaseGuard::root(site!("outer"), Plan::new());
    let inner = PhaseGuard::child(outer.handle(), site!("inner"), Plan::new());
    let taken = assignment(inner.handle()).promote(outer.handle());
    let copy = taken.copy_into(outer.handle().scratch());
    drop(inner);
    assert_eq!(taken.values.expose(), [0xABCD_EF01; 3]);
    assert_eq!(taken.values.footprint().poly + copy.footprint().scratch, 0);
    // The doors behind `detach`: memory that nobody wipes is refused.
    let refused = copy
        .try_copy_to(Home::Heap)
        .expect_err("the heap is not wiped");
    assert_eq!((refused.bytes(), refused.is_over_limit()), (24, false));
    assert_eq!(
        refused.to_string(),
        "a secret of 24 B lives in the witness arena of a phase, and has no place on the heap"
    );
    let refused = copy
        .try_move_to(Home::Heap)
        .expect_err("the heap is not wiped");
    assert_eq!(refused.bytes(), 24);
    let public = publish(taken);
    drop(outer);
    assert_eq!(public[..], [0xABCD_EF01; 3]);
}

#[test]
fn large_vectors_are_declassified_too() {
    with_phase(|phase| {
        let secret = phase.secret_vec_of((0..100_000u64).collect());
        let public: PVec<'_, u64> = secret.declassify(*phase);
        assert_eq!(public.footprint().witness, 0);
        assert!(public.iter().copied().eq(0..100_000));
    });
}

#[test]
fn labels_cost_nothing() {
    assert_eq!(
        size_of::<PVec<'_, u64, Secret>>(),
        size_of::<PVec<'_, u64>>()
    );
    assert_eq!(
        align_of::<PVec<'_, u64, Secret>>(),
        align_of::<PVec<'_, u64>>()
    );
    assert_eq!(size_of::<Secret<[u8; 5]>>(), 5);
    assert_eq!(align_of::<Secret<u128>>(), align_of::<u128>());
    assert_eq!(size_of::<Secret>(), 0);
}

#[test]
fn labels_have_no_say_in_where_a_vector_may_go() {
    fn is_send_and_sync<T: Send + Sync>() {}
    fn shorter<'a, L: Label>(vec: PVec<'static, &'static u8, L>) -> PVec<'a, &'a u8, L> {
        vec
    }
    is_send_and_sync::<PVec<'_, u64, Secret>>();
    is_send_and_sync::<PVec<'_, u64, Public>>();
    is_send_and_sync::<Secret<u64>>();
    let _ = (shorter::<Secret>, shorter::<Public>);
}

#[test]
fn values_without_a_number_can_be_secrets() {
    fn is_safe<T: SecretSafe>(_: &T) {}
    let cell = Secret::new(Rc::new(Cell::new(1)));
    cell.expose().set(2);
    is_safe(&cell);
    is_safe(&(Ok::<_, Secret<u8>>(Some(Box::new(cell))), [()], ()));
    with_phase(|phase| is_safe(&phase.boxed(assignment(*phase))));
}
