//! A floor that rises is a leak, one proof that does is none; circuits are looked at one by one.

use proptest::prelude::*;
use zkarena::ops::{Floor, Leak, LeakWatch};

const MIB: u64 = 1 << 20;

fn floor(bytes: u64) -> Floor {
    Floor {
        bytes,
        live_bytes: None,
    }
}

fn first_leak(floors: impl IntoIterator<Item = u64>) -> Option<(usize, Leak)> {
    let mut watch = LeakWatch::new();
    let mut leaks = floors.into_iter().enumerate();
    leaks.find_map(|(at, bytes)| Some((at, watch.proof_ended("circuit", floor(bytes))?)))
}

#[test]
fn one_mebibyte_per_proof_is_found() {
    let (proof, leak) = first_leak((0..100).map(|proof| (500 + proof) * MIB)).expect("a leak");
    assert_eq!(
        leak,
        Leak::Growth {
            bytes: 8 * MIB,
            proofs: 8
        }
    );
    assert_eq!(proof, 4 + 16 - 1, "as soon as there are two windows");
}

#[test]
fn caches_that_fill_first_are_none() {
    let floors = [100, 300, 400, 500].into_iter().chain([510; 100]);
    assert_eq!(first_leak(floors.map(|mib| mib * MIB)), None);
}

#[test]
fn peaks_of_other_proofs_are_none() {
    // Every other floor is taken while another proof is under way, and those become larger.
    let busy = |proof: u64| 500 * MIB + proof % 2 * proof * 100 * MIB;
    assert_eq!(first_leak((0..200).map(busy)), None);
}

#[test]
fn a_leak_under_such_peaks_is_found() {
    let busy = |proof: u64| (500 + proof) * MIB + proof % 2 * 900 * MIB;
    assert!(first_leak((0..200).map(busy)).is_some());
}

#[test]
fn circuits_are_apart() {
    let mut watch = LeakWatch::new();
    for proof in 0..100 {
        assert_eq!(
            watch.proof_ended("small", floor(100 * MIB)),
            None,
            "{proof}"
        );
        assert_eq!(
            watch.proof_ended("large", floor(900 * MIB)),
            None,
            "{proof}"
        );
    }
}

#[test]
fn live_bytes_are_a_leak_by_themselves() {
    let mut watch = LeakWatch::new().warm_up(1);
    let mut left = |bytes| {
        watch.proof_ended(
            "circuit",
            Floor {
                bytes: MIB,
                live_bytes: Some(bytes),
            },
        )
    };
    assert_eq!(left(4096), None, "the first fills caches");
    assert_eq!(left(0), None);
    assert_eq!(left(1), Some(Leak::Live { bytes: 1 }));
}

#[test]
fn names_made_up_by_clients_do_not_pile_up() {
    let mut watch = LeakWatch::new().warm_up(0).window(1).slack(0);
    for name in 0..2000u64 {
        watch.proof_ended(&name.to_string(), floor(1));
    }
    assert!(watch.proof_ended("0", floor(2)).is_some(), "watched");
    watch.proof_ended("1999", floor(1));
    assert_eq!(watch.proof_ended("1999", floor(2)), None, "not watched");
}

#[test]
fn a_window_may_be_as_long_as_one_likes() {
    let mut watch = LeakWatch::new().warm_up(0).window(usize::MAX).slack(0);
    for bytes in 0..100 {
        assert_eq!(watch.proof_ended("circuit", floor(bytes)), None);
    }
}

#[test]
fn a_leak_is_told_in_words() {
    let growth = Leak::Growth {
        bytes: 8 * MIB,
        proofs: 8,
    };
    assert_eq!(
        growth.to_string(),
        "the floor rose by 8 MiB within 8 proofs"
    );
    assert_eq!(
        Leak::Live { bytes: 4096 }.to_string(),
        "4 KiB of a phase that has ended are in use"
    );
}

proptest! {
    /// However floors vary above the least: if that comes back within each window, nothing is found.
    #[test]
    fn noise_is_no_leak(noise in prop::collection::vec(0..1000u64, 64)) {
        let floors = noise.iter().enumerate().map(|(at, mib)| if at % 8 == 0 { 500 } else { 500 + mib } * MIB);
        prop_assert_eq!(first_leak(floors), None);
    }
}
