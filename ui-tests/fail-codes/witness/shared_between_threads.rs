use std::cell::Cell;
use zkarena::Secret;

fn share(key: &Secret<Cell<u64>>) {
    std::thread::scope(|scope| {
        scope.spawn(|| key.expose().set(1));
    });
}

fn main() {}
