//! Without `PhaseAlloc` as the global allocator, what has pages of its own takes them along when it is
//! detached, and gives them back to where they came from.
#![forbid(unsafe_code)]

use zkarena::{Detach, report, with_phase};

#[test]
fn pages_go_back_where_they_came_from() {
    const LEN: usize = 1 << 16;
    let in_use = || report().heap().in_use_bytes;
    let (mut large, small, at) = with_phase(|phase| {
        let large = phase.vec_from(&vec![7u64; LEN]);
        let at = large.as_ptr();
        (large.detach(), phase.vec_from(&[1u8; 100]).detach(), at)
    });
    assert_eq!((large.as_ptr(), in_use()), (at, 8 * LEN as u64));
    large.extend(0..1000);
    assert!(in_use() >= 8 * (LEN as u64 + 1000));
    large.truncate(10);
    large.shrink_to_fit();
    assert_eq!(in_use(), 4096);
    assert_eq!((&large[..], &small[..]), (&[7; 10][..], &[1; 100][..]));
    let copy = large.clone();
    drop(large);
    assert_eq!((copy.len(), in_use()), (10, 0));
}
