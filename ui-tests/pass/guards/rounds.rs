//! A guard by hand: reset between rounds, children that end in any order, a guard in a struct.
use zkarena::{Phase, PhaseGuard, Plan, Site, site};

static ROUND: Site = Site::new("round", module_path!(), file!(), line!());

struct Prover {
    guard: PhaseGuard<'static>,
}

impl Prover {
    fn new() -> Self {
        Self { guard: PhaseGuard::root(site!("prove"), Plan::new().reserve(1 << 16)) }
    }

    fn phase(&self) -> Phase<'_> {
        self.guard.handle()
    }

    fn round(&mut self, round: u32) -> u32 {
        let sum = self.phase().vec_from(&[round; 100]).iter().sum();
        self.guard.reset();
        sum
    }
}

fn main() {
    let mut prover = Prover::new();
    assert_eq!((0..10).map(|round| prover.round(round)).sum::<u32>(), 4500);
    let out = prover.phase();
    let (first, second) = (PhaseGuard::child(out, &ROUND, Plan::new()), PhaseGuard::child(out, &ROUND, Plan::new()));
    let (one, two) = (first.handle().alloc(1), second.handle().alloc(2));
    let kept = out.vec_from(&[*one]);
    drop(first);
    assert_eq!((kept[0], *two), (1, 2));
    drop((kept, second));
    let moved = prover; // with no borrow alive, a guard is a value like others
    assert_eq!(moved.phase().vec_from(&[1]).len(), 1);
}
