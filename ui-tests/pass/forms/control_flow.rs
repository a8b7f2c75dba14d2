use std::num::ParseIntError;
use zkarena::zk_phase;

#[zk_phase]
fn question_mark(digits: &str) -> Result<u32, ParseIntError> {
    Ok(digits.parse::<u32>()? + 1)
}

#[zk_phase]
fn option(digits: &[u32]) -> Option<u32> {
    digits.first()?.checked_add(1)
}

#[zk_phase]
fn early_return(rows: &[u32]) -> u32 {
    for row in rows {
        if *row > 1 {
            return *row;
        }
    }
    0
}

#[zk_phase]
fn only_a_return(row: u32) -> u32 {
    return row;
}

#[zk_phase]
fn labels(rows: &[u32]) -> usize {
    'rows: loop {
        for row in rows {
            if *row == 1 {
                break 'rows 1;
            }
        }
        break 0;
    }
}

#[zk_phase]
fn recursion(depth: u32) -> u32 {
    if depth == 0 { 0 } else { 1 + recursion(depth - 1) }
}

#[zk_phase]
fn diverges(row: u32) -> u32 {
    panic!("row {row}")
}

fn main() {
    assert_eq!(question_mark("1"), Ok(2));
    assert!(question_mark("x").is_err());
    assert_eq!(option(&[1]), Some(2));
    assert_eq!(option(&[]), None);
    assert_eq!(early_return(&[1, 2, 3]), 2);
    assert_eq!(only_a_return(5), 5);
    assert_eq!(labels(&[0, 1]), 1);
    assert_eq!(recursion(9), 9);
    assert!(std::panic::catch_unwind(|| diverges(1)).is_err());
}
