//! In a witness phase every block of every library comes from the heap of witnesses, whoever asks for
//! it on whichever thread, and when it is over a search of the whole process finds nothing of it.

mod common;

use common::child::in_child;
use common::scan::Needle;
use common::{KIB, MIB, alone};
use rayon::prelude::*;
use std::alloc::Layout;
use std::collections::HashMap;
use std::hint::black_box;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::{Barrier, mpsc};
use zkarena::{
    KeyedState, PhaseAlloc, PhaseGuard, Plan, report, site, wipe_thread, witness, zk_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Small blocks of several classes, a page, a few, many.
const SIZES: [usize; 7] = [16, 48, 640, 3500, 4 * KIB, 100 * KIB, 5 * MIB];

fn plan() -> Plan {
    Plan::new().witness()
}

/// A block full of the secret.
fn block(needle: Needle, bytes: usize) -> Vec<u8> {
    let mut block = vec![0; bytes];
    needle.fill(&mut block);
    block
}

fn blocks(needle: Needle) -> Vec<Vec<u8>> {
    SIZES.iter().map(|&bytes| block(needle, bytes)).collect()
}

/// Runs `work` in a frame of its own in a phase of that plan, and tells how often the secret is in
/// memory afterwards. A witness phase ends as a `#[witness]` function does.
///
/// `work` returns how often it found the secret itself, which must be more than once.
fn left_by(plan: Plan, needle: Needle, work: impl FnOnce(Needle) -> usize) -> usize {
    #[inline(never)]
    fn apart<R>(work: impl FnOnce() -> R) -> R {
        work()
    }
    let guard = PhaseGuard::root(site!("prove"), plan);
    let found = apart(|| work(needle));
    drop(guard);
    if plan == Plan::new().witness() {
        wipe_thread();
    }
    assert!(found > 1, "the search would not find it");
    needle.count()
}

/// `work` leaves nothing in a witness phase, and something in an ordinary one.
#[track_caller]
fn leaves_nothing(seed: u64, work: impl Fn(Needle) -> usize) {
    let _alone = alone();
    let ordinary = Needle::new(seed ^ 0xdead_0000);
    assert!(left_by(Plan::new(), ordinary, &work) > 0, "nor without");
    left_by(plan(), Needle::new(seed), &work);
    Needle::new(seed).assert_gone();
}

#[derive(KeyedState)]
#[state(key = [u8; 16], domains(frame))]
struct Note {
    #[state(init, rollback = never)]
    blinding: [u8; 16],
    #[state(rollback = frame)]
    amount: Option<[u8; 16]>,
}

/// Nobody says `witness()` in here: entries, undo log and what is asked of them are the phase's.
#[zk_phase]
#[witness]
fn in_a_keyed_state(needle: Needle) -> usize {
    let mut secret = [0; 16];
    needle.fill(&mut secret);
    let mut notes = NoteStates::new_in(phase);
    let run = notes.checkpoint::<NoteFrame>();
    for key in 0..10_000_u32 {
        let mut name = secret;
        name[..4].copy_from_slice(&key.to_le_bytes());
        notes.entry(name, || secret).replace_amount(secret);
        notes.entry(name, || secret).replace_amount(name);
    }
    notes.entry(secret, || secret).take_amount();
    let changes = notes.changes_since(&run).expect("open");
    assert_eq!((changes.len(), notes.iter_sorted().len()), (10_000, 10_001));
    needle.count()
}

#[test]
fn keyed_states() {
    let _alone = alone();
    let needle = Needle::new(77);
    assert!(
        in_a_keyed_state(needle) > 20_000,
        "entries and undo records"
    );
    needle.assert_gone();
}

#[test]
fn blocks_of_all_sizes() {
    leaves_nothing(1, |needle| {
        let _blocks = blocks(needle);
        needle.count()
    });
}

#[test]
fn blocks_that_grow_and_shrink() {
    leaves_nothing(2, |needle| {
        let mut grown = Vec::new();
        for bytes in SIZES {
            grown.resize(bytes, 0);
            needle.fill(&mut grown);
        }
        let found = needle.count();
        for &bytes in SIZES.iter().rev() {
            grown.truncate(bytes);
            grown.shrink_to_fit();
        }
        found
    });
}

#[test]
fn blocks_of_all_alignments() {
    leaves_nothing(3, |needle| {
        let mut found = 0;
        for log in 0..=21 {
            for bytes in [24, 5000, 3 << log] {
                let layout = Layout::from_size_align(bytes, 1 << log).expect("a layout");
                // SAFETY: the size is not zero.
                let start = unsafe { std::alloc::alloc(layout) };
                assert!(!start.is_null() && start.addr().is_multiple_of(1 << log));
                // SAFETY: the block is ours and has that many bytes, all of which are about to be written.
                needle.fill(unsafe { std::slice::from_raw_parts_mut(start, bytes) });
                if found < 2 {
                    found += needle.count();
                }
                // SAFETY: the block was made just now with this layout.
                unsafe { std::alloc::dealloc(start, layout) };
            }
        }
        found
    });
}

#[test]
fn collections_of_the_standard_library() {
    leaves_nothing(4, |needle| {
        let mut map = HashMap::new();
        for key in 0..1000u32 {
            let mut value = [0u8; 32];
            needle.fill(&mut value);
            map.insert(key, Box::new(value));
        }
        map.retain(|key, _| key % 3 == 0);
        needle.count()
    });
}

#[test]
fn what_was_there_before_and_is_freed_inside() {
    let _alone = alone();
    let needle = Needle::new(5);
    let mut before: Vec<Vec<u8>> = SIZES.iter().map(|&bytes| vec![1; bytes]).collect();
    let mut grows = vec![1u8; 5000];
    left_by(plan(), needle, |needle| {
        for block in &mut before {
            needle.fill(block);
        }
        needle.fill(&mut grows);
        grows.resize(10_000, 1);
        assert!(is_protected(grows.as_ptr().addr()));
        needle.fill(&mut grows);
        let found = needle.count();
        drop((std::mem::take(&mut before), std::mem::take(&mut grows)));
        found
    });
    needle.assert_gone();
}

#[test]
fn stacks_and_registers_of_the_caller() {
    leaves_nothing(6, |needle| {
        needle.soil(20);
        needle.count()
    });
}

#[test]
fn workers_of_the_global_pool() {
    leaves_nothing(7, |needle| {
        (0..64usize).into_par_iter().for_each(|_| {
            needle.soil(20);
            black_box(block(needle, 5000));
        });
        needle.count()
    });
}

#[test]
fn threads_that_end_inside() {
    leaves_nothing(8, |needle| {
        let (soiled, seen) = (Barrier::new(4), Barrier::new(4));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    needle.soil(20);
                    soiled.wait();
                    seen.wait();
                });
            }
            soiled.wait();
            let found = needle.count();
            seen.wait();
            found
        })
    });
}

