use zkarena::zk_phase;

#[zk_phase(reserve = "1MiB", plan = zkarena::Plan::new(), budget = rows)]
fn both(rows: usize) -> usize {
    phase.vec_from(&[rows])[0]
}

#[zk_phase(plan = zkarena::Plan::new(), budget = rows)]
fn one(rows: usize) -> usize {
    phase.vec_from(&[rows])[0]
}

fn main() {
    both(one(1));
}
