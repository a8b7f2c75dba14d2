//! When a phase with witnesses ends, however it ends, the whole heap of secrets reads zero: to the
//! kernel, which does not ask whom a page belongs to.

mod common;

use common::child::{by_itself, command, is_child};
use common::random::Random;
use common::secrets::{fill, residue, residue_of, secret, secrets};
use common::{KIB, MIB, alone};
use std::io::{BufRead, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Stdio;
use zkarena::{ArenaAlloc, PBox, PVec, Phase, PhaseAlloc, PhaseGuard, Plan, site};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Words in a megabyte.
const MEGA: usize = MIB / 8;

/// Small blocks that share a chunk, a block of one page, one with pages of its own, one of many.
const SIZES: [usize; 5] = [3, 500, 4 * KIB / 8, 100 * KIB / 8, 9 * MEGA / 2];

fn of_all_sizes(phase: Phase<'_>) -> Vec<PVec<'_, u64>> {
    SIZES.map(|words| secrets(phase, words)).into()
}

/// Where a vector is, after it was seen that an observer finds it there.
fn found(vec: &PVec<'_, u64>) -> usize {
    let at = vec.as_ptr().addr();
    let (seen, bytes) = (residue(at), vec.len() * 8);
    assert!(
        seen >= bytes,
        "of {bytes} secret bytes an observer finds {seen}: it would not find residue either"
    );
    at
}

/// Runs `phase` with a guard, which it may end, and demands that nothing is left of what it did.
/// `phase` returns where a witness was.
fn leaves_nothing(phase: impl FnOnce(PhaseGuard<'static>) -> usize) {
    let _alone = alone();
    let at = phase(PhaseGuard::root(site!("prove"), Plan::new()));
    assert_eq!(residue(at), 0, "bytes of the heap are not zero");
}

#[test]
fn after_a_return() {
    leaves_nothing(|guard| found(&of_all_sizes(guard.handle())[4]));
}

#[test]
fn after_an_error() {
    fn prove(at: &mut usize) -> Result<(), std::num::ParseIntError> {
        let guard = PhaseGuard::root(site!("prove"), Plan::new());
        let vecs = of_all_sizes(guard.handle());
        *at = found(&vecs[3]);
        let _number: u8 = "not a number".parse()?;
        drop(vecs);
        Ok(())
    }
    let _alone = alone();
    let mut at = 0;
    prove(&mut at).expect_err("not a number");
    assert_eq!(residue(at), 0);
}

#[test]
fn after_a_panic() {
    let _alone = alone();
    let mut at = 0;
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let guard = PhaseGuard::root(site!("prove"), Plan::new());
        let vecs = of_all_sizes(guard.handle());
        at = found(&vecs[4]);
        panic!("on purpose");
    }));
    assert!(caught.is_err() && at != 0);
    assert_eq!(residue(at), 0);
}

#[test]
fn after_a_reset() {
    leaves_nothing(|mut guard| {
        let at = found(&of_all_sizes(guard.handle())[4]);
        guard.reset();
        assert_eq!(residue(at), 0, "the guard is reset");
        drop(of_all_sizes(guard.handle()));
        at
    });
}

#[test]
fn without_destructors() {
    leaves_nothing(|guard| {
        let vecs = of_all_sizes(guard.handle());
        let at = found(&vecs[0]);
        std::mem::forget(vecs);
        let boxed = PBox::try_new_in([secret(1); 100], guard.handle().witness());
        std::mem::forget(boxed.expect("memory"));
        let leaked = secrets(guard.handle(), 1000).leak();
        leaked[7] = secret(8);
        at
    });
}

#[test]
fn of_blocks_that_grew_where_they_were_and_elsewhere() {
    leaves_nothing(|guard| {
        let mut vecs: Vec<_> = (0..4).map(|_| secrets(guard.handle(), 100)).collect();
        // In turns, so that each is in the others' way.
        for words in [600, 5000, 9000, 30_000, 200_000, 1_000_000] {
            for vec in &mut vecs {
                fill(vec, words);
            }
        }
        found(&vecs[1])
    });
}

