//! Without `PhaseAlloc` as the global allocator phases still nest and are timed, and the report says so.
#![forbid(unsafe_code)]

use std::time::Duration;
use zkarena::{AllocatorState, PhaseTag, phase, report};

#[test]
fn phases_are_timed_and_memory_is_not_seen() {
    let nap = Duration::from_millis(5);
    let kept = phase("outer", || {
        phase("inner", || std::thread::sleep(nap));
        PhaseTag::current().enter(|| vec![1u8; 1 << 20])
    });
    assert_eq!(kept.len(), 1 << 20);
    let report = report();
    assert_eq!(report.allocator(), AllocatorState::NotInstalled);
    assert!(
        report
            .to_string()
            .contains("global allocator: not installed"),
        "{report}"
    );
    let [outer, inner] = report.phases() else {
        panic!("two phases, not {:?}", report.phases())
    };
    assert_eq!(
        (outer.path.as_str(), inner.path.as_str()),
        ("outer", "outer/inner")
    );
    assert!(inner.wall_seconds >= nap.as_secs_f64() && outer.wall_seconds >= inner.wall_seconds);
    assert!(
        outer.minor_faults > 0,
        "faults are the kernel's figures: 1 MiB was touched"
    );
    assert_eq!((outer.allocated_bytes, outer.survivors.blocks), (0, 0));
    assert_eq!(
        report.heap(),
        zkarena::HeapStats::default(),
        "no heap was opened"
    );
    assert_eq!(zkarena::trim(), 0);
}
