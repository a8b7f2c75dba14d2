use zkarena::zk_phase;

#[zk_phase(reserve())]
fn nothing() {}

#[zk_phase(reserve(4096, "512MiB", -n))]
fn no_names(n: usize) -> usize {
    n
}

#[zk_phase(reserve(events < n, refunds: = n, slots =, costs <= struct, calls = n n))]
fn no_counts(n: usize) -> usize {
    for log in [&mut events, &mut refunds, &mut slots, &mut costs, &mut calls] {
        log.push(1u8);
    }
    n
}

fn main() {
    nothing();
    no_counts(no_names(1));
}
