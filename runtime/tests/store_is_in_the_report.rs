//! The report of a phase has what stores did while it was open, to the byte, and says nothing of stores where there are none.

mod common;

use common::MIB;
use common::child::in_child;
use common::disk::Folder;
use serde_json::Value;
use zkarena::{Bytes, PhaseReport, SiteReport, Store, StoreReport, Stored, phase, report};

fn fill(store: &Store, bytes: usize) -> Stored<u8> {
    let mut writing = store.write(bytes).expect("room");
    writing.append(&vec![7; bytes]).expect("a write");
    let stored = writing.freeze().expect("written");
    stored.finish().expect("written");
    stored
}

fn read(stored: &Stored<u8>) {
    let mut found = vec![0; stored.len()];
    stored
        .read_into(0..stored.len(), &mut found)
        .expect("a read");
    assert_eq!(found, vec![7; stored.len()]);
}

fn run_of(name: &str) -> PhaseReport {
    let found = report()
        .phases()
        .iter()
        .rev()
        .find(|phase| phase.name == name)
        .cloned();
    found.unwrap_or_else(|| panic!("no report of phase {name}"))
}

fn site_of(path: &str) -> SiteReport {
    let found = report()
        .sites()
        .iter()
        .find(|site| site.path == path)
        .cloned();
    found.unwrap_or_else(|| panic!("no report of site {path}"))
}

/// Mebibytes written, read, most on disk, most in memory.
fn figures(stores: Option<StoreReport>) -> [u64; 4] {
    let stores = stores.expect("something was stored");
    [
        stores.written_bytes,
        stores.read_bytes,
        stores.disk_peak_bytes,
        stores.ram_peak_bytes,
    ]
    .map(|bytes| {
        assert_eq!(bytes % MIB as u64, 0, "{bytes}");
        bytes / MIB as u64
    })
}

#[test]
fn figures_are_those_of_each_phase() {
    in_child("figures_are_those_of_each_phase", || {
        phase("before", || ());
        let folder = Folder::new();
        phase("prove", || {
            let store = folder.plan().ram(Bytes(4 << 20)).open().expect("a store");
            phase("opened", || ());
            let near = phase("near", || fill(&store, 4 * MIB));
            let far = phase("far", || {
                drop(phase("first", || fill(&store, 5 * MIB)));
                fill(&store, 2 * MIB)
            });
            phase("read", || {
                read(&near);
                read(&far);
                read(&far);
            });
            drop(near);
            phase("after", || read(&far));
        });
        phase("end", || ());
        for (name, expected) in [
            ("near", [0, 0, 0, 4]),
            ("first", [5, 0, 5, 4]),
            ("far", [7, 0, 5, 4]),
            ("read", [0, 4, 5, 4]), // the free pages of the file are kept
            ("after", [0, 2, 5, 0]),
            ("prove", [7, 6, 5, 4]),
        ] {
            assert_eq!(figures(run_of(name).stores), expected, "{name}");
        }
        for name in ["before", "opened", "end"] {
            assert_eq!(run_of(name).stores, None, "{name}");
        }
        let stall = |name| run_of(name).stores.map(|stores| stores.stall_seconds);
        assert!(stall("prove") >= stall("far") && stall("far") > Some(0.0));
    });
}

#[test]
fn sums_over_runs_and_most_of_any() {
    in_child("sums_over_runs_and_most_of_any", || {
        let folder = Folder::new();
        let store = folder.store();
        for mebibytes in [1, 3, 2] {
            phase("round", || drop(fill(&store, mebibytes * MIB)));
            store.trim();
        }
        assert_eq!(figures(run_of("round").stores), [2, 0, 2, 0]);
        assert_eq!(figures(site_of("round").stores), [6, 0, 3, 0]);
    });
}

#[test]
fn phases_at_the_same_time_each_have_the_most_of_their_own() {
    in_child(
        "phases_at_the_same_time_each_have_the_most_of_their_own",
        || {
            let folder = Folder::new();
            let store = folder.plan().ram(Bytes(64 << 20)).open().expect("a store");
            let held = fill(&store, 8 * MIB);
            let (begun, waits) = std::sync::mpsc::channel();
            std::thread::scope(|scope| {
                phase("long", || {
                    drop(held);
                    let other = scope.spawn(|| {
                        phase("short", || {
                            begun.send(()).expect("a receiver");
                            drop(fill(&store, 3 * MIB));
                        });
                    });
                    waits.recv().expect("a phase");
                    other.join().expect("no panic");
                    drop(fill(&store, 5 * MIB));
                });
            });
            assert_eq!(figures(run_of("long").stores), [0, 0, 0, 8]);
            assert_eq!(figures(run_of("short").stores), [0, 0, 0, 3]);
        },
    );
}

#[test]
fn stores_that_are_gone_have_nothing() {
    in_child("stores_that_are_gone_have_nothing", || {
        let folder = Folder::new();
        let store = folder.store();
        let stored = fill(&store, MIB);
        drop((store, stored)); // with the file go the pages that it kept
        phase("after", || ());
        assert_eq!(run_of("after").stores, None);
    });
}

#[test]
fn text_and_json_tell_of_stores_where_there_are_some() {
    in_child("text_and_json_tell_of_stores_where_there_are_some", || {
        phase("before", || ());
        assert!(!report().to_string().contains("on disk"));
        assert!(!report().to_json().contains("stores"));
        let folder = Folder::new();
        let store = folder.store();
        phase("prove", || fill(&store, 3 * MIB));
        let text = report().to_string();
        let row = text.lines().find(|line| line.starts_with("prove "));
        let row = row.unwrap_or_else(|| panic!("{text}"));
        assert!(
            row.contains("0 B    3 MiB") && row.contains("3 MiB     0 B"),
            "{text}"
        );
        let json: Value = serde_json::from_str(&report().to_json()).expect("JSON");
        assert_eq!(json["sites"][1]["stores"]["written_bytes"], 3 << 20);
        assert_eq!(json["phases"][1]["stores"]["disk_peak_bytes"], 3 << 20);
        assert_eq!(json["sites"][0].get("stores"), None);
    });
}
