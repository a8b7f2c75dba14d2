// Rustc's errors: an expression takes no attribute macro at all.
use zkarena::zk_phase;

fn main() {
    let prove = #[zk_phase] || 1;
    println!("{}", prove());
}
