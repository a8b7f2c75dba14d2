//! The allocator works before `main`, while a thread ends, and after `main` has returned.

mod common;

use common::MIB;
use common::block::Block;
use common::child::{command, is_child, run};
use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use zkarena::{PhaseAlloc, phase, report};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// What was allocated before `main`.
static EARLY: Mutex<Option<(Block, u64)>> = Mutex::new(None);

#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = before_main;

extern "C" fn before_main() {
    drop(Block::zeroed(3 * MIB, 8, 1));
    let block = phase("early", || Block::new(2 * MIB, 8, 2)).expect("memory");
    zkarena::trim();
    let in_use = report().heap().in_use_bytes;
    *EARLY.lock().expect("nobody else runs") = Some((block, in_use));
}

#[test]
fn before_main_and_long_after() {
    let early = EARLY.lock().expect("no panic").take();
    let (mut block, in_use) = early.expect("what ran before `main`");
    assert!(
        in_use >= 2 * MIB as u64,
        "the heap served it: {in_use} bytes"
    );
    block.check();
    assert!(block.resize(9 * MIB));
    assert!(
        report()
            .phases()
            .iter()
            .any(|phase| phase.name == "early" && phase.survivors.blocks == 1)
    );
}

/// Allocates and frees when its thread ends.
struct Last {
    /// Allocated by the thread, freed by the destructor.
    held: Vec<Block>,
    /// How many more destructors to register from within this one.
    more: usize,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
    static EVEN_LATER: RefCell<Option<Last>> = const { RefCell::new(None) };
}

static DESTROYED: AtomicUsize = AtomicUsize::new(0);

fn block(pages: usize, id: u64) -> Block {
    Block::new(pages * common::PAGE, 8, id).expect("memory")
}

impl Drop for Last {
    fn drop(&mut self) {
        self.held.push(block(300, 1));
        self.held.iter().for_each(Block::check);
        self.held.clear();
        phase("destructor", || {
            let mut grows = block(1, 2);
            assert!(grows.resize(MIB));
            drop(Block::zeroed(5 * MIB, 8, 3));
        });
        zkarena::trim();
        if self.more > 0 {
            let last = Last {
                held: vec![block(2, 4), block(20, 5)],
                more: self.more - 1,
            };
            EVEN_LATER.with_borrow_mut(|slot| *slot = Some(last));
        }
        DESTROYED.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn in_destructors_of_threads() {
    const THREADS: usize = 40;
    for _ in 0..THREADS {
        let work = || {
            let last = Last {
                held: (1..40).map(|pages| block(pages, 6)).collect(),
                more: 1,
            };
            LAST.with_borrow_mut(|slot| *slot = Some(last));
            block(3, 7)
        };
        drop(std::thread::spawn(work).join().expect("a thread"));
    }
    assert_eq!(DESTROYED.load(Ordering::Relaxed), 2 * THREADS);
    assert_eq!(report().heap().refused_bytes, 0);
}

/// A block that outlives `main`.
static HELD: Mutex<Option<Block>> = Mutex::new(None);

const FAREWELL: &[u8] = b"\nall was well at exit\n";

/// Leaves a word only if all went well: whoever unwinds out of it ends the process before.
extern "C" fn at_exit() {
    let held = HELD
        .lock()
        .expect("no panic")
        .take()
        .expect("what main left");
    held.check();
    drop(held);
    phase("exit", || {
        let mut blocks: Vec<Block> = (1..60).map(|pages| block(pages, 8)).collect();
        assert!(blocks[7].resize(3 * MIB));
        drop(Block::zeroed(6 * MIB, 8, 9));
    });
    zkarena::trim();
    assert!(report().phases().iter().any(|phase| phase.name == "exit"));
    // SAFETY: the text is a valid slice of that length.
    unsafe {
        libc::write(
            libc::STDOUT_FILENO,
            FAREWELL.as_ptr().cast(),
            FAREWELL.len(),
        )
    };
}

#[test]
fn after_main() {
    let name = "after_main";
    if is_child(name) {
        *HELD.lock().expect("no panic") = Some(block(600, 10));
        // SAFETY: the function is `'static`, and the process ends if it panics.
        let done = unsafe { libc::atexit(at_exit) };
        assert_eq!(done, 0);
        return;
    }
    let ended = run(&mut command(name));
    let farewell = String::from_utf8_lossy(FAREWELL);
    assert!(
        ended.assert_passed().stdout.ends_with(&*farewell),
        "{ended}"
    );
}
