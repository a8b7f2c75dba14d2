//! How fast a store writes and reads, plain and encrypted, around the page cache and through it.
//!
//! `cargo run --release -p zkarena --example store_speed -- 1GiB` (a size, 512 MiB by default).

use std::time::Instant;
use zkarena::{Bytes, Store, StoreError, StorePlan, Stored};

const TILE: usize = 64 << 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let size = std::env::args().nth(1);
    let size = size.map_or(Ok(Bytes(512 << 20)), |text| Bytes::parse(&text))?;
    let elements = usize::try_from(size.0 / 8)? / TILE * TILE;
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let gigabytes = elements as f64 * 8e-9;
    let plan = StorePlan::new;
    println!("{size}, GB/s: write, read_into, tiles");
    for (kind, plan) in [
        ("direct, plain", plan()),
        ("direct, encrypted", plan().encrypt()),
        ("cached, plain", plan().page_cache()),
        ("cached, encrypted", plan().page_cache().encrypt()),
    ] {
        let store = plan.open()?;
        let figures = run(&store, elements)?;
        let [write, read, tiles] = figures.map(|seconds| gigabytes / seconds);
        let (stats, direct) = (store.stats(), store.stats().direct);
        println!(
            "{kind:18} {write:5.2} {read:5.2} {tiles:5.2}   direct: {direct}, stalled {:.2?}",
            stats.stall
        );
    }
    Ok(())
}

/// Seconds to write, to read in pieces of 16 MiB, and to read in tiles.
fn run(store: &Store, elements: usize) -> Result<[f64; 3], StoreError> {
    drop(write(store, elements)?); // blocks and buffers are there
    let start = Instant::now();
    let stored = write(store, elements)?;
    let write = start.elapsed();

    let start = Instant::now();
    let mut piece = vec![0; 2 << 20];
    for first in (0..elements).step_by(piece.len()) {
        let len = piece.len().min(elements - first);
        stored.read_into(first..first + len, &mut piece[..len])?;
        assert_eq!(piece[1], 1);
    }
    let read = start.elapsed();

    let start = Instant::now();
    let mut tiles = stored.tiles(TILE);
    while let Some(tile) = tiles.next()? {
        assert_eq!(tile[7], 7);
    }
    let tiles = start.elapsed();
    Ok([write, read, tiles].map(|time| time.as_secs_f64()))
}

fn write(store: &Store, elements: usize) -> Result<Stored<u64>, StoreError> {
    let tile: Vec<u64> = (0..TILE as u64).collect();
    let mut writing = store.write(elements)?;
    for _ in 0..elements / TILE {
        writing.append(&tile)?;
    }
    let stored = writing.freeze()?;
    stored.finish()?;
    Ok(stored)
}
