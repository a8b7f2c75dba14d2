//! What programs rely on: every statement proves and verifies, and its transcript is reproducible.

use rayon::ThreadPoolBuilder;
use zkarena_statements::{DecodeError, Kind, Proof, ProveError, Prover, Statement, VerifyError};

fn prover(kind: Kind, log_rows: usize) -> Prover {
    Prover::new(Statement::new(kind, log_rows).expect("a valid size"))
}

fn proof(prover: &Prover) -> Proof {
    let proof = prover.prove(prover.generate_trace()).expect("a proof");
    assert_eq!(prover.verify(&proof), Ok(()));
    proof
}

#[test]
fn the_smallest_sizes_prove_and_verify() {
    for kind in Kind::ALL {
        let smallest = kind.min_log_rows();
        for log_rows in [smallest, smallest + 1] {
            assert!(proof(&prover(kind, log_rows)).encoded_len() > kind.columns());
        }
    }
}

#[test]
fn transcripts_do_not_depend_on_threads() {
    let on_threads = |threads, prover: &Prover| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("a thread pool");
        pool.install(|| proof(prover).transcript_sha256())
    };
    for kind in Kind::ALL {
        let prover = prover(kind, 6);
        let digest = on_threads(1, &prover);
        assert_eq!(on_threads(2, &prover), digest, "{kind}");
        assert_eq!(on_threads(2, &prover), digest, "{kind}, warm caches");
    }
}

#[test]
fn sizes_share_one_configuration() {
    let large = prover(Kind::Poseidon2, 6);
    let small = large.resized(3).expect("a valid size");
    let digests = [&large, &small, &large].map(|prover| proof(prover).transcript_sha256());
    assert_eq!(digests[0], digests[2]);
    assert_ne!(digests[0], digests[1]);
    assert!(large.resized(99).is_err());
}

#[test]
fn statements_are_not_mixed_up() {
    let keccak = prover(Kind::Keccak, 5);
    let poseidon2 = prover(Kind::Poseidon2, 5);
    let blake3 = prover(Kind::Blake3, 5);

    let foreign_trace = keccak.prove(poseidon2.generate_trace());
    assert!(matches!(foreign_trace, Err(ProveError::OtherStatement)));

    let proof = proof(&keccak);
    assert_eq!(poseidon2.verify(&proof), Err(VerifyError::OtherStatement));
    let taller = keccak.resized(6).expect("a valid size");
    assert_eq!(taller.verify(&proof), Err(VerifyError::OtherStatement));
    let same_hash = blake3.verify(&proof);
    assert!(matches!(same_hash, Err(VerifyError::Rejected(_))));
}

#[test]
fn proofs_travel_as_bytes() {
    for kind in Kind::ALL {
        let (prover, other) = (prover(kind, 5), prover(kind, 6));
        let proof = proof(&prover);
        let bytes = proof.encode();
        assert_eq!(bytes.len(), proof.encoded_len());

        let read = prover.decode(&bytes).expect("what was written");
        assert_eq!(read.transcript_sha256(), proof.transcript_sha256());
        assert_eq!(prover.verify(&read), Ok(()));
        assert_eq!(other.verify(&read), Err(VerifyError::OtherStatement));

        let longer = [&bytes[..], b"more"].concat();
        assert_eq!(prover.decode(&longer).err(), Some(DecodeError::Longer(4)));
        for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let cut = prover.decode(&bytes[..cut]).err();
            assert!(matches!(cut, Some(DecodeError::Unreadable(_))), "{cut:?}");
        }
    }
}
