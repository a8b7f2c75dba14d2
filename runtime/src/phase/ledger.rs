//! The books: what ended phases did, per run and per place in the tree of sites.
#![forbid(unsafe_code)]

use super::current;
use super::growth::Growth;
use super::reserved::ReservationReport;
use super::shard;
use super::site::{Place, Site};
use super::slots::{self, Counts, Tag};
use super::traces::TraceReport;
use super::watcher;
use crate::lock::Lock;
use crate::os;
use crate::small::SMALL;
use crate::spans::{FILE, PagePolicy, RAM, WITNESS};
use crate::store::{self, StoreUse};
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::collections::VecDeque;

/// How many of the latest phases are kept one by one.
const LATEST: usize = 1024;

/// A phase that has ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) node: u32,
    pub(super) depth: u32,
    pub(super) started_ns: u64,
    pub(super) wall_ns: u64,
    pub(super) counts: Counts,
    pub(super) largest_survivor: u64,
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
    pub(super) trimmed: u64,
    /// Elsewhere, as few phases have it, and all are moved.
    pub(super) stores: Option<Box<StoreUse>>,
    pub(super) pages: PagePolicy,
}

/// A place in the tree of sites: a site, seen from the phase around it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) site: Place,
    pub(super) parent: Option<u32>,
    pub(super) children: Vec<u32>,
    pub(super) totals: Totals,
    pub(super) reserved: Vec<ReservationReport>,
}

/// Sums over the runs of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    pub(super) runs: u64,
    pub(super) wall_ns: u64,
    pub(super) shortest_ns: u64,
    pub(super) longest_ns: u64,
    pub(super) bytes: u64,
    pub(super) blocks: u64,
    pub(super) high_water: u64,
    pub(super) survivor_bytes: u64,
    pub(super) survivor_blocks: u64,
    pub(super) largest_survivor: u64,
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
    pub(super) trimmed: u64,
    pub(super) growth: Growth,
    pub(super) stores: Option<StoreUse>,
}

impl Totals {
    fn add(&mut self, ended: &Ended) {
        self.shortest_ns = if self.runs == 0 {
            ended.wall_ns
        } else {
            self.shortest_ns.min(ended.wall_ns)
        };
        self.longest_ns = self.longest_ns.max(ended.wall_ns);
        self.runs += 1;
        self.wall_ns += ended.wall_ns;
        self.bytes += ended.counts.bytes;
        self.blocks += ended.counts.blocks;
        self.high_water = self.high_water.max(ended.counts.high_water);
        self.survivor_bytes += ended.counts.live_bytes;
        self.survivor_blocks += ended.counts.live_blocks;
        self.largest_survivor = self.largest_survivor.max(ended.largest_survivor);
        self.minor_faults += ended.minor_faults;
        self.major_faults += ended.major_faults;
        self.trimmed += ended.trimmed;
        self.growth.add(ended.counts.growth);
        if let Some(stores) = &ended.stores {
            self.stores.get_or_insert_default().add(stores);
        }
    }
}

/// All books.
#[derive(Clone, Debug)]
pub(super) struct Ledger {
    pub(super) nodes: Vec<Node>,
    /// Nodes of root phases.
    pub(super) roots: Vec<u32>,
    pub(super) latest: VecDeque<Ended>,
    pub(super) traces: Vec<TraceReport>,
}

static LEDGER: Lock<Ledger> = Lock::new(Ledger {
    nodes: Vec::new(),
    roots: Vec::new(),
    latest: VecDeque::new(),
    traces: Vec::new(),
});
static UNTRACKED: AtomicU64 = AtomicU64::new(0);

impl Ledger {
    fn node(&mut self, parent: Option<u32>, site: &Place) -> u32 {
        let known = self
            .siblings(parent)
            .iter()
            .find(|&&node| self.nodes[node as usize].site == *site);
        if let Some(&node) = known {
            return node;
        }
        let node = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node {
            site: *site,
            parent,
            children: Vec::new(),
            totals: Totals::default(),
            reserved: Vec::new(),
        });
        match parent {
            Some(parent) => self.nodes[parent as usize].children.push(node),
            None => self.roots.push(node),
        }
        node
    }

    fn siblings(&self, parent: Option<u32>) -> &[u32] {
        parent.map_or(&self.roots, |parent| &self.nodes[parent as usize].children)
    }

    /// Names from the root down, joined by `/`.
    pub(super) fn path(&self, node: u32) -> String {
        let lineage = std::iter::successors(Some(node), |&node| self.nodes[node as usize].parent);
        let mut names: Vec<&str> = lineage
            .map(|node| self.nodes[node as usize].site.name)
            .collect();
        names.reverse();
        names.join("/")
    }
}

