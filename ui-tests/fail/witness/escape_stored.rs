use std::cell::Cell;
use std::sync::Mutex;
use zkarena::{PVec, witness};

static LAST: Mutex<Option<PVec<'static, u32>>> = Mutex::new(None);

#[witness]
fn in_a_static() {
    *LAST.lock().unwrap() = Some(phase.vec_from(&[1]));
}

#[witness]
fn in_a_cell<'a>(last: &Cell<Option<&'a [u32]>>) {
    last.set(Some(phase.zeroed(1)));
}

#[witness]
fn in_an_outer_vec<'a>(layers: &mut Vec<&'a [u32]>) {
    layers.push(phase.zeroed(1));
}

struct Prover<'ph> {
    trace: Option<PVec<'ph, u32>>,
}

impl Prover<'_> {
    #[witness]
    fn in_a_field(&mut self) {
        self.trace = Some(phase.vec_from(&[1]));
    }
}

fn main() {}
