//! From a limit and a profile to workers, weights and budgets.
#![forbid(unsafe_code)]

mod service;

pub use service::{CircuitPlan, CutOver, Mode, PlanError, ServicePlan};

use super::{Peaks, Profile};
use crate::size::Bytes;
use std::collections::BTreeMap;

/// Percent of the limit that are left alone, if nothing else is said: at 85 % there is pressure.
const HEADROOM_PERCENT: u64 = 15;

/// No statement has more rows.
const MOST_LOG_ROWS: u32 = 63;

const MIB: u64 = 1 << 20;

/// Plans a process that proves within a limit of memory.
///
/// ```
/// use zkarena::Bytes;
/// use zkarena::ops::{Peaks, Planner, Profile};
///
/// // 85 % of 16 GiB are 6, 3 and 1 workers of 2, 4 and 8 GiB, and not 8, 4 and 2.
/// let mut profile = Profile::new();
/// for (circuit, gib) in [("small", 2), ("medium", 4), ("large", 8)] {
///     profile.record(circuit, 20, &Peaks { runs: 1, proof_bytes: gib << 30, ..Peaks::default() });
/// }
/// let plan = Planner::new(Bytes::parse("16GiB")?).plan(&profile)?;
/// let workers = |circuit| plan.circuit(circuit, 20).map(|circuit| circuit.workers);
/// assert_eq!([workers("small"), workers("medium"), workers("large")], [Some(6), Some(3), Some(1)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The plan is arithmetic on what was measured. It does not look at the machine, bounds nothing, and cannot
/// know circuits that were never run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planner {
    limit: u64,
    headroom: u64,
    base: Option<u64>,
    is_isolated: bool,
}

impl Planner {
    /// With 15 % of the limit for everything that is no proof: requests, outputs, the kernel's own.
    pub const fn new(limit: Bytes) -> Self {
        Self {
            limit: limit.0,
            headroom: limit.0.div_ceil(100).saturating_mul(HEADROOM_PERCENT),
            base: None,
            is_isolated: false,
        }
    }

    /// Leaves so many bytes of the limit alone instead.
    #[must_use]
    pub const fn headroom(mut self, bytes: Bytes) -> Self {
        self.headroom = bytes.0;
        self
    }

    /// The RSS of the service before its first proof, where it is not that of the measured program.
    #[must_use]
    pub const fn base(mut self, bytes: Bytes) -> Self {
        self.base = Some(bytes.0);
        self
    }

    /// Each proof is made in a process of its own, as by [`ChildProof`](super::ChildProof): what the measured program
    /// had before its first proof, and what its proofs kept, is part of each weight, and not kept by the service.
    #[must_use]
    pub const fn isolated(mut self) -> Self {
        self.is_isolated = true;
        self
    }

    /// Workers, weights and budgets for each circuit of the profile.
    ///
    /// # Errors
    /// [`PlanError`] if there is nothing to plan, or no memory left for a proof.
    pub fn plan(&self, profile: &Profile) -> Result<ServicePlan, PlanError> {
        if profile.is_empty() {
            return Err(PlanError::NoRuns);
        }
        let measured = profile.iter().map(|(.., peaks)| peaks.base_bytes).max();
        let base = self.base.or(measured).unwrap_or_default();
        let process = self.is_isolated.then(|| process_bytes(profile));
        let kept = process.map_or_else(|| kept_bytes(profile), |_| 0);
        let usable = self.limit.saturating_sub(self.headroom);
        let capacity = usable.saturating_sub(base.saturating_add(kept));
        if capacity == 0 {
            return Err(PlanError::NoRoom {
                limit: Bytes(self.limit),
                taken: Bytes(base.saturating_add(kept).saturating_add(self.headroom)),
            });
        }
        let room = Room {
            base,
            kept,
            capacity,
            process,
        };
        Ok(ServicePlan {
            limit_bytes: self.limit,
            headroom_bytes: self.headroom,
            usable_bytes: usable,
            base_bytes: base,
            kept_bytes: kept,
            process_bytes: process.unwrap_or_default(),
            capacity_bytes: capacity,
            circuits: room.circuits(profile),
            cut_overs: room.cut_overs(profile),
        })
    }
}

/// What all circuits of a profile leave: a circuit's sizes share it, circuits may not.
fn kept_bytes(profile: &Profile) -> u64 {
    let of = |sizes: &BTreeMap<u32, Peaks>| sizes.values().map(|peaks| peaks.kept_bytes).max();
    let kept = profile.circuits().filter_map(|(_, sizes)| of(sizes));
    kept.fold(0, u64::saturating_add)
}

/// What a process of its own has beside its proof: the most that the measured program had.
fn process_bytes(profile: &Profile) -> u64 {
    let of = |peaks: &Peaks| peaks.base_bytes.saturating_add(peaks.kept_bytes);
    let all = profile.iter().map(|(.., peaks)| of(peaks));
    all.max().unwrap_or_default()
}

/// What there is.
#[derive(Clone, Copy, Debug)]
struct Room {
    base: u64,
    kept: u64,
    capacity: u64,
    /// Beside each proof, where that has a process of its own.
    process: Option<u64>,
}

impl Room {
    fn circuits(&self, profile: &Profile) -> Vec<CircuitPlan> {
        let sized = |(circuit, sizes): (&str, &BTreeMap<u32, Peaks>)| {
            let planned = sizes
                .keys()
                .map(|&log_rows| self.circuit(circuit, log_rows, sizes));
            planned.collect::<Vec<_>>()
        };
        profile.circuits().flat_map(sized).collect()
    }

