//! A report of a program that did not install the allocator says so, and has its times.
#![forbid(unsafe_code)]

use zkarena::{AllocatorState, phase};

#[test]
fn the_report_says_not_installed() {
    phase("prove", || drop(vec![1u8; 8 << 20]));
    let report = zkarena::report();
    let text = report.to_string();
    assert_eq!(report.allocator(), AllocatorState::NotInstalled);
    assert_eq!(text.lines().next(), Some("global allocator: not installed"));
    assert!(
        !text.contains("heap:") && text.contains("note: memory is not measured"),
        "{text}"
    );
    assert!(report.to_svg().contains(">memory is not measured<"));
}
