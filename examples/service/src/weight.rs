//! How many bytes a proof takes, before it is made.
#![forbid(unsafe_code)]

use crate::prove::resident;
use zkarena::Bytes;
use zkarena_pcs::StreamProver;
use zkarena_statements::Statement;

/// Above the estimate, one part of so many: it is within 5 %, and no proof may take more than it reserved.
const IN_MEMORY_MARGIN: u64 = 16;
/// Above the floor of low-memory mode: with more memory it reads less.
const LOW_MEMORY_MARGIN: u64 = 4;
/// The least for any proof: threads of a pool of its own, and the answer.
const LEAST: u64 = 16 << 20;
/// How often resident memory is read until it stands still.
const TRIES: u32 = 16;

/// What a proof takes, in each mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weights {
    /// By the published prover.
    pub(crate) in_memory: Bytes,
    /// In low-memory mode.
    pub(crate) in_little: Bytes,
}

impl Weights {
    /// Of any statement, where proofs are counted and not weighed.
    pub(crate) const ONE: Self = Self {
        in_memory: Bytes(1),
        in_little: Bytes(1),
    };

    /// Of a statement.
    pub(crate) fn of(statement: Statement) -> Self {
        let peak = statement.estimated_peak_bytes();
        let floor = floor(&StreamProver::new(statement));
        let above = |bytes: u64, margin: u64| Bytes((bytes + bytes / margin).max(LEAST));
        Self {
            in_memory: above(peak, IN_MEMORY_MARGIN),
            in_little: above(floor, LOW_MEMORY_MARGIN),
        }
    }

    /// The least that is enough.
    pub(crate) fn least(&self) -> Bytes {
        self.in_memory.min(self.in_little)
    }
}

/// The prover's floor, without what the process has already: other proofs come and go meanwhile.
fn floor(prover: &StreamProver) -> u64 {
    let mut floor = u64::MAX;
    for _ in 0..TRIES {
        let before = resident();
        let with_resident = prover.floor().0;
        let after = resident();
        floor = with_resident.saturating_sub(before.min(after));
        if before == after {
            break;
        }
    }
    floor
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    #[test]
    fn low_memory_mode_takes_less_from_some_size_on() {
        for (kind, log_rows) in [(Kind::Keccak, 14), (Kind::Poseidon2, 16)] {
            let statement = Statement::new(kind, log_rows).expect("a valid size");
            let weights = Weights::of(statement);
            assert!(weights.in_little.0 * 3 < weights.in_memory.0, "{weights:?}");
            assert_eq!(weights.least(), weights.in_little);
        }
    }

    #[test]
    fn no_proof_weighs_nothing() {
        let statement = Statement::new(Kind::Keccak, 5).expect("a valid size");
        assert!(Weights::of(statement).least().0 >= LEAST);
    }
}