#[test]
fn of_blocks_that_were_refused_more() {
    let _alone = alone();
    let plan = Plan::new().budget(4 * MIB);
    let guard = PhaseGuard::root(site!("prove"), plan);
    let mut vec = secrets(guard.handle(), MEGA);
    let at = found(&vec);
    vec.try_reserve(4 * MEGA).expect_err("over the budget");
    assert_eq!(vec[MEGA - 1], secret(MEGA - 1));
    drop(vec);
    drop(guard);
    assert_eq!(residue(at), 0);
}

#[test]
fn of_tails_that_were_cut_off() {
    let _alone = alone();
    let guard = PhaseGuard::root(site!("prove"), Plan::new());
    let mut vecs = of_all_sizes(guard.handle());
    let at = found(&vecs[4]);
    for vec in &mut vecs {
        vec.truncate(vec.len() / 2);
        vec.shrink_to_fit();
        vec.truncate(1);
        vec.shrink_to_fit();
        assert_eq!(vec[..], [secret(0)]);
    }
    drop(vecs);
    drop(guard);
    assert_eq!(residue(at), 0);
}

#[test]
fn of_what_was_promoted_once_the_outer_phase_ends() {
    leaves_nothing(|outer| {
        let inner = PhaseGuard::child(outer.handle(), site!("inner"), Plan::new());
        let promoted: Vec<_> = of_all_sizes(inner.handle())
            .into_iter()
            .map(|vec| vec.promote(outer.handle().witness()))
            .collect();
        drop(inner);
        let at = found(&promoted[4]);
        let kept: usize = promoted.iter().map(|vec| vec.len() * 8).sum();
        assert_eq!(residue(at), kept, "only what was promoted is left");
        for vec in promoted {
            assert!(vec.iter().zip(0..).all(|(&word, at)| word == secret(at)));
        }
        at
    });
}

#[test]
fn of_other_threads() {
    leaves_nothing(|guard| {
        let out = guard.handle();
        std::thread::scope(|scope| {
            let work = || {
                let vecs = of_all_sizes(out);
                std::mem::forget(secrets(out, 5));
                drop(secrets(out, 7000)); // its span waits in the shard of a thread that ends
                found(&vecs[3])
            };
            let workers = [(); 4].map(|()| scope.spawn(work));
            workers.map(|worker| worker.join().expect("its end"))[0]
        })
    });
}

#[test]
fn of_a_block_that_is_freed_while_the_phase_goes_on() {
    leaves_nothing(|guard| {
        let vec = secrets(guard.handle(), 3 * MEGA);
        let at = found(&vec);
        drop(vec);
        assert_eq!(residue(at), 0, "it had pages of its own");
        at
    });
}

#[test]
fn and_zeroed_witnesses_are_zero() {
    leaves_nothing(|guard| {
        let mut at = 0;
        for _ in 0..3 {
            let mut vecs = of_all_sizes(guard.handle());
            at = found(&vecs[4]);
            vecs.truncate(3);
            for words in SIZES {
                let zeroed = guard.handle().witness().vec_zeroed::<u64>(words);
                assert!(zeroed.iter().all(|&word| word == 0), "{words} words");
            }
        }
        at
    });
}

#[test]
fn and_what_was_never_touched_stays_so() {
    // An observer's reading maps the page of zeros everywhere, and who writes there gets a page.
    if !by_itself() {
        return;
    }
    leaves_nothing(|guard| {
        let before = common::memory::resident();
        let mut vec = guard.handle().witness().vec_with::<u64>(64 * MEGA);
        fill(&mut vec, 10);
        let at = vec.as_ptr().addr();
        drop(vec);
        let more = common::memory::resident().saturating_sub(before);
        assert!(more < 2 * MIB, "wiping made {more} bytes resident");
        at
    });
}

#[test]
fn and_trimmed_pages_are_gone() {
    leaves_nothing(|guard| {
        let vec = secrets(guard.handle(), 8 * MEGA);
        let at = found(&vec);
        drop(vec);
        let before = common::memory::resident();
        zkarena::trim();
        let gone = before.saturating_sub(common::memory::resident());
        assert!(gone >= 8 * MIB, "{gone} bytes went back, locked or not");
        at
    });
}

