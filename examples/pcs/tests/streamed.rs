//! What streaming promises: the proofs of the published prover, from a file.

use zkarena::plonky3::{StreamError, Tiling};
use zkarena::{Bytes, Store, StoreError, StorePlan};
use zkarena_pcs::StreamProver;
use zkarena_statements::{Kind, Prover, Statement};

fn plain() -> Store {
    StorePlan::new().open().expect("a store")
}

/// Whether a streamed proof is verified, and has the transcript of the published prover.
fn streams_like_the_published_prover(kind: Kind, log_rows: usize, tiling: Tiling, store: &Store) {
    let statement = Statement::new(kind, log_rows).expect("a valid size");
    let published = Prover::new(statement);
    let expected = published
        .prove(published.generate_trace())
        .expect("a proof");
    let proof = StreamProver::new(statement).prove(store, tiling);
    let proof = proof.expect("a proof");
    assert_eq!(published.verify(&proof), Ok(()), "{statement}, {tiling:?}");
    assert_eq!(
        proof.transcript_sha256(),
        expected.transcript_sha256(),
        "{statement}, {tiling:?}"
    );
    assert!(store.stats().written_bytes > 0);
    store.trim();
    assert_eq!(store.stats().disk_bytes, 0, "nothing is left in the file");
}

/// Many bands and windows.
const SMALL: Tiling = Tiling {
    log_columns: 3,
    log_rows: 4,
    narrow: false,
};

#[test]
fn keccak_at_all_small_sizes() {
    for log_rows in 5..=10 {
        streams_like_the_published_prover(Kind::Keccak, log_rows, Tiling::default(), &plain());
    }
    streams_like_the_published_prover(Kind::Keccak, 5, SMALL, &plain());
}

#[test]
fn from_an_encrypted_file() {
    let store = StorePlan::new().encrypt().open().expect("a store");
    streams_like_the_published_prover(Kind::Keccak, 5, Tiling::default(), &store);
}

#[test]
fn other_statements_and_hashes() {
    for kind in [Kind::Poseidon2, Kind::Blake3] {
        for log_rows in [kind.min_log_rows(), 7] {
            streams_like_the_published_prover(kind, log_rows, Tiling::default(), &plain());
        }
    }
}

#[test]
fn without_room_there_is_an_error_and_no_proof() {
    let statement = Statement::new(Kind::Keccak, 7).expect("a valid size");
    let prover = StreamProver::new(statement);
    // As it is the trace takes 1.3 MiB, its extension twice that, and that of the quotient little.
    let tiling = Tiling {
        narrow: false,
        ..Tiling::default()
    };
    for mebibytes in [1, 2, 3] {
        let plan = StorePlan::new().disk(Bytes(mebibytes << 20));
        let refused = prover.prove(&plan.open().expect("a store"), tiling);
        let Err(p3_uni_stark::ProvingError::Pcs { source, .. }) = refused else {
            panic!("a proof in {mebibytes} MiB");
        };
        assert!(matches!(
            source,
            StreamError::Store(StoreError::Budget { .. })
        ));
    }
    let plan = StorePlan::new().disk(Bytes(5 << 20));
    let proof = prover.prove(&plan.open().expect("a store"), tiling);
    assert_eq!(prover.verify(&proof.expect("a proof")), Ok(()));
}

#[test]
fn on_one_to_four_threads() {
    for threads in 1..=4 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().expect("threads").install(|| {
            for tiling in [Tiling::default(), SMALL] {
                streams_like_the_published_prover(Kind::Keccak, 6, tiling, &plain());
            }
        });
    }
}
