//! What it costs that everything is a secret: wiping, small blocks, opening and ending.

use crate::figures::{Row, median, time};
use std::hint::black_box;
use std::time::Instant;
use zkarena::{PhaseGuard, Plan, Site, wipe_thread};

static SITE: Site = Site::new("witness", module_path!(), file!(), line!());

const MIB: usize = 1 << 20;
const LARGE: usize = 256 * MIB;

fn open() -> PhaseGuard<'static> {
    PhaseGuard::root(&SITE, Plan::new().witness())
}

pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let rounds = if quick { 3 } else { 21 };
    let mut rows = vec![wiping(rounds, "as it grew")];
    // Two gaps in which a watcher may gather pages.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    rows.push(wiping(rounds, "again, after a pause"));
    rows.extend([16, 64, 256, 1024, 3072].map(|bytes| blocks(rounds, bytes)));
    rows.push(empty(rounds));
    rows
}

/// Freeing 256 MiB that were written, next to a `memset` of the same pages.
fn wiping(rounds: usize, how: &str) -> Row {
    let guard = open();
    let (mut freed, mut set) = (Vec::new(), Vec::new());
    for _ in 0..=rounds {
        let mut block = vec![0u8; LARGE];
        block.fill(black_box(1));
        let start = Instant::now();
        black_box(&mut block).fill(0);
        black_box(&mut block);
        set.push(start.elapsed().as_secs_f64());
        block.fill(black_box(1));
        let start = Instant::now();
        drop(black_box(block));
        freed.push(start.elapsed().as_secs_f64());
    }
    drop(guard);
    wipe_thread();
    #[expect(clippy::cast_precision_loss, reason = "a power of two")]
    let rate = |times: Vec<f64>| LARGE as f64 / median(times[1..].to_vec()) / 1e9;
    let name = format!("wiping 256 MiB, {how}");
    Row::new(
        name,
        "GB/s",
        [rate(freed), rate(set)],
        "memset",
        "at least 0.9",
    )
}

/// A small block of a library's, allocated and freed, next to the same outside of a phase.
fn blocks(rounds: usize, bytes: usize) -> Row {
    const LIVE: usize = 64;
    let work = |count: usize| {
        let mut live: [Vec<u8>; LIVE] = std::array::from_fn(|_| Vec::new());
        for n in 0..count {
            let mut block = Vec::with_capacity(bytes);
            block.push(1);
            live[n % LIVE] = black_box(block);
        }
    };
    let [ours, peer] = time(
        rounds,
        100_000,
        [
            &mut |count| {
                let _guard = open();
                work(count);
            },
            &mut |count| work(count),
        ],
    );
    let name = format!("a small block of {bytes} B and its end");
    Row::new(name, "ns", [ours, peer], "the inner allocator", "")
}

/// A phase in which nothing happens, next to two readings of the clock.
fn empty(rounds: usize) -> Row {
    let [ours, peer] = time(
        rounds,
        200,
        [
            &mut |count| {
                for _ in 0..count {
                    drop(open());
                    wipe_thread();
                }
            },
            &mut |count| {
                for _ in 0..count {
                    drop(PhaseGuard::root(&SITE, Plan::new()));
                }
            },
        ],
    );
    let name = "an empty witness phase, threads cleared";
    Row::new(name, "ns", [ours, peer], "an empty phase", "")
}
