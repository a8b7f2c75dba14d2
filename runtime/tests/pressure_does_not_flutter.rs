//! Pressure begins and ends at different marks, what is unknown is not taken for well, and steps come in order.

mod common;

use common::disk::Folder;
use proptest::prelude::*;
use std::fs;
use std::time::Duration;
use zkarena::ops::{
    Degrade, LimitSource, MemLimit, Pressure, PressureState, PressureWatch, Reading, StallAlarm,
    Stalls,
};

use Pressure::{Critical, High, Ok, Unknown};

fn watch() -> PressureWatch {
    PressureWatch::new(MemLimit::explicit(1000))
}

/// A working set of so many of 1000 bytes.
fn used(bytes: u64) -> Reading {
    let (limit_bytes, working_set_bytes) = (Some(1000), Some(bytes));
    Reading {
        limit_bytes,
        working_set_bytes,
        ..Reading::default()
    }
}

fn levels(readings: impl IntoIterator<Item = Reading>) -> Vec<Pressure> {
    let mut watch = watch();
    let feed = |reading| watch.feed(reading).level;
    readings.into_iter().map(feed).collect()
}

#[test]
fn begins_at_85_and_ends_below_75() {
    let steps = [
        (0, Ok),
        (849, Ok),
        (850, High),
        (849, High),
        (750, High),
        (749, Ok),
        (800, Ok),
        (860, High),
    ];
    let (bytes, expected): (Vec<u64>, Vec<Pressure>) = steps.into_iter().unzip();
    assert_eq!(levels(bytes.into_iter().map(used)), expected);
}

#[test]
fn critical_ends_in_high() {
    let steps = [
        (949, High),
        (950, Critical),
        (850, Critical),
        (849, High),
        (751, High),
        (740, Ok),
    ];
    let (bytes, expected): (Vec<u64>, Vec<Pressure>) = steps.into_iter().unzip();
    assert_eq!(levels(bytes.into_iter().map(used)), expected);
    assert_eq!(levels([used(2000)]), [Critical], "above the limit");
}

proptest! {
    /// Within a band nothing changes, however the figures go up and down.
    #[test]
    fn a_level_holds_within_its_band(start in 850..950u64, bytes in prop::collection::vec(750..950u64, 1..50)) {
        let readings = [start].into_iter().chain(bytes).map(used);
        prop_assert!(levels(readings).into_iter().all(|level| level == High));
    }
}

#[test]
fn unknown_is_not_ok() {
    assert_eq!(levels([Reading::default()]), [Unknown]);
    let no_limit = Reading {
        limit_bytes: None,
        ..used(1)
    };
    assert_eq!(levels([used(1), no_limit, used(1)]), [Ok, Unknown, Ok]);
    // An arena with room says nothing about the machine, but a full one is trouble enough.
    let arena = |bytes| Reading {
        arena: Some((bytes, 100)),
        ..Reading::default()
    };
    assert_eq!(
        levels([arena(10), arena(90), arena(10)]),
        [Unknown, High, Unknown]
    );
}

/// A reading after so many milliseconds in which some, and all, waited for so long.
fn stalled(ms: u64, some_ms: u64, full_ms: u64) -> Reading {
    let stalls = Stalls {
        some_us: some_ms * 1000,
        full_us: full_ms * 1000,
    };
    Reading {
        at: Duration::from_millis(ms),
        stalls: Some(stalls),
        ..used(1)
    }
}

fn stalls(readings: impl IntoIterator<Item = Reading>) -> Vec<Pressure> {
    let mut watch = watch();
    let feed = |reading| watch.feed(reading).stalls;
    readings.into_iter().map(feed).collect()
}

#[test]
fn waits_are_counted_over_two_seconds() {
    // What was before the first reading does not count.
    let first = stalled(0, 5_000_000, 5_000_000);
    assert_eq!(stalls([first]), [Unknown]);
    let calm = [
        stalled(0, 0, 0),
        stalled(1000, 0, 0),
        stalled(2000, 69, 0),
        stalled(3000, 69, 0),
    ];
    assert_eq!(stalls(calm), [Unknown, Unknown, Ok, Ok]);
    let short = [
        stalled(0, 0, 0),
        stalled(2000, 70, 0),
        stalled(4000, 139, 0),
    ];
    assert_eq!(stalls(short), [Unknown, High, Ok]);
    let worse = [
        stalled(0, 0, 0),
        stalled(2000, 150, 100),
        stalled(3000, 150, 100),
        stalled(4000, 150, 100),
    ];
    assert_eq!(stalls(worse), [Unknown, Critical, Critical, Ok]);
    // At once, when the mark is passed early; by rate, when nobody looked for long.
    assert_eq!(
        stalls([stalled(0, 0, 0), stalled(100, 71, 0)]),
        [Unknown, High]
    );
    assert_eq!(
        stalls([stalled(0, 0, 0), stalled(20_000, 690, 0)]),
        [Unknown, Ok]
    );
    assert_eq!(
        stalls([stalled(0, 0, 0), stalled(20_000, 710, 0)]),
        [Unknown, High]
    );
}

