//! rayon's joins, scopes and loops use the handle.
use rayon::prelude::*;
use zkarena::{PVec, Phase, zk_phase};

fn quick_sum(rows: &[u64], phase: Phase<'_>) -> u64 {
    if rows.len() < 64 {
        return phase.copy(rows).iter().sum();
    }
    let (left, right) = rows.split_at(rows.len() / 2);
    let (left, right) = rayon::join(|| quick_sum(left, phase), || quick_sum(right, phase));
    left + right
}

#[zk_phase]
fn scope(rows: &[u64]) -> usize {
    let mut columns = [const { None::<PVec<'_, u64>> }; 4];
    rayon::scope(|tasks| {
        for column in &mut columns {
            tasks.spawn(move |_| *column = Some(phase.vec_from(rows)));
        }
    });
    columns.iter().flatten().map(|column| column.len()).sum()
}

#[zk_phase]
fn loops(rows: &[u64]) -> u64 {
    let mut table = phase.vec_zeroed::<u64>(rows.len());
    table.par_iter_mut().zip(rows).for_each(|(cell, row)| *cell = *phase.scratch().alloc(row + 1));
    let boxes: Vec<_> = rows.par_iter().map(|row| phase.boxed(*row)).collect();
    table.par_iter().sum::<u64>() + boxes.par_iter().map(|row| **row).sum::<u64>()
}

#[zk_phase]
fn main() {
    let rows: Vec<u64> = (0..1000).collect();
    assert_eq!(quick_sum(&rows, phase), 499_500);
    assert_eq!((scope(&rows), loops(&rows)), (4000, 1_000_000));
    rayon::broadcast(|_| phase.vec_from(&rows).len());
}
