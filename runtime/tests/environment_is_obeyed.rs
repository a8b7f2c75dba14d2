//! Every variable, with good and with bad values: a bad one is one clear line and the default, never an end.

mod common;

use common::child::{Ended, command, is_child, run};
use common::{KIB, MIB};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use zkarena::{PhaseAlloc, phase, protection, report, retention};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Whether the heap serves a block of that size.
fn served(bytes: usize) -> bool {
    let before = report().heap().in_use_bytes;
    let held = std::hint::black_box(vec![1u8; bytes]);
    let after = report().heap().in_use_bytes;
    drop(held);
    after > before
}

/// In the child: does some work and tells what is in force, as `name=value` words.
#[test]
fn what_is_in_force() {
    if !is_child("what_is_in_force") {
        return; // by itself it promises nothing: the other tests read what it says
    }
    let kept: Vec<Vec<u8>> = phase("work", || (0..20).map(|at| vec![at; 100 * KIB]).collect());
    assert!(
        kept.iter()
            .zip(0..)
            .all(|(block, at)| block.iter().all(|&byte| byte == at))
    );
    drop(kept);
    let (report, retention) = (report(), format!("{:?}", retention()));
    print!(
        "\nallocator={:?} retention={retention} reserved={} mlock={:?} ",
        report.allocator(),
        report.heap().reserved_bytes,
        protection().mlock
    );
    print!(
        "pages={:?} kib1={} kib3={} kib4={} ",
        report.pages(),
        served(KIB),
        served(3 * KIB),
        served(4 * KIB)
    );
    println!(
        "kib64={} mib2={} text={}",
        served(64 * KIB),
        served(2 * MIB),
        report.to_string().lines().next().unwrap_or_default()
    );
}

fn with(variables: &[(&str, &[u8])]) -> Ended {
    let variables = variables
        .iter()
        .map(|&(name, value)| (name, OsStr::from_bytes(value)));
    let ended = run(command("what_is_in_force").envs(variables));
    ended.assert_passed();
    ended
}

/// The value of `name` in what the child said.
fn told<'e>(ended: &'e Ended, name: &str) -> &'e str {
    let word = ended
        .stdout
        .split_whitespace()
        .find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    word.unwrap_or_else(|| panic!("no {name} in {ended}"))
}

fn complaints(ended: &Ended) -> Vec<&str> {
    ended
        .stderr
        .lines()
        .filter(|line| line.contains("zkarena") || line.contains("ZKARENA"))
        .collect()
}

/// A figure that the child tells, and its value.
type Told = (&'static str, &'static str);

/// Values that are understood, and what they change.
const GOOD: [(&str, &str, &[Told]); 25] = [
    (
        "ZKARENA",
        "on",
        &[("allocator", "Installed"), ("kib4", "true")],
    ),
    (
        "ZKARENA",
        "off",
        &[
            ("allocator", "Off"),
            ("kib4", "false"),
            ("mib2", "false"),
            ("reserved", "0"),
        ],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "1KiB",
        &[
            ("kib1", "true"),
            ("kib3", "true"),
            ("allocator", "Installed"),
        ],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "3072",
        &[("kib1", "false"), ("kib3", "true")],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "64k",
        &[
            ("kib4", "false"),
            ("kib64", "true"),
            ("allocator", "Installed"),
        ],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "1MiB",
        &[
            ("kib64", "false"),
            ("mib2", "true"),
            ("allocator", "Installed"),
        ],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "1TiB",
        &[("kib64", "false"), ("mib2", "false")],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "8388607TiB",
        &[("mib2", "false"), ("allocator", "Installed")],
    ),
    (
        "ZKARENA_MIN_BYTES",
        "18446744073709551615",
        &[("mib2", "false")],
    ),
    ("ZKARENA_PAGES", "auto", &[("kib4", "true")]),
    (
        "ZKARENA_PAGES",
        "small",
        &[("pages", "Small"), ("kib4", "true")],
    ),
    (
        "ZKARENA_PAGES",
        " huge ",
        &[("pages", "Huge"), ("kib4", "true")],
    ),
    ("ZKARENA_MLOCK", "require", &[("mlock", "Require")]),
    ("ZKARENA_MLOCK", "try", &[("mlock", "Try")]),
    ("ZKARENA_MLOCK", "off", &[("mlock", "Off")]),
    ("ZKARENA_RETAIN", "idle", &[("retention", "UntilIdle")]),
    ("ZKARENA_RETAIN", "all", &[("retention", "Retain")]),
    ("ZKARENA_RETAIN", "trim", &[("retention", "Trim")]),
    ("ZKARENA_RETAIN", "0", &[("retention", "Budget(0)")]),
    (
        "ZKARENA_RETAIN",
        "1.5 GiB",
        &[("retention", "Budget(1610612736)")],
    ),
    (
        "ZKARENA_RETAIN",
        "512mib",
        &[("retention", "Budget(536870912)")],
    ),
    (
        "ZKARENA_RESERVE",
        "1MiB",
        &[
            ("reserved", "1048576"),
            ("mib2", "false"),
            ("kib64", "true"),
        ],
    ),
    (
        "ZKARENA_RESERVE",
        "64GiB",
        &[("reserved", "68719476736"), ("mib2", "true")],
    ),
    (
        "ZKARENA_RESERVE",
        "5000001",
        &[("reserved", "5001216"), ("mib2", "true")],
    ),
    ("ZKARENA_RESERVE", "9TiB", &[("kib4", "true")]),
];

