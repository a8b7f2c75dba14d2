//! The micro-benchmarks, the same under every allocator.
//!
//! `zkarena-compare -- micro` runs them all and builds the peers without assertions. A bare `cargo bench --features
//! micro,snmalloc --bench snmalloc` leaves those of snmalloc in, unless `CXXFLAGS` has `-DNDEBUG`.

mod blocks;
mod threads;
mod vectors;

use criterion::{Bencher, Criterion};
use std::env;
use std::path::Path;
use std::time::{Duration, Instant};
use zkarena_compare::Allocator;

/// Runs all of them; results go to a folder of the allocator's name, unless `CRITERION_HOME` names another.
pub(crate) fn run<A: Allocator>(name: &str) {
    let mut criterion = Criterion::default();
    if env::var_os("CRITERION_HOME").is_none() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("micro");
        criterion = criterion.output_directory(&folder.join(name));
    }
    criterion = criterion
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .without_plots()
        .configure_from_args();
    blocks::register::<A>(&mut criterion);
    vectors::register::<A>(&mut criterion);
    threads::register::<A>(&mut criterion);
    criterion.final_summary();
}

/// What one phase allocates at most: an allocator that frees only at the end of a phase needs an end now and then.
const PHASE_BYTES: usize = 1 << 30;

/// Times `work`, which allocates `bytes` and frees them, in phases of the allocator. Opening and ending them is not
/// timed: a prover does that once per proof.
fn iterate<A: Allocator>(bencher: &mut Bencher<'_>, bytes: usize, mut work: impl FnMut()) {
    let phase = (PHASE_BYTES / bytes).max(1) as u64;
    bencher.iter_custom(|iterations| {
        let starts = (0..iterations).step_by(usize::try_from(phase).unwrap_or(usize::MAX));
        let runs = starts.map(|start| phase.min(iterations - start));
        runs.map(|run| A::phase(|| timed(run, &mut work))).sum()
    });
}

fn timed(run: u64, work: &mut impl FnMut()) -> Duration {
    let started = Instant::now();
    (0..run).for_each(|_| work());
    started.elapsed()
}

const PAGE: usize = 4096;

/// A block that no compiler removes.
fn block(bytes: usize) -> Vec<u8> {
    std::hint::black_box(Vec::with_capacity(bytes))
}

/// Writes to each page of a block.
fn touch(block: &mut Vec<u8>) {
    for cell in block.spare_capacity_mut().iter_mut().step_by(PAGE) {
        cell.write(1);
    }
    std::hint::black_box(block);
}
