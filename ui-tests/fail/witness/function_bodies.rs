#![deny(warnings)]
use zkarena::witness;

#[witness]
fn wrong_type() -> u32 {
    let name = "rows";
    name
}

#[witness]
fn nothing_returned(rows: u32) -> u32 {
    rows + 1;
}

#[witness]
fn unknown_types(rows: &Rows) -> Columns {
    rows.columns()
}

#[witness]
fn question_mark(digits: &str) -> u32 {
    digits.parse()?
}

fn main() {}
