//! Proofs in memory of their own: what the rest of the process takes meanwhile is none of it.

use std::hint::black_box;

use zkarena::Bytes;
use zkarena::plonky3::{LowMemory, LowMemoryError};
use zkarena_pcs::StreamProver;
use zkarena_statements::{Kind, Statement};

const MIB: u64 = 1 << 20;

#[test]
fn what_others_take_is_not_the_proofs() {
    let statement = Statement::new(Kind::Keccak, 11).expect("a valid size");
    let prover = StreamProver::new(statement);
    let floor = prover.floor_beside();
    let (of_all, own) = (LowMemory::new(prover.floor()), LowMemory::beside(floor));
    // As another proof that begins between the look and the proof.
    let others = black_box(vec![1u8; 64 << 20]);
    let refused = prover.prove_within(&of_all);
    assert!(matches!(refused, Err(LowMemoryError::Memory { .. })));
    let (proof, stats) = prover.prove_within(&own).expect("a proof");
    assert_eq!(prover.verify(&proof), Ok(()));
    assert!(stats.written_bytes > 0, "in {}", own.memory());
    drop(others);

    let less = LowMemory::beside(Bytes(floor.0 - MIB));
    let Err(LowMemoryError::Memory { floor: told, .. }) = prover.prove_within(&less) else {
        panic!("a proof in less than {floor}");
    };
    assert_eq!((told, prover.floor_beside()), (floor, floor));
}
