//! Parameters go with the phase: what borrows one cannot leave.
use zkarena::{Secret, witness, zk_phase};

#[witness]
fn reference(rows: Vec<u32>) -> &'static [u32] {
    &rows
}

#[witness]
fn secret<'a>(#[witness] key: [u64; 4], _rows: &'a [u32]) -> &'a [u64] {
    let exposed = key.expose();
    exposed
}

#[witness]
fn moved_twice(key: Secret<u64>) -> u64 {
    key.declassify() + key.declassify()
}

#[witness]
fn of_a_reference(rows: &Vec<u32>) -> Vec<u32> {
    *rows
}

#[witness]
fn not_mutable(rows: Vec<u32>) -> Vec<u32> {
    rows.push(1);
    rows
}

#[zk_phase(plan = plan_of(rows))]
#[witness]
fn moved_into_the_plan(rows: Vec<u32>) {}

fn plan_of(_: Vec<u32>) -> zkarena::Plan {
    zkarena::Plan::new()
}

fn main() {}
