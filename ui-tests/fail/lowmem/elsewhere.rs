use zkarena::lowmem;

#[lowmem]
struct Trace(Vec<u64>);

#[lowmem]
impl Trace {
    fn rows(&self) -> usize {
        self.0.len()
    }
}

#[lowmem]
mod inside {}

#[lowmem]
type Rows = Vec<u64>;

#[lowmem]
static ROWS: u64 = 1;

fn main() {
    let rows: Rows = vec![ROWS];
    Trace(rows).rows();
}
