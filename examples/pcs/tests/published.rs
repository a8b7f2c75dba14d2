//! What the scheme promises: the proofs of the published prover.

use zkarena::zk_phase;
use zkarena_pcs::ArenaProver;
use zkarena_statements::{Kind, Proof, Prover, Statement};

#[zk_phase]
fn arena_proof(statement: Statement) -> Proof {
    let prover = ArenaProver::new(statement);
    let trace = prover.generate_trace(phase);
    prover.prove(trace).expect("a proof")
}

#[test]
fn transcripts_are_those_of_the_published_prover() {
    for kind in Kind::ALL {
        for log_rows in [kind.min_log_rows(), 6, 11] {
            let statement = Statement::new(kind, log_rows).expect("a valid size");
            let published = Prover::new(statement);
            let expected = published
                .prove(published.generate_trace())
                .expect("a proof");
            let proof = arena_proof(statement);
            assert_eq!(published.verify(&proof), Ok(()), "{statement}");
            assert_eq!(
                proof.transcript_sha256(),
                expected.transcript_sha256(),
                "{statement}"
            );
        }
    }
}
