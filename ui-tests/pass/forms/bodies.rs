#![deny(unused_variables)]
use zkarena::zk_phase;

#[zk_phase]
fn inner_attributes() -> u32 {
    #![allow(unused_variables)]
    //! An inner comment.
    let unused = 1;
    2
}

#[zk_phase]
fn items() -> u32 {
    const ROWS: u32 = 3;
    use std::convert::identity as same;
    struct Row(u32);
    impl Row {
        #[zk_phase]
        fn double(&self) -> u32 {
            self.0 * 2
        }
    }
    same(Row(ROWS).double())
}

#[zk_phase]
fn a_statement_macro_last(rows: &mut Vec<u32>) {
    rows.push(1);
    println!("{rows:?}")
}

#[zk_phase]
fn a_block_last(rows: u32) -> u32 {
    match rows {
        0 => 1,
        _ => {
            let rows = rows - 1;
            rows
        }
    }
}

#[zk_phase]
fn temporaries_last(rows: &std::cell::RefCell<Vec<u32>>) -> usize {
    rows.borrow().len()
}

fn main() {
    assert_eq!(inner_attributes(), 2);
    assert_eq!(items(), 6);
    a_statement_macro_last(&mut Vec::new());
    assert_eq!(a_block_last(2), 1);
    assert_eq!(temporaries_last(&Default::default()), 0);
}
