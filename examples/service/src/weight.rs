//! How many bytes a proof takes, before it is made.
#![forbid(unsafe_code)]

use crate::prove::resident;
use zkarena::Bytes;
use zkarena_pcs::StreamProver;
use zkarena_statements::Statement;

/// Above the estimate, one part of so many: it is within 5 %, and a permit must not be less than what is taken.
const IN_MEMORY_MARGIN: u64 = 16;
/// Above the floor of low-memory mode: with more memory it reads less.
const LOW_MEMORY_MARGIN: u64 = 4;
/// The least for any proof: threads of a pool of its own, and the answer.
const LEAST: u64 = 16 << 20;
/// How often resident memory is read until it stands still.
const TRIES: u32 = 16;

/// What a proof by the published prover takes.
pub(crate) fn in_memory(statement: Statement) -> Bytes {
    let peak = statement.estimated_peak_bytes();
    Bytes((peak + peak / IN_MEMORY_MARGIN).max(LEAST))
}

/// What a proof in low-memory mode takes.
pub(crate) fn in_little(statement: Statement) -> Bytes {
    let least = least(&StreamProver::new(statement));
    Bytes((least + least / LOW_MEMORY_MARGIN).max(LEAST))
}

/// The prover's floor, without what the process has already; of other proofs, which come and go meanwhile.
fn least(prover: &StreamProver) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..TRIES {
        let before = resident();
        let floor = prover.floor().0;
        let after = resident();
        least = floor.saturating_sub(before.min(after));
        if before == after {
            break;
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkarena_statements::Kind;

    #[test]
    fn low_memory_mode_takes_less_from_some_size_on() {
        for (kind, log_rows) in [(Kind::Keccak, 14), (Kind::Poseidon2, 16)] {
            let statement = Statement::new(kind, log_rows).expect("a valid size");
            let (all, little) = (in_memory(statement), in_little(statement));
            assert!(little.0 * 3 < all.0, "{statement}: {little} of {all}");
        }
    }

    #[test]
    fn no_proof_weighs_nothing() {
        let statement = Statement::new(Kind::Keccak, 5).expect("a valid size");
        assert!(in_memory(statement).0 >= LEAST && in_little(statement).0 >= LEAST);
    }
}
