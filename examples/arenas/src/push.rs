//! Pushing to a vector, alone in its phase.

use crate::figures::{Row, to_f64};
use zkarena::{report, with_phase};

const LEN: u32 = 1 << 24;

pub(crate) fn rows() -> Vec<Row> {
    let (mut moves, mut bytes) = (0, 0);
    let before = touched();
    with_phase(|phase| {
        let mut vec = phase.vec::<u32>();
        vec.push(0);
        let mut at = vec.as_ptr();
        for n in 1..LEN {
            vec.push(n);
            if vec.as_ptr() != at {
                (moves, at) = (moves + 1, vec.as_ptr());
            }
        }
        assert!(vec.iter().copied().eq(0..LEN));
        bytes = touched() - before;
    });
    vec![
        Row::new(
            "`push` to 2^24 `u32`: bytes resident",
            "B",
            [to_f64(bytes), to_f64(LEN as usize * 4)],
            "bytes of the elements",
            "at most 1.05",
        ),
        Row::new(
            "`push` to 2^24 `u32`: copies",
            "",
            [to_f64(moves), 0.0],
            "",
            "0",
        ),
    ]
}

/// Bytes of pages that the heap has in use or keeps warm.
fn touched() -> usize {
    let heap = report().heap();
    usize::try_from(resident().unwrap_or(heap.in_use_bytes + heap.retained_bytes))
        .unwrap_or(usize::MAX)
}

/// Resident bytes of this process, where the system tells.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = text.lines().find(|line| line.starts_with("Rss:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}
