//! One configuration of Plonky3 over cold caches, a phase for each proof.
//!
//! The DFT keeps the twiddle factors of each size on first use, so what the first phase allocates
//! the later ones read. An allocator that recycles a phase's memory when the phase ends hands those
//! tables out again: under zk-alloc 0.0.9 the later proofs do not verify.
//!
//! The statement is Keccak, at 2^12 and 2^10 rows.
#![forbid(unsafe_code)]

use std::process::Command;

use zkarena::{AllocatorState, PhaseAlloc};
use zkarena_statements::{Kind, Prover, Statement};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// The base-2 logarithms of the rows of proofs made one after the other.
const SEQUENCES: [[usize; 3]; 2] = [[12, 12, 12], [12, 10, 12]];

/// Set in the child: print the transcripts, do not compare them.
const CHILD: &str = "COLD_CACHES_CHILD";

fn prover(log_rows: usize) -> Prover {
    Prover::new(Statement::new(Kind::Keccak, log_rows).expect("a valid size"))
}

/// Proves in a phase, verifies, and returns the digest of the transcript.
fn transcript(prover: &Prover) -> String {
    let proof = zkarena::phase("prove", || prover.prove(prover.generate_trace()));
    let proof = proof.expect("a proof");
    assert_eq!(prover.verify(&proof), Ok(()), "{}", prover.statement());
    proof.transcript_sha256().to_string()
}

/// The transcripts of all sequences: each with one configuration, whose caches are cold at first.
fn with_one_configuration() -> Vec<[String; 3]> {
    let sequence = |sizes: [usize; 3]| {
        let first = prover(sizes[0]);
        sizes.map(|size| transcript(&first.resized(size).expect("a valid size")))
    };
    SEQUENCES.map(sequence).to_vec()
}

/// As [`with_one_configuration`], with a fresh configuration for each proof.
fn with_fresh_configurations() -> Vec<[String; 3]> {
    let sequence = |sizes: [usize; 3]| sizes.map(|size| transcript(&prover(size)));
    SEQUENCES.map(sequence).to_vec()
}

/// The transcripts that this very program makes under `ZKARENA=off`.
fn without_zkarena() -> String {
    let mut command = Command::new(std::env::current_exe().expect("the test binary"));
    command.args(["--exact", "every_proof_verifies", "--nocapture"]);
    let output = command.env("ZKARENA", "off").env(CHILD, "1").output();
    let output = output.expect("the child to start");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the child failed\n{stdout}\n{stderr}"
    );
    stdout
}

#[test]
fn every_proof_verifies() {
    let transcripts = with_one_configuration();
    if std::env::var_os(CHILD).is_some() {
        assert_eq!(zkarena::report().allocator(), AllocatorState::Off);
        println!("\n{transcripts:?}");
        return;
    }
    assert_eq!(zkarena::report().allocator(), AllocatorState::Installed);

    let [[first, second, third], [large, small, large_again]] = [&transcripts[0], &transcripts[1]];
    assert!(
        [second, third, large, large_again]
            .iter()
            .all(|&other| other == first)
    );
    assert_ne!(small, large);
    assert_eq!(with_fresh_configurations(), transcripts);

    let without = without_zkarena();
    let same = without
        .lines()
        .any(|line| line == format!("{transcripts:?}"));
    assert!(
        same,
        "under ZKARENA=off\n{without}\nbut here\n{transcripts:?}"
    );
}
