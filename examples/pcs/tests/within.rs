//! Proofs in a given memory: one test, as what is resident is the process's.

use zkarena::{Bytes, StoreStats};
use zkarena_pcs::{LowMemory, LowMemoryError, StreamProver};
use zkarena_statements::{Kind, Statement};

#[test]
fn too_little_memory_is_an_error_and_enough_is_a_proof() {
    let statement = Statement::new(Kind::Keccak, 11).expect("a valid size");
    let prover = StreamProver::new(statement);
    let refused = prover.prove_within(&LowMemory::new(Bytes(1 << 20)));
    assert!(matches!(refused, Err(LowMemoryError::Memory { .. })));
    for settings in [|low| low, |low: LowMemory| low.plain().wide()] {
        // What is resident is more after each proof.
        let low: LowMemory = settings(LowMemory::new(prover.floor()));
        let (proof, stats) = prover.prove_within(&low).expect("a proof");
        assert_eq!(prover.verify(&proof), Ok(()));
        assert!(stats.written_bytes > 0, "in {}", low.memory());
    }
    // What fits touches no disk.
    let plenty = LowMemory::new(Bytes(4 << 30));
    let (proof, stats) = prover.prove_within(&plenty).expect("a proof");
    assert_eq!(prover.verify(&proof), Ok(()));
    assert_eq!(stats, StoreStats::default());
}
