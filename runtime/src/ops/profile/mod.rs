//! What real runs took, kept in a file: what a plan is made from.
#![forbid(unsafe_code)]

mod file;

pub use file::ProfileError;

use crate::layout::PAGE;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Thousandths of the greatest memory seen that a proof is planned with.
const PLANNED: u64 = 1100;

/// Thousandths of it that the same proof takes beside others: they leave gaps between each other's blocks.
const EXPECTED: u64 = 1015;

/// What runs of one circuit at one size took: of each figure the greatest of all runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Peaks {
    /// Proofs that were measured.
    pub runs: u64,
    /// Threads that proved.
    pub threads: u64,
    /// RSS of the process before its first proof.
    pub base_bytes: u64,
    /// What proofs leave to those after them: twiddle factors, code that was read, stacks.
    pub kept_bytes: u64,
    /// What one proof adds to both at its peak; 0 if it was made in low-memory mode only.
    pub proof_bytes: u64,
    /// Greatest high-water mark of the root phase of a proof.
    pub high_water_bytes: u64,
    /// Seconds of a proof.
    pub seconds: f64,
    /// Seconds of a proof in low-memory mode; 0 if there was none.
    pub low_memory_seconds: f64,
    /// What a proof in low-memory mode takes at least, beyond the RSS before it; `None` if it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor_bytes: Option<u64>,
    /// What a proof in low-memory mode had on the disk; `None` if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_bytes: Option<u64>,
}

impl Peaks {
    /// The peak RSS that a process is expected to have that makes so many proofs at once: as measured, and
    /// 1.5 % of the proofs, for the gaps that they leave between each other.
    ///
    /// ```
    /// use zkarena::ops::Peaks;
    /// let peaks = Peaks { base_bytes: 5 << 20, kept_bytes: 3 << 20, proof_bytes: 600 << 20, ..Peaks::default() };
    /// assert_eq!(peaks.process_bytes(2), (5 + 3 + 1218) << 20);
    /// ```
    pub const fn process_bytes(&self, workers: u64) -> u64 {
        let shared = self.base_bytes.saturating_add(self.kept_bytes);
        let proof = thousandths(self.proof_bytes, EXPECTED);
        shared.saturating_add(proof.saturating_mul(workers))
    }

    /// What a proof is admitted with: the most that one added, and 10 %, in whole pages.
    pub const fn weight_bytes(&self) -> u64 {
        let planned = thousandths(self.proof_bytes, PLANNED);
        match planned.checked_next_multiple_of(PAGE as u64) {
            Some(pages) => pages,
            None => planned,
        }
    }

    /// Takes the runs of `other` in.
    fn merge(&mut self, other: &Self) {
        *self = Self {
            runs: self.runs.saturating_add(other.runs),
            threads: self.threads.max(other.threads),
            base_bytes: self.base_bytes.max(other.base_bytes),
            kept_bytes: self.kept_bytes.max(other.kept_bytes),
            proof_bytes: self.proof_bytes.max(other.proof_bytes),
            high_water_bytes: self.high_water_bytes.max(other.high_water_bytes),
            seconds: self.seconds.max(other.seconds),
            low_memory_seconds: self.low_memory_seconds.max(other.low_memory_seconds),
            floor_bytes: self.floor_bytes.max(other.floor_bytes),
            disk_bytes: self.disk_bytes.max(other.disk_bytes),
        };
    }
}

/// Peaks of real runs, by circuit and size; what [`Planner`](crate::ops::Planner) plans from.
///
/// ```
/// use zkarena::ops::{Peaks, Profile};
///
/// let mut profile = Profile::new();
/// for proof_bytes in [600 << 20, 640 << 20] {
///     profile.record("keccak", 15, &Peaks { runs: 1, proof_bytes, ..Peaks::default() });
/// }
/// let peaks = profile.get("keccak", 15).expect("recorded");
/// assert_eq!((peaks.runs, peaks.proof_bytes), (2, 640 << 20));
/// assert_eq!(peaks.weight_bytes(), 704 << 20); // the greatest, and 10 %
/// ```
///
/// It says what was measured on one machine with one build: another number of threads, another allocator
/// or another release of the prover takes runs of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    circuits: BTreeMap<String, BTreeMap<u32, Peaks>>,
}

impl Profile {
    /// One without runs.
    pub const fn new() -> Self {
        Self {
            circuits: BTreeMap::new(),
        }
    }

    /// Takes runs in.
    pub fn record(&mut self, circuit: &str, log_rows: u32, peaks: &Peaks) {
        let sizes = self.circuits.entry(circuit.to_owned()).or_default();
        sizes.entry(log_rows).or_default().merge(peaks);
    }

    /// Takes all runs of another profile in.
    pub fn merge(&mut self, other: &Self) {
        for (circuit, log_rows, peaks) in other.iter() {
            self.record(circuit, log_rows, peaks);
        }
    }

    /// What runs of a circuit at a size took, if there were any.
    pub fn get(&self, circuit: &str, log_rows: u32) -> Option<&Peaks> {
        self.circuits.get(circuit)?.get(&log_rows)
    }

    /// All circuits and sizes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32, &Peaks)> {
        self.circuits.iter().flat_map(|(circuit, sizes)| {
            let sized = move |(&log_rows, peaks)| (circuit.as_str(), log_rows, peaks);
            sizes.iter().map(sized)
        })
    }

    /// Whether there were no runs.
    pub fn is_empty(&self) -> bool {
        self.circuits.is_empty()
    }

    /// The sizes of each circuit.
    pub(super) fn circuits(&self) -> impl Iterator<Item = (&str, &BTreeMap<u32, Peaks>)> {
        let named = self.circuits.iter();
        named.map(|(circuit, sizes)| (circuit.as_str(), sizes))
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// [`ProfileError`], one line: the file cannot be read, or is no profile.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ProfileError> {
        file::load(path.as_ref())
    }

    /// Takes the runs of a file in, and puts all of them in its place: whoever reads it meanwhile reads the one
    /// or the other. There need be no such file yet. Several processes may do so at the same time.
    ///
    /// ```
    /// use zkarena::ops::{Peaks, Profile};
    ///
    /// let path = std::env::temp_dir().join(format!("profile-{}.json", std::process::id()));
    /// let mut run = Profile::new();
    /// run.record("keccak", 15, &Peaks { runs: 1, proof_bytes: 640 << 20, ..Peaks::default() });
    /// run.merge_into(&path)?;
    /// run.merge_into(&path)?;
    /// assert_eq!(Profile::load(&path)?.get("keccak", 15).map(|peaks| peaks.runs), Some(2));
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ProfileError`]; then the file is as it was.
    pub fn merge_into(&self, path: impl AsRef<Path>) -> Result<(), ProfileError> {
        file::merge_into(self, path.as_ref())
    }
}

/// So many thousandths, rounded up; at most what there can be.
const fn thousandths(bytes: u64, count: u64) -> u64 {
    let (thousands, rest) = (bytes / 1000, bytes % 1000);
    let rest = (rest * count).div_ceil(1000);
    thousands.saturating_mul(count).saturating_add(rest)
}
