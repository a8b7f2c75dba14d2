//! What a wrong caller gets.

use super::heap;
use std::process::Command;

/// Runs a test of this file in a process of its own, where `then` is done; the process must end with that line.
fn dies(test: &str, line: &str, then: impl FnOnce()) {
    if std::env::var_os("SMALL_CHILD").is_some_and(|child| child == test) {
        return then();
    }
    let binary = std::env::current_exe().expect("the test binary");
    let ended = Command::new(binary)
        .args([
            &format!("small::tests::misuse::{test}"),
            "--exact",
            "--nocapture",
        ])
        .env("SMALL_CHILD", test)
        .output()
        .expect("a child");
    assert!(!ended.status.success());
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains(line), "{said}");
}

#[test]
fn freeing_twice_ends_the_process() {
    dies(
        "freeing_twice_ends_the_process",
        "a small block is freed or resized that is not live",
        || {
            let heap = heap!(1);
            let block = heap.alloc(48, 8, 1).expect("room");
            let start = block.start;
            heap.free(block);
            heap.small.find(start);
        },
    );
}

#[test]
fn freeing_the_inside_of_a_block_ends_the_process() {
    dies(
        "freeing_the_inside_of_a_block_ends_the_process",
        "an address inside a small block is freed or resized",
        || {
            let heap = heap!(1);
            let block = heap.alloc(48, 8, 1).expect("room");
            // SAFETY: inside the block.
            heap.small.find(unsafe { block.start.add(16) });
        },
    );
}