/// The node of `site` inside the node `parent`.
#[inline]
pub(super) fn node(parent: Option<u32>, site: &Site) -> u32 {
    if let Some(node) = site.known(parent) {
        return node;
    }
    let node = current::untracked(|| LEDGER.lock().node(parent, &site.place));
    site.remember(parent, node);
    node
}

/// Enters a phase that has ended.
pub(super) fn file(ended: Ended) {
    let mut ledger = LEDGER.lock();
    ledger.nodes[ended.node as usize].totals.add(&ended);
    if ledger.latest.len() == LATEST {
        ledger.latest.pop_front();
    } else if ledger.latest.len() == ledger.latest.capacity() {
        current::untracked(|| ledger.latest.reserve(1)); // charged to nobody
    }
    ledger.latest.push_back(ended);
}

/// Enters a trace that has ended.
pub(crate) fn file_trace(trace: &TraceReport) {
    current::untracked(|| trace.enter(&mut LEDGER.lock().traces));
}

/// Enters what became of a vector that was reserved by name.
pub(super) fn file_reservation(tag: Tag, used: &ReservationReport) {
    let Some(node) = slots::node(slots::nearest_open(tag)) else {
        return;
    };
    current::untracked(|| {
        let mut ledger = LEDGER.lock();
        let filed = &mut ledger.nodes[node as usize].reserved;
        match filed.iter_mut().find(|filed| filed.is_like(used)) {
            Some(filed) => filed.add(used),
            None => filed.insert(0, *used), // what ends first stands last
        }
    });
}

/// A copy of the books.
pub(super) fn copy() -> Ledger {
    current::untracked(|| LEDGER.lock().clone())
}

/// A phase was opened that has no slot.
pub(super) fn count_untracked() {
    UNTRACKED.fetch_add(1, Ordering::Relaxed);
}

/// How many phases had no slot.
pub(super) fn untracked() -> u64 {
    UNTRACKED.load(Ordering::Relaxed)
}

/// Sees to it that a forked child finds the locks of this module and of the heap free.
///
/// One registration for all: a thread may hold a lock of this module while it takes one of the heap.
pub(crate) fn register_fork_handlers() {
    // Not a `Once`: a child forked while another thread runs it would wait for ever.
    static REGISTERED: AtomicBool = AtomicBool::new(false);
    let known = REGISTERED.load(Ordering::Relaxed);
    if !known && !REGISTERED.swap(true, Ordering::Relaxed) {
        os::at_fork(before_fork, after_fork_in_parent, after_fork_in_child);
    }
}

extern "C" fn before_fork() {
    LEDGER.raw().lock();
    current::before_fork();
    watcher::before_fork();
    shard::before_fork();
    RAM.before_fork();
    SMALL.before_fork();
    WITNESS.before_fork();
    FILE.before_fork();
}

extern "C" fn after_fork_in_parent() {
    FILE.after_fork();
    WITNESS.after_fork();
    SMALL.after_fork();
    RAM.after_fork();
    shard::after_fork();
    watcher::after_fork();
    current::after_fork_in_parent();
    LEDGER.raw().unlock();
}

extern "C" fn after_fork_in_child() {
    FILE.after_fork();
    store::after_fork_in_child();
    WITNESS.forget_locks();
    WITNESS.after_fork();
    SMALL.after_fork();
    RAM.after_fork();
    shard::after_fork();
    watcher::after_fork();
    current::after_fork_in_child();
    LEDGER.raw().unlock();
}

/// When the first phase of the process began; set by the first call.
pub(super) fn epoch_ns(now_ns: u64) -> u64 {
    static EPOCH: AtomicU64 = AtomicU64::new(0);
    match EPOCH.load(Ordering::Relaxed) {
        0 => match EPOCH.compare_exchange(0, now_ns, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => now_ns,
            Err(epoch) => epoch,
        },
        epoch => epoch,
    }
}
