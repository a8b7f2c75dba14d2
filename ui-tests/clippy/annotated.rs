//! Annotated code as a prover has it, of which clippy's pedantic lints have nothing to say.
#![forbid(unsafe_code)]
#![warn(missing_docs, missing_debug_implementations, unreachable_pub)]

use zkarena::{
    AllocError, ArenaAlloc, Detach, Evals, KeyedState, PVec, Phase, Poly, Secret, TraceFold, scope, with_phase,
    witness, zk_phase,
};

/// What the verifier never sees.
#[witness]
#[derive(ArenaAlloc)]
pub(crate) struct Assignment<'ph, F> {
    values: PVec<'ph, F, Secret>,
    blinding: Secret<F>,
    #[public]
    rows: usize,
}

#[witness]
#[derive(ArenaAlloc)]
enum Hint<'ph> {
    Known(Option<Box<Self>>),
    Path(PVec<'ph, u32, Secret>),
}

/// Columns of a trace.
#[derive(ArenaAlloc, Debug, Detach)]
#[arena(new(rows: usize))]
pub(crate) struct Columns<'ph, F> {
    #[arena(len = rows, init = |row| row)]
    indices: PVec<'ph, usize>,
    #[arena(scratch, reserve = rows)]
    values: PVec<'ph, F>,
    evals: Poly<'ph, u32, Evals>,
    #[arena(skip)]
    name: String,
}

#[derive(ArenaAlloc, Debug, Detach)]
enum Opening<'ph> {
    Path(PVec<'ph, u32>),
    Nothing,
}

struct Prover<'ph> {
    phase: Phase<'ph>,
}

impl<'ph> Prover<'ph> {
    #[zk_phase(tmp in self.phase, reserve = rows.len() * 8, name = "fri::fold")]
    fn fold(&self, rows: &[u32]) -> PVec<'ph, u32> {
        let scratch = tmp.vec_from(rows);
        self.phase.vec_from(&scratch)
    }
}

#[zk_phase(try, budget = "1GiB")]
fn commit(rows: usize, name: &str) -> Result<Columns<'static, u64>, AllocError> {
    let evals = phase.vec_from(&[1]).into();
    Columns::new_in(phase, rows, evals, name.to_owned())?.try_detach()
}

#[zk_phase]
fn open(rows: &[u32]) -> usize {
    let folded = Prover { phase }.fold(rows);
    let opening = scope!(tmp in phase => { Opening::Path(tmp.vec_from(&folded)).promote(phase) });
    match opening {
        Opening::Path(path) => path.len(),
        Opening::Nothing => 0,
    }
}

#[zk_phase(plan = Columns::<u64>::plan(rows))]
fn planned(rows: usize) -> bool {
    scope!(tmp in phase, plan = Columns::<u64>::plan(rows) => { tmp.vec_with::<u8>(rows).is_empty() })
}

#[zk_phase]
fn assign(values: &[u64]) -> u64 {
    let values = phase.secret_vec_from(values);
    let rows = values.len();
    let assignment = Assignment { values, blinding: Secret::new(1), rows };
    let hint = Hint::Known(Some(Box::new(Hint::Path(phase.secret_vec()))));
    if let Hint::Known(Some(known)) = hint {
        drop(known);
    }
    let Assignment { values, blinding, rows } = assignment.promote(phase);
    assert_eq!(rows, values.len());
    values.expose().iter().sum::<u64>() + blinding.declassify()
}

impl Prover<'_> {
    /// A secret's sum.
    #[zk_phase(tmp in self.phase, try)]
    #[witness]
    fn sum(&self, #[witness] key: u64, _label: &str, rows: Vec<u64>) -> Result<u64, AllocError> {
        const START: u64 = 1;
        if rows.is_empty() {
            return Ok(START);
        }
        #[witness]
        let mut sum = tmp.try_vec_from(&rows)?.iter().sum::<u64>();
        *sum.expose_mut() += key.expose();
        drop(rows);
        Ok(sum.declassify())
    }

    #[witness]
    fn own(mut self, (): (), _: u32) -> Self {
        self.phase = unit(&self);
        self
    }
}

#[witness]
fn unit<'ph>(prover: &Prover<'ph>) -> Phase<'ph> {
    nothing(());
    prover.phase
}

#[witness]
fn nothing(_nothing: ()) {}

#[witness]
fn references<'a, T: ?Sized>(left: &'a T, _right: &T, mut count: usize) -> impl Iterator<Item = &'a T> {
    count += 1;
    std::iter::repeat_n(left, count)
}

#[witness]
#[zk_phase(_unused, name = "never")]
fn never(secret: bool) -> ! {
    assert!(!secret, "a secret is not printed");
    std::process::exit(0)
}

/// What is known of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, KeyedState)]
#[state(key = u64, domains(frame < run))]
pub(crate) struct Slot {
    #[state(flag, rollback = run)]
    read: bool,
    #[state(init, rollback = never)]
    initial: u64,
    #[state(rollback = frame)]
    write: Option<u64>,
    #[state(rollback = run)]
    count: u32,
}

#[derive(Debug, Default)]
struct Sum(u64);

impl TraceFold<u64> for Sum {
    type Event = u64;
    type Summary = u64;

    fn event(record: &u64) -> u64 {
        *record
    }

    fn observe(&mut self, event: &u64) {
        self.0 += event;
    }

    fn summary(&self) -> u64 {
        self.0
    }
}

#[zk_phase(try, reserve(refunds = keys.len(), events: u64 <= 2), trace(steps: u64, mode = record, fold = Sum, reserve = keys.len()))]
fn replay(keys: &[u64]) -> Result<u64, AllocError> {
    let mut slots = SlotStates::try_with_capacity_in(keys.len(), phase)?;
    for &key in keys {
        refunds.try_push(key)?;
        steps.try_push(key, |&key| key)?;
        slots.frame(|slots| {
            let mut slot = slots.try_entry(key, || key + 1)?;
            let count = slot.count();
            slot.replace_count(count + 1);
            slot.replace_write(key);
            events.try_push(slot.initial())?;
            Ok::<_, AllocError>(slot.mark_read())
        })?;
    }
    Ok(steps.summary() + events.iter().sum::<u64>() + refunds[0])
}

#[zk_phase(_unused)]
fn one_expression() -> u32 {
    1
}

#[zk_phase]
fn main() {
    let columns = commit(4, "main").expect("there is memory");
    assert_eq!((columns.indices.len(), columns.values.len(), columns.evals.len(), &*columns.name), (4, 0, 1, "main"));
    assert!(planned(4));
    assert_eq!(assign(&[1, 2]), 4);
    assert_eq!((open(&[1, 2]), one_expression()), (2, 1));
    assert_eq!(replay(&[1, 2]).ok(), Some(3 + 5 + 1));
    let prover = Prover { phase };
    assert_eq!(prover.sum(1, "label", vec![2]).ok(), Some(3));
    let prover = prover.own((), 1);
    assert_eq!(references("key", "", 1).count(), 2);
    if prover.phase.stats().witness.bytes.0 > 0 {
        never(true);
    }
    assert!(with_phase(|phase| matches!(Opening::Nothing.promote(*phase), Opening::Nothing)));
}
