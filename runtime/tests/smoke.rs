use zkarena::PhaseAlloc;
#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

#[test]
fn smoke() {
    let v = zkarena::phase("a", || {
        let mut all = Vec::new();
        for i in 0..2000usize {
            all.push(vec![i as u8; 4096 + i * 37]);
            if i % 3 == 0 {
                all.swap_remove(i / 5 % all.len());
            }
        }
        zkarena::phase("b", || drop(vec![0u8; 300 << 20]));
        let mut p = Vec::new();
        for i in 0..10_000_000u64 {
            p.push(i);
        }
        assert!(p.iter().enumerate().all(|(i, &v)| v == i as u64));
        all
    });
    println!("{}", zkarena::report());
    for b in &v {
        assert!(b.iter().all(|x| *x == b[0]));
    }
    drop(v);
    println!("{} {:?}", zkarena::trim(), zkarena::report().heap());
}
