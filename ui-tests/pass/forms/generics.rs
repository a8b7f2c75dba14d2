use std::fmt::{Debug, Display};
use zkarena::zk_phase;

#[zk_phase]
fn fold<'a, T, const N: usize>(columns: &'a [T; N], by: impl Fn(&T) -> T) -> Vec<T>
where
    T: Clone + 'a,
    for<'b> &'b T: Debug,
{
    columns.iter().map(by).collect()
}

#[zk_phase]
fn rows<'a>(digits: &'a str) -> impl Iterator<Item = u32> + 'a {
    digits.chars().filter_map(|digit| digit.to_digit(10))
}

#[zk_phase]
fn boxed<'a>(digits: &'a str) -> Box<dyn Display + 'a> {
    Box::new(digits)
}

#[zk_phase]
fn coerced() -> &'static [u32] {
    &[1, 2]
}

#[zk_phase]
fn inferred<T: Default>() -> T {
    Default::default()
}

fn main() {
    assert_eq!(fold(&[1, 2], |row| row + 1), [2, 3]);
    assert_eq!(rows("1x2").sum::<u32>(), 3);
    assert_eq!(boxed("7").to_string(), "7");
    assert_eq!(coerced().len(), 2);
    assert_eq!(inferred::<u32>(), 0);
}