/// As arkworks does for each multi-scalar multiplication: nobody joins such a pool's threads.
#[test]
fn pools_that_are_built_and_dropped_inside() {
    leaves_nothing(9, |needle| {
        let mut found = 0;
        for _ in 0..3 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
            let pool = pool.expect("a pool");
            pool.install(|| (0..16).into_par_iter().for_each(|_| needle.soil(20)));
            found = needle.count();
        }
        found
    });
}

#[test]
fn a_worker_that_runs_the_phase_itself() {
    let _alone = alone();
    let needle = Needle::new(10);
    let left = rayon::scope(|_| {
        left_by(plan(), needle, |needle| {
            rayon::join(|| needle.soil(20), || needle.soil(20));
            needle.count()
        })
    });
    assert_eq!(left, 0);
}

/// The test harness has printed what it has to, and waits for the test: it would take part.
fn until_the_main_thread_sleeps() {
    let main = format!("/proc/self/task/{}/stat", std::process::id());
    let sleeps = || std::fs::read_to_string(&main).is_ok_and(|stat| stat.contains(") S "));
    let nap = || std::thread::sleep(std::time::Duration::from_millis(5));
    while !(0..3).all(|_| {
        nap();
        sleeps()
    }) {}
}

#[test]
fn threads_that_are_not_reached_are_told() {
    in_child("threads_that_are_not_reached_are_told", || {
        let needle = Needle::new(11);
        let build = || rayon::ThreadPoolBuilder::new().num_threads(2).build();
        let pool = build().expect("a pool");
        pool.broadcast(|_| ()); // its threads have started
        until_the_main_thread_sleeps();
        left_by(plan(), needle, |needle| {
            rayon::broadcast(|_| drop(block(needle, 100)));
            std::thread::scope(|scope| {
                scope.spawn(|| drop(block(needle, 100)));
            });
            let inside = build().expect("a pool");
            inside.broadcast(|_| needle.soil(20));
            needle.count()
        });
        assert_eq!(report().witness().missed_threads, 0);
        needle.assert_gone();

        let left = left_by(plan(), needle, |needle| {
            pool.broadcast(|_| {
                needle.soil(20);
                drop(block(needle, 100));
            });
            needle.count()
        });
        assert!(left > 0, "nobody cleared them");
        let told = report();
        assert_eq!(told.witness().missed_threads, 2);
        assert!(told.to_string().contains("not cleared"), "{told}");
        pool.broadcast(|_| wipe_thread());
        needle.assert_gone();
    });
}

