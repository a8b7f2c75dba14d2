use zkarena::zk_phase;

#[zk_phase]
thread_local! {
    static ROWS: u32 = 1;
}

fn main() {}
