//! Functions whose memory is wiped do what they did before: by either order of the attributes, alone,
//! and in every form that a function can have.
#![forbid(unsafe_code)]
#![deny(warnings, unused, let_underscore, rust_2018_idioms)]
#![deny(
    explicit_outlives_requirements,
    missing_docs,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    unit_bindings,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results
)]
use std::cell::{Cell, RefCell};
use std::fmt::{Debug, Display};
use std::num::ParseIntError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use zkarena::{AllocError, PVec, Phase, PhaseTag, Plan, witness, zk_phase};

mod orders {
    use zkarena::{witness, zk_phase};

    #[zk_phase(tmp, name = "below")]
    #[witness]
    pub(super) fn below(rows: &[u32]) -> u32 {
        tmp.vec_from(rows).iter().sum()
    }

    #[inline]
    #[witness]
    #[must_use]
    #[zk_phase(tmp, name = "above", try, budget = "1GiB")]
    pub(super) fn above(rows: &[u32]) -> Result<u32, zkarena::AllocError> {
        Ok(tmp.try_vec_from(rows)?.iter().sum())
    }

    #[witness]
    pub(super) fn alone(rows: &[u32]) -> u32 {
        phase.vec_from(rows).iter().sum()
    }

    pub(super) mod by_path {
        #[zkarena::zk_phase]
        #[zkarena::witness]
        pub(in super::super) fn below() -> u32 {
            1
        }

        #[zkarena::witness(crate = ::zkarena)]
        #[zkarena::zk_phase]
        pub(in super::super) fn above() -> u32 {
            2
        }
    }
}

#[witness]
fn question_mark(digits: &str) -> Result<u32, ParseIntError> {
    Ok(digits.parse::<u32>()? + 1)
}

#[witness]
fn early_return(rows: Vec<u32>) -> Option<u32> {
    for row in &rows {
        if *row > 1 {
            return Some(*row);
        }
    }
    rows.first()?.checked_add(1)
}

#[witness]
fn panics(flag: &Cell<bool>) -> u32 {
    struct Raised<'a>(&'a Cell<bool>);
    impl Drop for Raised<'_> {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let _raised = Raised(flag);
    panic!("unwinds")
}

#[witness]
fn diverges() -> ! {
    std::process::exit(0)
}

#[witness]
fn empty() {}

#[witness]
fn unit(_unused: u32, _: &str, (): ()) {
    if phase.stats().witness.bytes.0 > 0 {
        return;
    }
    drop(phase.vec_from(&[1]));
}

#[witness]
fn patterns((a, [b, ..]): (u32, [u32; 3]), mut c: u32, Wrapped(d): Wrapped, Named { e, f: ref g }: Named) -> u32 {
    c += a;
    b + c + d + e + g
}

struct Wrapped(u32);

struct Named {
    e: u32,
    f: u32,
}

#[witness]
fn conditional(#[cfg(any())] never: u32, #[cfg(all())] always: u32) -> u32 {
    always
}

#[witness]
fn generic<'a, T, const N: usize>(columns: &'a [T; N], by: impl Fn(&T) -> T) -> Vec<T>
where
    T: Clone + 'a,
    for<'b> &'b T: Debug,
{
    columns.iter().map(by).collect()
}

#[witness]
fn opaque<'a>(digits: &'a str) -> impl Iterator<Item = u32> + 'a {
    digits.chars().filter_map(|digit| digit.to_digit(10))
}

#[witness]
fn opaque_inside(digits: &str) -> Result<impl Fn(u32) -> u32, ParseIntError> {
    let by: u32 = digits.parse()?;
    Ok(move |row| row * by)
}

#[witness]
fn opaque_and_converted(rows: usize) -> Result<(impl Sized, usize), Box<dyn std::error::Error>> {
    if rows == 0 {
        return Err(Box::new(std::fmt::Error));
    }
    Ok((Prover::new(1), rows))
}

#[witness]
fn opaque_in_an_object() -> Box<dyn Iterator<Item = impl Display>> {
    Box::new([1, 2].into_iter())
}

#[witness]
fn boxed<'a>(digits: &'a str) -> Box<dyn Display + 'a> {
    Box::new(digits)
}

#[witness]
fn coerced() -> &'static [u32] {
    &[1, 2]
}

#[witness]
fn inferred<T: Default>() -> T {
    Default::default()
}

#[witness]
fn recursion(depth: u32) -> u32 {
    if depth == 0 { 0 } else { 1 + recursion(depth - 1) }
}

#[witness]
fn items(rows: u32) -> u32 {
    #![allow(unused_variables)]
    const ROWS: u32 = 3;
    let unused = 1;
    #[witness]
    fn inside(rows: u32) -> u32 {
        rows * ROWS
    }
    inside(rows)
}

#[witness]
fn temporaries_last(rows: RefCell<Vec<u32>>) -> usize {
    rows.borrow().len()
}

/// Parameters are dropped while the phase lasts, in the order in which any function does.
#[zk_phase]
#[witness]
fn parameters(_first: Stamped<'_>, (second, _third): (Stamped<'_>, Stamped<'_>)) -> usize {
    second.1.borrow().len()
}

fn parameters_without(_first: Stamped<'_>, (_second, _third): (Stamped<'_>, Stamped<'_>)) {}

struct Stamped<'a>(u32, &'a RefCell<Vec<(u32, PhaseTag)>>);

impl Drop for Stamped<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push((self.0, PhaseTag::current()));
    }
}

#[zk_phase(tmp in out, plan = Plan::new().reserve(rows.len()))]
#[witness]
fn into_the_parent<'p>(rows: &[u32], out: Phase<'p>) -> PVec<'p, u32> {
    let mut sum = out.vec_with(1);
    sum.push(tmp.vec_from(rows).iter().sum());
    sum
}