    fn cut_overs(&self, profile: &Profile) -> Vec<CutOver> {
        let circuits = profile.circuits();
        circuits
            .map(|(circuit, sizes)| self.cut_over(circuit, sizes))
            .collect()
    }

    fn circuit(&self, circuit: &str, log_rows: u32, sizes: &BTreeMap<u32, Peaks>) -> CircuitPlan {
        let peaks = &at(sizes, log_rows);
        let mode = self.mode(peaks);
        let weight = match mode {
            Mode::InMemory => self.weight(peaks),
            Mode::LowMemory { .. } | Mode::Impossible { .. } => self.capacity,
        };
        let workers = match mode {
            Mode::InMemory => self.capacity / weight.max(1),
            Mode::LowMemory { .. } => 1,
            Mode::Impossible { .. } => 0,
        };
        let expected_peak_bytes = match mode {
            Mode::LowMemory { memory_bytes, .. } => {
                memory_bytes + self.process.map_or(0, |_| self.base)
            }
            _ => self.expected(peaks, workers),
        };
        let budget = weight.saturating_sub(self.process.unwrap_or_default());
        CircuitPlan {
            circuit: circuit.to_owned(),
            log_rows,
            mode,
            weight_bytes: weight,
            workers,
            expected_peak_bytes,
            reserve_bytes: mebibytes(peaks.high_water_bytes).min(budget),
            budget_bytes: budget,
            seconds: match mode {
                Mode::LowMemory { .. } => peaks.low_memory_seconds.max(peaks.seconds),
                Mode::InMemory | Mode::Impossible { .. } => peaks.seconds,
            },
            disk_bytes: peaks.disk_bytes,
        }
    }

    /// The peak with this service's base, and its processes, instead of the measured program's.
    fn expected(&self, peaks: &Peaks, workers: u64) -> u64 {
        let own = Peaks {
            base_bytes: self.base,
            kept_bytes: self.process.map_or(peaks.kept_bytes, |_| 0),
            ..*peaks
        };
        let processes = self.process.unwrap_or_default().saturating_mul(workers);
        own.process_bytes(workers).saturating_add(processes)
    }

    /// What a proof in memory is admitted with.
    fn weight(&self, peaks: &Peaks) -> u64 {
        let process = self.process.unwrap_or_default();
        peaks.weight_bytes().saturating_add(process)
    }

    /// What the process of a proof alone may have, and what it has before that.
    fn of_one(&self) -> (u64, u64) {
        let shared = self.base.saturating_add(self.kept);
        let usable = self.capacity.saturating_add(shared);
        self.process
            .map_or((usable, shared), |process| (self.capacity, process))
    }

    fn mode(&self, peaks: &Peaks) -> Mode {
        if peaks.proof_bytes > 0 && self.weight(peaks) <= self.capacity {
            return Mode::InMemory;
        }
        let (memory, before) = self.of_one();
        let floor = |bytes: u64| mebibytes(bytes.saturating_add(before));
        let floor_bytes = peaks.floor_bytes.map(floor);
        match floor_bytes.filter(|&floor| floor <= memory) {
            Some(floor_bytes) => Mode::LowMemory {
                memory_bytes: memory / MIB * MIB,
                floor_bytes,
            },
            None => Mode::Impossible { floor_bytes },
        }
    }

    fn cut_over(&self, circuit: &str, sizes: &BTreeMap<u32, Peaks>) -> CutOver {
        let modes = (0..=MOST_LOG_ROWS).map(|log_rows| (log_rows, self.mode(&at(sizes, log_rows))));
        let mut in_memory = None;
        let mut low_memory = None;
        for (log_rows, mode) in modes {
            match mode {
                Mode::InMemory => in_memory = Some(log_rows),
                Mode::LowMemory { .. } => low_memory = Some(log_rows),
                Mode::Impossible { .. } => {}
            }
        }
        CutOver {
            circuit: circuit.to_owned(),
            in_memory_log_rows: in_memory,
            low_memory_log_rows: low_memory,
            measured_log_rows: sizes.keys().next_back().copied().unwrap_or_default(),
        }
    }
}

/// What a size takes at most: of each figure that measured, or that of the next smaller size doubled, or else that
/// of the smallest.
fn at(sizes: &BTreeMap<u32, Peaks>, log_rows: u32) -> Peaks {
    let scaled = |figure: fn(&Peaks) -> Option<u64>| {
        let known = |(&size, peaks)| figure(peaks).map(|bytes| (size, bytes));
        let smaller = sizes.range(..=log_rows).rev().find_map(known);
        let (size, bytes) = smaller.or_else(|| sizes.iter().find_map(known))?;
        let times = 1u64.checked_shl(log_rows.saturating_sub(size));
        Some(bytes.saturating_mul(times.unwrap_or(u64::MAX)))
    };
    Peaks {
        proof_bytes: scaled(|peaks| Some(peaks.proof_bytes).filter(|&bytes| bytes > 0))
            .unwrap_or_default(),
        floor_bytes: scaled(|peaks| peaks.floor_bytes),
        ..sizes.get(&log_rows).copied().unwrap_or_default()
    }
}

/// As many whole mebibytes.
fn mebibytes(bytes: u64) -> u64 {
    bytes.checked_next_multiple_of(MIB).unwrap_or(bytes)
}