#[test]
fn good_values() {
    for (name, value, expected) in GOOD {
        let ended = with(&[(name, value.as_bytes())]);
        assert_eq!(
            complaints(&ended),
            Vec::<&str>::new(),
            "{name}={value} is a good value"
        );
        for (what, expected) in expected {
            assert_eq!(
                told(&ended, what),
                *expected,
                "{name}={value}: {what}, in {ended}"
            );
        }
    }
}

/// Values that are not understood.
const BAD: [(&str, &[u8]); 24] = [
    ("ZKARENA", b"yes"),
    ("ZKARENA", b""),
    ("ZKARENA", b"OFF"),
    ("ZKARENA", b"\xff\xfe"),
    ("ZKARENA_MIN_BYTES", b"12 parsecs"),
    ("ZKARENA_MIN_BYTES", b"0"),
    ("ZKARENA_MIN_BYTES", b"1023"),
    ("ZKARENA_MIN_BYTES", b"-4096"),
    ("ZKARENA_MIN_BYTES", b"99999999999999999999"),
    ("ZKARENA_PAGES", b"gigantic"),
    ("ZKARENA_PAGES", b"2MiB"),
    ("ZKARENA_PAGES", b"small\nhuge"),
    ("ZKARENA_MLOCK", b"please"),
    ("ZKARENA_MLOCK", b"on"),
    ("ZKARENA_RETAIN", b"everything"),
    ("ZKARENA_RETAIN", b"512 miles"),
    ("ZKARENA_RETAIN", b"99999999999999999999"),
    ("ZKARENA_RETAIN", b"MiB"),
    ("ZKARENA_RESERVE", b"lots"),
    ("ZKARENA_RESERVE", b"4KiB"),
    ("ZKARENA_RESERVE", b"0"),
    ("ZKARENA_RESERVE", b"16777216 TiB"),
    ("ZKARENA_RESERVE", b"1.2.3"),
    ("ZKARENA_RETAIN", &[b'x'; 3000]),
];

#[test]
fn bad_values() {
    let usual = with(&[]);
    assert_eq!(complaints(&usual), Vec::<&str>::new());
    for (name, value) in BAD {
        let shown = String::from_utf8_lossy(&value[..value.len().min(30)]);
        let ended = with(&[(name, value)]);
        let [line] = complaints(&ended)[..] else {
            panic!("{name}={shown}: one line, not {:?}", complaints(&ended));
        };
        assert!(
            line.starts_with(&format!("zkarena: {name}=")),
            "the line says which variable: {line}"
        );
        assert!(
            line.contains("expected") || line.contains("byte size"),
            "and what belongs there: {line}"
        );
        assert!(
            line.ends_with("using the default") && line.len() < 512,
            "and what happens: {line}"
        );
        for what in [
            "allocator",
            "retention",
            "reserved",
            "pages",
            "mlock",
            "kib1",
            "kib3",
            "kib4",
            "mib2",
        ] {
            assert_eq!(
                told(&ended, what),
                told(&usual, what),
                "{name}={shown}: {what} is the default"
            );
        }
    }
}

#[test]
fn several_bad_values_are_a_line_each() {
    let ended = with(&[
        ("ZKARENA", b"perhaps"),
        ("ZKARENA_PAGES", b"blank"),
        ("ZKARENA_RETAIN", b"x"),
        ("ZKARENA_RESERVE", b"y"),
    ]);
    assert_eq!(complaints(&ended).len(), 4, "{ended}");
    assert_eq!(told(&ended, "allocator"), "Installed");
}

#[test]
fn off_is_said_in_the_report() {
    let ended = with(&[
        ("ZKARENA", b"off"),
        ("ZKARENA_RESERVE", b"64GiB"),
        ("ZKARENA_RETAIN", b"all"),
    ]);
    assert!(
        ended
            .stdout
            .contains("text=global allocator: switched off (ZKARENA=off)"),
        "{ended}"
    );
    assert_eq!(complaints(&ended), Vec::<&str>::new());
}

/// A closed standard error has no reader for the line: the program must run all the same.
#[test]
fn nobody_has_to_listen() {
    let mut child = command("what_is_in_force");
    child.env("ZKARENA_PAGES", "blank");
    let close = || {
        // SAFETY: closes a descriptor of the child only.
        unsafe { libc::close(libc::STDERR_FILENO) };
        Ok(())
    };
    // SAFETY: between fork and exec `close` makes one system call and allocates nothing.
    unsafe { std::os::unix::process::CommandExt::pre_exec(&mut child, close) };
    run(&mut child).assert_passed();
}
