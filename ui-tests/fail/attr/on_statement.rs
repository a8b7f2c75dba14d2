// Rustc's error: a statement takes no attribute macro at all.
use zkarena::zk_phase;

fn main() {
    #[zk_phase]
    let rows = 1;
    println!("{rows}");
}