#[test]
fn survivors_are_wiped_when_they_are_freed() {
    let _alone = alone();
    let needle = Needle::new(12);
    let mut kept = Vec::new();
    let left = left_by(plan(), needle, |needle| {
        kept = blocks(needle);
        needle.count()
    });
    let expected = SIZES.iter().map(|bytes| bytes / 16).sum::<usize>();
    assert_eq!(left, expected, "the blocks, and nothing else");
    let told = report();
    let phase = told.phases().last().expect("a phase");
    assert_eq!(phase.survivors.blocks, 3, "those with pages of their own");
    assert!(told.witness().small_blocks >= 4);
    // Grown outside of the phase it is a secret still.
    for block in &mut kept {
        block.resize(block.len() * 2 + 100, 0);
    }
    assert_eq!(needle.count(), expected);
    drop(kept);
    assert_eq!(needle.count(), 0);
}

#[test]
fn forgotten_blocks_stay_where_they_are() {
    let _alone = alone();
    let needle = Needle::new(13);
    let mut forgotten = Vec::new();
    let left = left_by(plan(), needle, |needle| {
        forgotten = blocks(needle);
        needle.count()
    });
    assert!(left > 0);
    let at: Vec<_> = forgotten
        .iter()
        .map(|block| block.as_ptr().addr())
        .collect();
    assert!(at.into_iter().all(is_protected));
}

/// Whether an address is left out of core files, and zero in forked children.
fn is_protected(at: usize) -> bool {
    let own = common::secrets::mappings_of(std::process::id());
    let mapping = own.iter().find(|mapping| mapping.range.contains(&at));
    let mapping = mapping.expect("mapped");
    mapping.has("dd") && mapping.has("wf")
}

/// Nor are the stacks of who takes part in core files, for as long as the phase is open.
#[test]
fn stacks_are_left_out_of_core_files() {
    fn is_dumped() -> bool {
        let here = std::ptr::from_ref(&black_box(0)).addr();
        let own = common::secrets::mappings_of(std::process::id());
        let stack = own.iter().find(|mapping| mapping.range.contains(&here));
        !stack.expect("mapped").has("dd")
    }
    let _alone = alone();
    let worker = || std::thread::scope(|scope| scope.spawn(is_dumped).join().expect("no panic"));
    let guard = PhaseGuard::root(site!("prove"), plan());
    assert_eq!((is_dumped(), worker()), (false, false));
    drop(guard);
    wipe_thread();
    assert_eq!((is_dumped(), worker()), (true, true));
}

#[test]
fn errors_and_panics() {
    let _alone = alone();
    // The usual hook takes a backtrace where `RUST_BACKTRACE` asks for one, and std keeps bytes of dead
    // frames with it: see THREATS.md.
    panic::set_hook(Box::new(|info| eprintln!("{info}")));
    let needle = Needle::new(14);
    left_by(plan(), needle, |needle| {
        let mut found = 0;
        let unwound = catch_unwind(AssertUnwindSafe(|| {
            let _inner = PhaseGuard::root(site!("inner"), plan());
            let _blocks = blocks(needle);
            needle.soil(20);
            found = needle.count();
            panic!("on purpose");
        }));
        assert!(unwound.is_err());
        found
    });
    drop(panic::take_hook());
    needle.assert_gone();
}

#[test]
fn arenas_of_the_phase() {
    leaves_nothing(15, |needle| {
        let guard = PhaseGuard::root(site!("arenas"), Plan::new()); // inside the other one
        let phase = guard.handle();
        let mut found = 0;
        for bytes in SIZES {
            let mut poly = phase.vec_zeroed::<u8>(bytes);
            needle.fill(&mut poly);
            let mut scratch = phase.scratch().vec_zeroed::<u8>(bytes.min(MIB));
            needle.fill(&mut scratch);
            found = needle.count();
        }
        found
    });
}

#[test]
fn arenas_of_the_phase_are_witnesses() {
    let _alone = alone();
    let before = PhaseGuard::root(site!("before"), Plan::new());
    black_box(before.handle().scratch().alloc(1u8)); // a chunk that the thread keeps
    drop(before);
    let guard = PhaseGuard::root(site!("prove"), plan());
    let phase = guard.handle();
    for bytes in SIZES {
        let poly = phase.vec_zeroed::<u8>(bytes);
        let scratch = phase.scratch().vec_zeroed::<u8>(bytes.min(MIB));
        assert!(is_protected(poly.as_ptr().addr()) && is_protected(scratch.as_ptr().addr()));
    }
}

#[test]
fn exhaustion_is_an_error() {
    let _alone = alone();
    let guard = PhaseGuard::root(site!("prove"), plan());
    let mut vec = Vec::<u8>::new();
    assert!(
        vec.try_reserve_exact(1 << 39).is_err(),
        "ordinary memory would have had room"
    );
    drop(guard);
}

#[test]
fn threads_started_later_inherit_nothing() {
    leaves_nothing(16, |needle| {
        needle.soil(20);
        needle.count()
    });
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || send.send(Needle::new(16).count()).expect("a receiver"));
    assert_eq!(receive.recv().expect("a count"), 0);
}
