#![deny(unused_variables)]
use zkarena::scope;

fn main() {
    scope!(tmp => { println!("measured") });
}
