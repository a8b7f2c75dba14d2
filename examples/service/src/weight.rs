//! How many bytes a proof takes, before it is made.
#![forbid(unsafe_code)]

use zkarena::Bytes;
use zkarena_pcs::StreamProver;
use zkarena_statements::Statement;

/// Above the estimate, one part of so many: it is within 5 %, and no proof may take more than it reserved.
const IN_MEMORY_MARGIN: u64 = 16;
/// Above the floor of low-memory mode: with more memory it reads less.
const LOW_MEMORY_MARGIN: u64 = 4;
/// The least for any proof: threads of a pool of its own, and the answer.
const LEAST: u64 = 16 << 20;
/// What a process of its own has beside what its proof takes: code, most of which it shares with the service, and what its
/// allocators keep; 17 MiB were seen, without optimisation.
pub(crate) const PROCESS: Bytes = Bytes(24 << 20);

/// What a proof takes, in each mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weights {
    /// By the published prover.
    pub(crate) in_memory: Bytes,
    /// In low-memory mode.
    pub(crate) in_little: Bytes,
    /// Of the process that makes it, beside either; nothing in the service's own.
    pub(crate) process: Bytes,
}

impl Weights {
    /// Of any statement, where proofs are counted and not weighed.
    pub(crate) const ONE: Self = Self {
        in_memory: Bytes(1),
        in_little: Bytes(1),
        process: Bytes(0),
    };

    /// Of a statement, in a process that has so much beside the proof.
    pub(crate) fn of(statement: Statement, process: Bytes) -> Self {
        let peak = statement.estimated_peak_bytes();
        let floor = StreamProver::new(statement).floor_beside().0;
        let above = |bytes: u64, margin: u64| Bytes((bytes + bytes / margin).max(LEAST));
        Self {
            in_memory: above(peak, IN_MEMORY_MARGIN),
            in_little: above(floor, LOW_MEMORY_MARGIN),
            process,
        }
    }

    /// What a proof that takes so much reserves.
    pub(crate) const fn reserved(&self, proof: Bytes) -> Bytes {
        Bytes(proof.0.saturating_add(self.process.0))
    }

    /// The least that is enough.
    pub(crate) fn least(&self) -> Bytes {
        self.reserved(self.in_memory.min(self.in_little))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    #[test]
    fn low_memory_mode_takes_less_from_some_size_on() {
        for (kind, log_rows) in [(Kind::Keccak, 14), (Kind::Poseidon2, 16)] {
            let statement = Statement::new(kind, log_rows).expect("a valid size");
            let weights = Weights::of(statement, Bytes(0));
            assert!(weights.in_little.0 * 3 < weights.in_memory.0, "{weights:?}");
            assert_eq!(weights.least(), weights.in_little);
        }
    }

    #[test]
    fn a_process_of_its_own_comes_on_top() {
        let statement = Statement::new(Kind::Keccak, 12).expect("a valid size");
        let (shared, own) = (
            Weights::of(statement, Bytes(0)),
            Weights::of(statement, PROCESS),
        );
        // The prover is given the same; what is reserved is more.
        assert_eq!(
            (own.in_memory, own.in_little),
            (shared.in_memory, shared.in_little)
        );
        assert_eq!(own.least().0, shared.least().0 + PROCESS.0);
        assert_eq!(own.reserved(Bytes(u64::MAX)), Bytes(u64::MAX));
    }

    #[test]
    fn no_proof_weighs_nothing() {
        let statement = Statement::new(Kind::Keccak, 5).expect("a valid size");
        assert!(Weights::of(statement, Bytes(0)).least().0 >= LEAST);
    }
}