#[test]
fn no_count_of_waits_is_unknown_and_no_more() {
    let mut watch = watch();
    watch.feed(stalled(0, 0, 0));
    assert_eq!(watch.feed(stalled(2000, 500, 0)).level, High);
    let gone = watch.feed(used(1));
    assert_eq!(
        (gone.stalls, gone.level),
        (Unknown, Ok),
        "the working set is known"
    );
    // Counts that start again are compared with none before.
    assert_eq!(watch.feed(stalled(4000, 9_000, 0)).stalls, Unknown);
}

#[test]
fn steps_come_in_order_and_refusing_is_the_last() {
    assert!(Degrade::ALL.is_sorted());
    assert_eq!(Degrade::ALL.last(), Some(&Degrade::Refuse));
    for level in [Ok, Unknown, High, Critical] {
        let steps = level.degrade();
        assert!(
            Degrade::ALL.starts_with(steps),
            "{level} leaves a cheaper step out"
        );
        assert_eq!(
            steps.contains(&Degrade::Refuse),
            level == Critical,
            "{level}"
        );
    }
    assert_eq!(Ok.degrade(), []);
    assert_ne!(Unknown.degrade(), []);
}

#[test]
fn the_groups_waits_come_before_the_machines() {
    let system = Folder::new();
    let root = system.path();
    let write = |path: &str, some_us: u64| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folders");
        let avg = "avg10=0.00 avg60=0.00 avg300=0.00";
        fs::write(
            path,
            format!("some {avg} total={some_us}\nfull {avg} total=0\n"),
        )
        .expect("a file");
    };
    let source = LimitSource::Group(root.join("group/memory.max"));
    let limit = MemLimit {
        bytes: 1000,
        source,
    };
    let read = || {
        Reading::below(root, &limit, Duration::ZERO)
            .stalls
            .map(|stalls| stalls.some_us)
    };
    assert_eq!(read(), None, "absent");
    write("proc/pressure/memory", 5);
    assert_eq!(read(), Some(5));
    write("group/memory.pressure", 7);
    assert_eq!(read(), Some(7));
}

#[test]
fn what_kernels_do_not_write_is_not_understood() {
    for text in [
        "",
        "some",
        "some total=1\n",
        "some total=x\nfull total=1\n",
        "full total=1\nsomeone total=1\n",
    ] {
        assert_eq!(Stalls::parse(text), None, "{text:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn this_machine_tells() {
    let mut watch = PressureWatch::new(MemLimit::explicit(u64::MAX));
    let PressureState { level, reading, .. } = watch.look();
    assert!(
        reading
            .working_set_bytes
            .is_some_and(|bytes| bytes > 1 << 20),
        "{reading:?}"
    );
    assert_eq!(level, Ok);
    watch.set_limit(MemLimit::explicit(1));
    assert_eq!(watch.look().level, Critical, "lowered while running");
}

#[test]
#[cfg(target_os = "linux")]
fn an_alarm_is_taken_by_the_kernel_or_refused_with_a_reason() {
    let limit = MemLimit::below("/".as_ref());
    match StallAlarm::open(&limit) {
        Err(error) => common::skip_or_fail(&format!("no alarm: {error}")),
        Result::Ok(alarm) => {
            // Whether something waits right now is the machine's business; that the kernel answers is ours.
            let told = alarm.wait(Duration::ZERO);
            assert!(told.is_ok(), "{told:?}");
        }
    }
}

#[test]
fn an_alarm_without_a_file_is_an_error() {
    let nowhere = Folder::new();
    let source = LimitSource::Group(nowhere.path().join("memory.max"));
    let limit = MemLimit {
        bytes: 1000,
        source,
    };
    let refused = StallAlarm::below(nowhere.path(), &limit).expect_err("no file");
    assert_eq!(refused.kind(), std::io::ErrorKind::NotFound);
}

#[test]
#[should_panic(expected = "begin at 70 % and end at 80 %")]
fn marks_the_wrong_way_round_are_refused() {
    let _ = watch().high(70, 80);
}
