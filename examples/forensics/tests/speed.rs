//! How fast memory is scanned.
#![forbid(unsafe_code)]

use std::fs;
use zkarena_forensics::{Class, KeySet, Patterns, Scanner};

/// Numbers that look random.
fn numbers(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).scan(0x9e37_79b9_7f4a_7c15u64, |state, i| {
        *state = (*state ^ i)
            .wrapping_mul(0xd134_2543_de82_ef95)
            .rotate_left(29);
        Some(*state)
    })
}

/// Seconds that this thread was on a processor: what else runs there does not count.
fn on_processor() -> f64 {
    let figures = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanos = figures
        .split(' ')
        .next()
        .and_then(|nanos| nanos.parse::<f64>().ok());
    nanos.expect("a number") / 1e9
}

/// The goal is 300 MB/s on a core; a debug build, or a busy machine, need not reach it.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "a figure: run it with --release --ignored --nocapture"]
fn memory_that_is_full_of_numbers_is_scanned_fast() {
    let mut patterns = Patterns::new();
    let limbs: Vec<u64> = numbers(600_000).collect();
    for element in limbs.as_chunks().0 {
        patterns.limbs(*element, "");
    }
    let keys = KeySet::new(&patterns);
    let memory: Vec<u8> = numbers(32 << 20)
        .map(|word| !word)
        .flat_map(u64::to_le_bytes)
        .collect();
    let start = on_processor();
    let mut scanner = Scanner::new(&keys);
    scanner.feed(Class::Anonymous, 0, &memory);
    let (findings, seconds) = (scanner.finish(), on_processor() - start);
    let mb = u32::try_from(memory.len() / 1_000_000).expect("small");
    println!(
        "{:.0} MB/s with {} keys",
        f64::from(mb) / seconds,
        keys.len()
    );
    assert_eq!(findings.hits, 0);
}
