//! Keys that nobody uses never have more bytes than the cache; those in use stay; each is loaded once.

use proptest::prelude::*;
use std::convert::Infallible;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use zkarena::ops::{KeyCache, Pinned};

type Keys = KeyCache<u32, String>;

fn load(keys: &Keys, key: u32, bytes: u64) -> Pinned<u32, String> {
    let loaded = keys.get_or_load(&key, || Ok::<_, Infallible>((key.to_string(), bytes)));
    loaded.expect("it cannot fail")
}

#[test]
fn what_is_not_used_fits() {
    let keys = Keys::new(1000);
    for key in 0..50 {
        assert_eq!(*load(&keys, key, 300), key.to_string());
        assert!(keys.bytes() <= 1000, "{}", keys.bytes());
    }
    assert!(!keys.is_empty() && keys.len() <= 3);
}

#[test]
fn what_is_used_stays() {
    let keys = Keys::new(1000);
    let used = load(&keys, 0, 600);
    for key in 1..50 {
        drop(load(&keys, key, 300));
    }
    assert!(
        keys.get(&0)
            .is_some_and(|again| std::ptr::eq(&raw const *again, &raw const *used))
    );
    assert_eq!(keys.evict() + 600, 900, "one other was there");
    assert_eq!((keys.bytes(), keys.len()), (600, 1));
    drop(used);
    assert_eq!(keys.evict(), 600);
    assert!(keys.is_empty() && keys.get(&0).is_none());
}

#[test]
fn what_is_larger_than_the_cache_goes_when_it_is_no_longer_used() {
    let keys = Keys::new(1000);
    let (large, again) = (load(&keys, 0, 5000), load(&keys, 0, 5000));
    assert_eq!(keys.bytes(), 5000, "in use, and counted");
    drop(large);
    assert_eq!(keys.bytes(), 5000);
    drop(again);
    assert_eq!(keys.bytes(), 0);
}

#[test]
fn more_bytes_than_32_bits_can_count() {
    let keys = Keys::new(20 << 30);
    drop(load(&keys, 0, 9 << 30));
    drop(load(&keys, 1, 9 << 30));
    assert_eq!(keys.bytes(), 18 << 30);
    keys.set_capacity(10 << 30);
    assert_eq!(keys.bytes(), 9 << 30);
}

#[test]
fn each_key_is_loaded_once() {
    let (keys, loads) = (Keys::new(1000), AtomicU32::new(0));
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let loaded = keys.get_or_load(&7, || {
                    loads.fetch_add(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(("seven".to_owned(), 10))
                });
                assert_eq!(*loaded.expect("it cannot fail"), "seven");
            });
        }
    });
    assert_eq!(loads.load(Ordering::SeqCst), 1);
}

#[test]
fn a_load_that_fails_is_tried_again() {
    let keys = Keys::new(1000);
    let failed = keys.get_or_load(&7, || Err("the disk is gone"));
    assert_eq!(failed.map(drop), Err("the disk is gone"));
    assert_eq!(*load(&keys, 7, 10), "7");
}

proptest! {
    #[test]
    fn bytes_are_bounded_whatever_is_asked_for(asked in prop::collection::vec((0..20u32, 0..1500u64), 1..200)) {
        let keys = Keys::new(1000);
        for (key, bytes) in asked {
            prop_assert_eq!(&*load(&keys, key, bytes), &key.to_string());
            prop_assert!(keys.bytes() <= 1000);
        }
    }
}
