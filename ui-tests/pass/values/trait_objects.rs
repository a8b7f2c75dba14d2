//! Trait objects and closures over values of a phase, and generic code that does not know of it.
use std::fmt::Debug;
use zkarena::{PBox, Phase, zk_phase};

trait Gate: Debug {
    fn eval(&self, row: u32) -> u32;
}

#[derive(Clone, Copy, Debug)]
struct Add<'ph>(&'ph [u32]);

impl Gate for Add<'_> {
    fn eval(&self, row: u32) -> u32 {
        self.0.iter().sum::<u32>() + row
    }
}

fn boxed<'ph>(phase: Phase<'ph>) -> PBox<'ph, Box<dyn Gate + 'ph>> {
    phase.boxed(Box::new(Add(phase.copy(&[1, 2]))))
}

fn allocated<'ph>(phase: Phase<'ph>) -> &'ph dyn Gate {
    phase.alloc(Add(phase.copy(&[3])))
}

#[zk_phase]
fn main() {
    let mut gates = phase.vec::<PBox<'_, Box<dyn Gate + '_>>>();
    gates.push(boxed(phase));
    assert_eq!(gates.iter().map(|gate| gate.eval(1)).sum::<u32>(), 4);
    assert_eq!((allocated(phase).eval(1), format!("{:?}", gates)), (4, "[Add([1, 2])]".to_owned()));
    let rows = phase.vec_from(&[5]);
    let lookup: PBox<'_, Box<dyn Fn(usize) -> u32 + '_>> = phase.boxed(Box::new(move |row| rows[row]));
    assert_eq!(lookup(0), 5);
}
