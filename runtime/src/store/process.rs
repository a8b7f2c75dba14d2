//! What all stores of the process do together, for who reports on it.
//!
//! A phase reads the counters when it begins and when it ends. The most that was in use in between is
//! noted by those who take it, for each phase that is open.
#![forbid(unsafe_code)]

use crate::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// How many may watch at a time.
pub(crate) const WATCHES: usize = 1024;

/// Set when the first store is opened.
static ANY: AtomicBool = AtomicBool::new(false);

/// Bytes of the disk that stores have.
pub(super) static DISK: Gauge = Gauge::new();
/// Bytes of memory that stores have for data.
pub(super) static RAM: Gauge = Gauge::new();

pub(super) static WRITTEN: AtomicU64 = AtomicU64::new(0);
pub(super) static READ: AtomicU64 = AtomicU64::new(0);
pub(super) static CANCELLED: AtomicU64 = AtomicU64::new(0);
pub(super) static STALL_NS: AtomicU64 = AtomicU64::new(0);

/// There are stores from now on.
pub(super) fn opened() {
    ANY.store(true, Ordering::Relaxed);
}

/// What stores did while somebody watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StoreUse {
    pub(crate) written_bytes: u64,
    pub(crate) read_bytes: u64,
    pub(crate) cancelled_bytes: u64,
    pub(crate) stall_ns: u64,
    pub(crate) disk_peak_bytes: u64,
    pub(crate) ram_peak_bytes: u64,
}

impl StoreUse {
    /// Adds another run of the same phase: the peaks are not those of one moment.
    pub(crate) fn add(&mut self, other: &Self) {
        self.written_bytes += other.written_bytes;
        self.read_bytes += other.read_bytes;
        self.cancelled_bytes += other.cancelled_bytes;
        self.stall_ns += other.stall_ns;
        self.disk_peak_bytes = self.disk_peak_bytes.max(other.disk_peak_bytes);
        self.ram_peak_bytes = self.ram_peak_bytes.max(other.ram_peak_bytes);
    }
}

/// The counters when a watch began.
#[derive(Debug)]
struct Watch {
    /// Whether it ever did. Without that there was no store then, and all that was counted is its.
    begun: AtomicBool,
    written: AtomicU64,
    read: AtomicU64,
    cancelled: AtomicU64,
    stall_ns: AtomicU64,
}

static ALL: [Watch; WATCHES] = [const { Watch::new() }; WATCHES];

impl Watch {
    const fn new() -> Self {
        Self {
            begun: AtomicBool::new(false),
            written: AtomicU64::new(0),
            read: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            stall_ns: AtomicU64::new(0),
        }
    }

    /// Pairs of a counter, and what it was.
    fn counters(&self) -> [(&'static AtomicU64, &AtomicU64); 4] {
        [
            (&WRITTEN, &self.written),
            (&READ, &self.read),
            (&CANCELLED, &self.cancelled),
            (&STALL_NS, &self.stall_ns),
        ]
    }
}

/// The watch `number` begins. Nothing happens as long as there was no store.
#[inline]
pub(crate) fn watch(number: usize) {
    if ANY.load(Ordering::Relaxed) {
        begin(number);
    }
}

#[cold]
fn begin(number: usize) {
    let watch = &ALL[number];
    for (counter, was) in watch.counters() {
        was.store(counter.load(Ordering::Relaxed), Ordering::Relaxed);
    }
    watch.begun.store(true, Ordering::Relaxed);
    DISK.watch(number);
    RAM.watch(number);
}

/// What stores did since the watch `number` began; `None` if that is nothing.
#[inline]
pub(crate) fn watched(number: usize) -> Option<StoreUse> {
    if ANY.load(Ordering::Relaxed) {
        end(number)
    } else {
        None
    }
}

#[cold]
fn end(number: usize) -> Option<StoreUse> {
    let watch = &ALL[number];
    let [written_bytes, read_bytes, cancelled_bytes, stall_ns] =
        watch.counters().map(|(counter, was)| {
            let now = counter.load(Ordering::Relaxed);
            now.saturating_sub(was.load(Ordering::Relaxed))
        });
    let begun = watch.begun.load(Ordering::Relaxed);
    let most = |gauge: &Gauge| {
        if begun {
            gauge.watched(number)
        } else {
            gauge.peak()
        }
    };
    let used = StoreUse {
        written_bytes,
        read_bytes,
        cancelled_bytes,
        stall_ns,
        disk_peak_bytes: most(&DISK),
        ram_peak_bytes: most(&RAM),
    };
    (used != StoreUse::default()).then_some(used)
}

/// Bytes in use, and the most of them: ever, and since each watch began.
///
/// # Invariants
/// 1. Watches from `end` on never began.
#[derive(Debug)]
pub(super) struct Gauge {
    in_use: AtomicU64,
    peak: AtomicU64,
    watches: [AtomicU64; WATCHES],
    end: AtomicUsize,
}

impl Gauge {
    pub(super) const fn new() -> Self {
        Self {
            in_use: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            watches: [const { AtomicU64::new(0) }; WATCHES],
            end: AtomicUsize::new(0),
        }
    }

    fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// More is in use. (In one order with [`watch`](Self::watch): one of the two sees the other.)
    pub(super) fn grow(&self, bytes: u64) {
        let now = self.in_use.fetch_add(bytes, Ordering::SeqCst) + bytes;
        self.peak.fetch_max(now, Ordering::Relaxed);
        for most in &self.watches[..self.end.load(Ordering::SeqCst)] {
            most.fetch_max(now, Ordering::SeqCst);
        }
    }

    pub(super) fn shrink(&self, bytes: u64) {
        self.in_use.fetch_sub(bytes, Ordering::SeqCst);
    }

    /// A watch begins with what is in use.
    fn watch(&self, number: usize) {
        self.end.fetch_max(number + 1, Ordering::SeqCst);
        self.watches[number].store(0, Ordering::SeqCst);
        let now = self.in_use.load(Ordering::SeqCst);
        self.watches[number].fetch_max(now, Ordering::SeqCst);
    }

    fn watched(&self, number: usize) -> u64 {
        self.watches[number].load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_watch_has_the_most_of_its_own_time() {
        let gauge = Gauge::new();
        gauge.grow(100);
        gauge.watch(3);
        gauge.shrink(60);
        gauge.watch(0);
        gauge.grow(20);
        gauge.shrink(20);
        assert_eq!((gauge.watched(3), gauge.watched(0)), (100, 60));
        gauge.grow(200);
        assert_eq!((gauge.watched(3), gauge.watched(0)), (240, 240));
        gauge.shrink(240);
        gauge.watch(3);
        assert_eq!(
            (gauge.watched(3), gauge.watched(0), gauge.peak()),
            (0, 240, 240)
        );
    }
}
