//! Vectors with a count: with and without their types, in every form that a function can have, next to every
//! option and attribute that they go with.
#![forbid(unsafe_code)]
#![deny(warnings, unused, let_underscore, rust_2018_idioms)]
#![deny(missing_docs, trivial_casts, unused_qualifications, unused_results)]
use zkarena::{AllocError, Bound, PVec, PhaseAlloc, Phase, Reserved, Secret, lowmem, report, witness, zk_phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

struct Witness {
    refunds: Vec<u32>,
    paths: Vec<[u8; 32]>,
}

type Key = [u8; 4];

// As in the design: types from their uses.
#[zk_phase(budget = "720MiB", reserve(refunds = w.refunds.len(), events <= w.refunds.len() / 3, slots = w.paths.len()))]
fn replay(w: &Witness) -> usize {
    refunds.extend_from_slice(&w.refunds);
    for event in w.refunds.chunks_exact(3) {
        events.push((event[0], "event"));
    }
    slots.extend(w.paths.iter().map(|path| path[0]));
    refunds.len() + events.len() + slots.iter().map(|&slot| usize::from(slot)).sum::<usize>()
}

#[zk_phase(reserve(rows: Key = 2, lines: &'static str <= 1, log: Vec<u8>, r#type: u8 = 1,), reserve = "64KiB", name = "typed")]
fn typed() -> usize {
    rows.push(*b"abcd");
    lines.push("line");
    log.extend([vec![1, 2], vec![3]]);
    r#type.push(1);
    let lent: &Reserved<'_, Key> = &rows;
    assert!(phase.stats().poly.bytes.0 > 64 << 10, "the bytes come on top");
    lent.len() + lines[0].len() + log[0].len() + r#type.len()
}

// A tail without a semicolon, an early return, `?`, and results in the caller's phase.
#[zk_phase(tmp in out, try, reserve(halves <= rows.len()))]
fn halved<'p>(rows: &[u32], out: Phase<'p>) -> Result<PVec<'p, u32>, AllocError> {
    if rows.is_empty() {
        return Ok(out.vec());
    }
    for row in rows {
        halves.try_push(row / 2)?;
    }
    let _scratch = tmp.try_vec_from(rows)?;
    out.try_vec_from(&halves)
}

#[zk_phase(try, reserve(events: u8 = count()?))]
fn counted() -> Result<usize, AllocError>
{
    events.extend([1, 2]);
    Ok(events.len())
}

fn count() -> Result<usize, AllocError> {
    Ok(2)
}

trait Prover {
    /// A default method.
    #[zk_phase(reserve(values = self.rows()))]
    fn prove<T: Copy + Into<u64>>(&self, value: T) -> u64 {
        values.extend((0..self.rows()).map(|_| value));
        values.iter().map(|&value| value.into()).sum()
    }

    fn rows(&self) -> usize;
}

impl Prover for Witness {
    fn rows(&self) -> usize {
        self.refunds.len()
    }
}

#[zk_phase(reserve(values: T = N))]
fn of_generics<T: Default, const N: usize>() -> usize {
    values.extend((0..N).map(|_| T::default()));
    values.len()
}

mod secrets {
    use zkarena::{Secret, witness, zk_phase};

    #[zk_phase(reserve(bits <= bound))]
    #[witness]
    pub(super) fn below(key: &Secret<u64>, bound: usize) -> usize {
        bits.extend((0..64).map(|bit| key.expose() >> bit & 1 == 1));
        bits.iter().filter(|&&bit| bit).count()
    }

    #[witness]
    #[zk_phase(try, reserve(bits: bool <= bound))]
    pub(super) fn above(#[witness] key: u64, bound: usize) -> Result<usize, zkarena::AllocError> {
        bits.try_extend_from_slice(&[key.expose() % 2 == 1])?;
        Ok(bits.len())
    }
}

#[lowmem]
#[zk_phase(reserve(rows = n))]
fn in_a_file(n: usize) -> usize {
    rows.extend(vec![7u8; n]);
    rows.len()
}

#[witness]
#[lowmem(encrypt)]
#[zk_phase(reserve(rows = n))]
fn all_of_it(n: usize) -> usize {
    rows.extend(vec![7u8; n]);
    rows.len()
}

/// A macro's caller names the vector, or the macro does: each sees its own.
macro_rules! made {
    ($name:ident, $count:expr) => {
        #[zk_phase(reserve($name = $count, mine <= 1))]
        fn made() -> usize {
            $name.push(1u8);
            mine.push(2u8);
            $name.len() + mine.len()
        }
    };
}

made!(theirs, 1 + 2);

mod hygiene {
    #![allow(missing_docs, dead_code, reason = "names that generated code must not use")]

    pub(super) mod core {}
    pub(super) mod zkarena {}
    #[derive(Debug)]
    struct Reservation;

    // A count sees what the caller sees, and not the vectors in front of it.
    #[::zkarena::zk_phase(reserve(first: u8 = second.len(), third: u8 <= first()))]
    pub(super) fn prove(second: &[u8]) -> usize {
        first.extend_from_slice(second);
        third.push(1);
        first.len() + third.len()
    }

    fn first() -> usize {
        1
    }
}

fn main() {
    let w = Witness { refunds: vec![1; 10], paths: vec![[2; 32]; 3] };
    assert_eq!(replay(&w), 10 + 3 + 6);
    assert_eq!(typed(), 1 + 4 + 2 + 1);
    zkarena::with_phase(|phase| {
        assert_eq!(halved(&[2, 4], *phase).expect("memory"), [1, 2]);
        assert!(halved(&[], *phase).expect("memory").is_empty());
    });
    assert_eq!(counted(), Ok(2));
    assert_eq!(w.prove(3u32), 30);
    assert_eq!((of_generics::<u8, 3>(), of_generics::<String, 0>()), (3, 0));
    assert_eq!(secrets::below(&Secret::new(7), 64), 3);
    assert_eq!((secrets::above(1, 1), secrets::above(1, 0).is_err()), (Ok(1), true));
    assert_eq!((in_a_file(9), all_of_it(9)), (9, 9));
    assert_eq!((made(), hygiene::prove(&[1, 2])), (2, 3));
    let report = report();
    let typed = report.sites().iter().find(|site| site.name == "typed").expect("it ran");
    let reserved: Vec<_> = typed.reservations.iter().map(|of| (of.name, of.bound)).collect();
    let all = [("rows", Bound::Exact), ("lines", Bound::AtMost), ("log", Bound::Unknown), ("type", Bound::Exact)];
    assert_eq!(reserved, all);
}
