use std::any::Any;
use zkarena::witness;

#[witness]
fn iterator() -> impl Iterator<Item = u32> {
    phase.vec_from(&[1]).into_iter()
}

#[witness]
fn future() -> impl Future<Output = u32> {
    async move { phase.zeroed::<u32>(1)[0] }
}

#[witness]
fn closure() -> Box<dyn Fn(usize) -> u32> {
    let rows = phase.zeroed::<u32>(4);
    Box::new(move |row| rows[row])
}

#[witness]
fn any() {
    let hidden: Box<dyn Any> = Box::new(phase.vec_from(&[1]));
    drop(hidden);
}

fn main() {}