/// Vectors that are made, grow, shrink, are dropped, forgotten and promoted, as chance has it.
fn anything(random: &mut Random, phase: Phase<'_>, outer: Phase<'_>) {
    let mut held = Vec::new();
    for _ in 0..60 {
        let words = random.size(1, 200 * KIB);
        match (random.below(8), held.pop()) {
            (0 | 1, kept) => {
                held.extend(kept);
                held.push(secrets(phase, words));
            }
            (2, kept) => {
                held.extend(kept);
                let mut vec = phase.witness().vec_zeroed(words);
                assert!(vec.iter().all(|&word| word == 0), "{words} words");
                vec.truncate(words / 3);
                held.push(vec);
            }
            (3, Some(mut vec)) => {
                fill(&mut vec, words);
                held.insert(0, vec);
            }
            (4, Some(mut vec)) => {
                vec.truncate(words);
                vec.shrink_to_fit();
                held.insert(0, vec);
            }
            (5, Some(vec)) => {
                let promoted = vec.promote(outer.witness());
                if random.one_in(2) {
                    std::mem::forget(promoted);
                }
            }
            (6, Some(vec)) => std::mem::forget(vec),
            (_, kept) => drop(kept),
        }
    }
}

#[test]
fn of_anything_on_many_threads() {
    let mut random = Random::of_test("of_anything_on_many_threads");
    for _ in 0..5 {
        leaves_nothing(|outer| {
            let at = secrets(outer.handle(), 1).as_ptr().addr();
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    let (mut random, outer) = (random.fork(), outer.handle());
                    scope.spawn(move || {
                        for _ in 0..3 {
                            let mut guard = PhaseGuard::child(outer, site!("inner"), Plan::new());
                            anything(&mut random, guard.handle(), outer);
                            if random.one_in(2) {
                                guard.reset();
                                anything(&mut random, guard.handle(), outer);
                            }
                        }
                    });
                }
            });
            at
        });
    }
}

/// Between proofs pages are gathered into huge ones, which copies them: then they all read zero, and
/// a proof that begins meanwhile has what it wrote.
#[test]
fn and_gathering_disturbs_no_witness() {
    if !by_itself() {
        return;
    }
    for round in 0..40 {
        leaves_nothing(|guard| {
            let vecs = [0, 1].map(|_| secrets(guard.handle(), 4 * MEGA));
            std::thread::sleep(std::time::Duration::from_millis(round % 4));
            for vec in &vecs {
                assert!(vec.iter().zip(0..).all(|(&word, at)| word == secret(at)));
            }
            vecs[0].as_ptr().addr()
        });
        std::thread::sleep(std::time::Duration::from_millis(10 + round));
    }
}

/// In the child: works with a witness, and tells where it was; before and after, the parent looks.
#[test]
fn to_another_process() {
    let name = "to_another_process";
    if is_child(name) {
        let pause = |at: usize| {
            println!("\nlook at={at}");
            std::io::stdout().flush().expect("a parent to tell");
            std::io::stdin().read_exact(&mut [0]).expect("its answer");
        };
        let guard = PhaseGuard::root(site!("prove"), Plan::new());
        let vecs = of_all_sizes(guard.handle());
        let at = vecs[0].as_ptr().addr();
        pause(at);
        drop(vecs);
        drop(guard);
        return pause(at);
    }
    let mut child = command(name)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut answer = child.stdin.take().expect("its input");
    let told = BufReader::new(child.stdout.take().expect("its output"));
    let places = told.lines().map_while(Result::ok).filter_map(|line| {
        let at = line.strip_prefix("look at=")?;
        Some(at.parse().expect("an address"))
    });
    let residues: Vec<usize> = places
        .map(|at| {
            let residue = residue_of(child.id(), at);
            answer.write_all(b"\n").expect("the child");
            residue
        })
        .collect();
    let status = child.wait().expect("its end");
    let bytes: usize = SIZES.iter().map(|words| words * 8).sum();
    assert!(status.success());
    assert_eq!(residues, [bytes, 0], "within the phase, and after it");
}