#[zk_phase(try, plan = plan.ok_or("no plan")?)]
#[witness]
fn planned(plan: Option<Plan>) -> Result<u64, Box<dyn std::error::Error>> {
    Ok(phase.stats().poly.bytes.0)
}

#[derive(Clone)]
struct Prover {
    rows: u32,
}

impl Prover {
    #[witness]
    fn new(rows: u32) -> Self {
        Self { rows }
    }

    #[witness]
    fn by_reference(&self) -> &u32 {
        &self.rows
    }

    #[witness]
    fn by_mutable_reference(&mut self) -> &mut u32 {
        &mut self.rows
    }

    #[witness]
    fn by_named_lifetime<'a>(&'a self, _other: &u32) -> &'a u32 {
        &self.rows
    }

    #[witness]
    fn by_value(mut self) -> u32 {
        self.rows += 1;
        self.rows
    }

    #[zk_phase]
    #[witness]
    fn by_box(self: Box<Self>) -> u32 {
        self.rows
    }

    #[witness]
    fn by_rc(self: Rc<Self>) -> u32 {
        self.rows
    }

    #[witness]
    fn by_pin(self: Pin<&mut Self>) -> u32 {
        self.rows
    }
}

trait Prove {
    const ROWS: u32;

    fn commit(&self) -> u32;

    #[witness]
    fn open(&self) -> u32 {
        self.commit() + Self::ROWS
    }

    #[zk_phase(name = "default")]
    #[witness]
    fn associated() -> u32
    where
        Self: Sized,
    {
        Self::ROWS
    }
}

impl Prove for u32 {
    const ROWS: u32 = 2;

    #[witness]
    fn commit(&self) -> u32 {
        *self
    }
}

macro_rules! made {
    ($name:ident, $argument:ident, $value:expr) => {
        #[witness]
        fn $name($argument: u32) -> u32 {
            phase.vec_from(&[$value])[0]
        }
    };
}

made!(made, row, row + 1);

macro_rules! from_fragments {
    ($(#[$meta:meta])* fn $name:ident($argument:pat, $ty:ty) -> $output:ty $body:block) => {
        $(#[$meta])*
        fn $name($argument: $ty) -> $output $body
    };
}

from_fragments! {
    #[witness]
    #[zk_phase(name = "fragments")]
    fn from_fragments((left, right), (u32, u32)) -> u32 {
        if left > 1 {
            return right;
        }
        phase.vec_from(&[left])[0]
    }
}

#[global_allocator]
static ALLOC: zkarena::PhaseAlloc = zkarena::PhaseAlloc::new();

fn main() -> Result<(), AllocError> {
    assert_eq!((orders::below(&[1, 2]), orders::above(&[1, 2])?, orders::alone(&[4])), (3, 3, 4));
    assert_eq!((orders::by_path::below(), orders::by_path::above()), (1, 2));
    assert_eq!(question_mark("1"), Ok(2));
    assert!(question_mark("x").is_err());
    assert_eq!((early_return(vec![1, 2]), early_return(vec![1]), early_return(vec![])), (Some(2), Some(2), None));
    let unwound = Cell::new(false);
    assert!(catch_unwind(AssertUnwindSafe(|| panics(&unwound))).is_err() && unwound.get());
    empty();
    unit(1, "", ());
    assert_eq!(patterns((1, [2; 3]), 3, Wrapped(4), Named { e: 5, f: 6 }), 21);
    assert_eq!(conditional(1), 1);
    assert_eq!(generic(&[1, 2], |row| row + 1), [2, 3]);
    assert_eq!(opaque("1x2").sum::<u32>(), 3);
    assert_eq!(opaque_inside("3").map(|by| by(4)), Ok(12));
    assert_eq!(opaque_and_converted(2).map(|(_, rows)| rows).ok(), Some(2));
    assert!(opaque_and_converted(0).is_err());
    assert_eq!(opaque_in_an_object().map(|row| row.to_string()).collect::<String>(), "12");
    assert_eq!(boxed("7").to_string(), "7");
    assert_eq!((coerced().len(), inferred::<u32>(), recursion(3), items(2)), (2, 0, 3, 6));
    assert_eq!(temporaries_last(RefCell::default()), 0);
    let (drops, expected) = (RefCell::default(), RefCell::default());
    let stamped = |at| Stamped(at, &drops);
    assert_eq!(parameters(stamped(1), (stamped(2), stamped(3))), 0);
    assert!(drops.borrow().iter().all(|(_, tag)| *tag != PhaseTag::current()));
    let stamped = |at| Stamped(at, &expected);
    parameters_without(stamped(1), (stamped(2), stamped(3)));
    let order = |drops: &RefCell<Vec<(u32, _)>>| drops.borrow().iter().map(|(at, _)| *at).collect::<Vec<_>>();
    assert_eq!(order(&drops), order(&expected));
    zkarena::with_phase(|phase| assert_eq!(*into_the_parent(&[1, 2], *phase), [3]));
    assert_eq!(planned(Some(Plan::new().reserve(8192))).ok(), Some(8192));
    assert!(planned(None).is_err());
    let mut prover = Prover::new(1);
    *prover.by_mutable_reference() += 1;
    assert_eq!((*prover.by_reference(), *prover.by_named_lifetime(&0)), (2, 2));
    assert_eq!(Pin::new(&mut prover).by_pin(), 2);
    assert_eq!((Rc::new(prover.clone()).by_rc(), Box::new(prover.clone()).by_box(), prover.by_value()), (2, 2, 3));
    assert_eq!((3u32.open(), <u32 as Prove>::associated()), (5, 2));
    assert_eq!((made(1), from_fragments((1, 2)), from_fragments((2, 3))), (2, 1, 3));
    diverges()
}
