//! The one prover behind every statement.

use std::any::Any;
use std::fmt;

use p3_air::{Air, DebugConstraintBuilder};
use p3_matrix::dense::RowMajorMatrix;
use p3_uni_stark::{QuotientAir, StarkGenericConfig, VerifierConstraintFolder, prove, verify};

use crate::config::{Config, HashFamily, Val, config};
use crate::input::SEED;
use crate::proof::{DecodeError, Encoded, StarkProof};
use crate::{Proof, ProveError, VerifyError};

/// What tells one statement from another.
pub trait Workload: Send + Sync + 'static {
    /// The hash of the Merkle trees and of the transcript.
    type Hash: HashFamily;
    /// The constraints.
    type Air: ProverAir<Config<Self::Hash>> + Send + Sync;

    /// The constraints; they do not depend on the size.
    fn air() -> Self::Air;
    /// The trace of `2^log_rows` rows about preimages from `seed`, in a buffer with room for its LDE.
    fn trace_from(seed: u64, log_rows: usize) -> RowMajorMatrix<Val>;
    /// The trace that programs compare: the same in every call.
    fn trace(log_rows: usize) -> RowMajorMatrix<Val> {
        Self::trace_from(SEED, log_rows)
    }
    /// How many rows [`trace_pieces`](Self::trace_pieces) hands over at a time.
    fn piece_rows(log_rows: usize) -> usize {
        PIECE_ROWS.min(1 << log_rows)
    }
    /// Hand the rows of that trace to `take`, from top to bottom, some at a time or all at once.
    fn trace_pieces(log_rows: usize, take: &mut dyn FnMut(Vec<Val>));
}

/// Rows that a trace is handed over by, if it comes in pieces: they stay in a cache.
pub(crate) const PIECE_ROWS: usize = 256;

/// Constraints that p3-uni-stark can prove and verify, and check row by row in builds with debug
/// assertions.
pub trait ProverAir<C: StarkGenericConfig>:
    QuotientAir<C>
    + for<'a> Air<VerifierConstraintFolder<'a, C>>
    + for<'a> Air<DebugConstraintBuilder<'a, p3_uni_stark::Val<C>>>
{
}

impl<C, A> ProverAir<C> for A
where
    C: StarkGenericConfig,
    A: QuotientAir<C>
        + for<'a> Air<VerifierConstraintFolder<'a, C>>
        + for<'a> Air<DebugConstraintBuilder<'a, p3_uni_stark::Val<C>>>,
{
}

/// A prover whose field, hash and constraints are forgotten.
pub(crate) trait Backend: Send + Sync {
    /// The trace of `2^log_rows` rows.
    fn trace(&self, seed: u64, log_rows: usize) -> RowMajorMatrix<Val>;
    /// Prove a trace.
    fn prove(&self, trace: RowMajorMatrix<Val>) -> Result<Box<dyn Encoded>, ProveError>;
    /// Read the bytes of a proof.
    fn decode(&self, bytes: &[u8]) -> Result<Box<dyn Encoded>, DecodeError>;
    /// Verify a proof about `2^log_rows` rows.
    fn verify(&self, proof: &dyn Encoded, log_rows: usize) -> Result<(), VerifyError>;
}

/// A configuration, with the twiddle factors it has cached so far, and constraints.
pub struct Engine<W: Workload> {
    config: Config<W::Hash>,
    air: W::Air,
}

impl<W: Workload> Engine<W> {
    /// An engine with cold caches.
    #[expect(
        clippy::new_without_default,
        reason = "a default would hide that it builds caches"
    )]
    pub fn new() -> Self {
        Self {
            config: config::<W::Hash>(),
            air: W::air(),
        }
    }

    /// The constraints.
    pub const fn air(&self) -> &W::Air {
        &self.air
    }

    /// Verify a proof about `2^log_rows` rows.
    ///
    /// # Errors
    /// As [`Prover::verify`](crate::Prover::verify).
    pub fn verify(&self, proof: &Proof, log_rows: usize) -> Result<(), VerifyError> {
        Backend::verify(self, &*proof.0, log_rows)
    }
}

impl<W: Workload> fmt::Debug for Engine<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl<W: Workload> Backend for Engine<W> {
    fn trace(&self, seed: u64, log_rows: usize) -> RowMajorMatrix<Val> {
        W::trace_from(seed, log_rows)
    }

    fn prove(&self, trace: RowMajorMatrix<Val>) -> Result<Box<dyn Encoded>, ProveError> {
        let proof = prove(&self.config, &self.air, trace, &[])?;
        Ok(Box::new(StarkProof::<W::Hash>(proof)))
    }

    fn decode(&self, bytes: &[u8]) -> Result<Box<dyn Encoded>, DecodeError> {
        Ok(Box::new(StarkProof::<W::Hash>::decode(bytes)?))
    }

    fn verify(&self, proof: &dyn Encoded, log_rows: usize) -> Result<(), VerifyError> {
        // The verifier of p3-uni-stark takes the height from the proof; the statement fixes it.
        let StarkProof(proof) = (proof as &dyn Any)
            .downcast_ref::<StarkProof<W::Hash>>()
            .filter(|StarkProof(proof)| proof.degree_bits == log_rows)
            .ok_or(VerifyError::OtherStatement)?;
        verify(&self.config, &self.air, proof, &[])
            .map_err(|error| VerifyError::Rejected(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use p3_field::PrimeCharacteristicRing;

    use super::*;
    use crate::blake3::Blake3;
    use crate::config::Challenge;
    use crate::keccak::{Keccak, MIN_LOG_ROWS as LOG_ROWS};
    use crate::poseidon2::Poseidon2;

    type Tampering<H> = fn(&mut p3_uni_stark::Proof<Config<H>>);

    /// One change in each part of a proof.
    fn tamperings<H: HashFamily>() -> [Tampering<H>; 5] {
        [
            |proof| proof.commitments.quotient_chunks = proof.commitments.trace.clone(),
            |proof| proof.opened_values.trace_local[0] += Challenge::ONE,
            |proof| proof.opening_proof.commit_phase_commits.reverse(),
            |proof| proof.opening_proof.final_poly[0] += Challenge::ONE,
            |proof| proof.opening_proof.input_openings[0].opened_values[0][0][0] += Val::ONE,
        ]
    }

    fn rejects_tampering<W: Workload>() {
        let engine = Engine::<W>::new();
        let proof = prove(&engine.config, &engine.air, W::trace(LOG_ROWS), &[]).expect("a proof");
        let bytes = postcard::to_allocvec(&proof).expect("plain data");
        let read_back = || StarkProof::<W::Hash>(postcard::from_bytes(&bytes).expect("plain data"));

        assert_eq!(Backend::verify(&engine, &read_back(), LOG_ROWS), Ok(()));
        for tamper in tamperings::<W::Hash>() {
            let mut proof = read_back();
            tamper(&mut proof.0);
            let verdict = Backend::verify(&engine, &proof, LOG_ROWS);
            assert!(matches!(verdict, Err(VerifyError::Rejected(_))));
        }
    }

    #[test]
    fn keccak_rejects_tampering() {
        rejects_tampering::<Keccak>();
    }

    #[test]
    fn poseidon2_rejects_tampering() {
        rejects_tampering::<Poseidon2>();
    }

    #[test]
    fn blake3_rejects_tampering() {
        rejects_tampering::<Blake3>();
    }

    #[test]
    fn the_transcript_ends_before_the_grind() {
        let engine = Engine::<Keccak>::new();
        let proof = prove(&engine.config, &engine.air, Keccak::trace(LOG_ROWS), &[]);
        let mut proof = StarkProof::<<Keccak as Workload>::Hash>(proof.expect("a proof"));
        let digest = proof.transcript_sha256();

        let fri = &mut proof.0.opening_proof;
        fri.query_pow_witness += Val::ONE;
        fri.input_openings.clear();
        fri.commit_phase_openings.clear();
        assert_eq!(proof.transcript_sha256(), digest);

        for tamper in &tamperings::<<Keccak as Workload>::Hash>()[..4] {
            let before = proof.transcript_sha256();
            tamper(&mut proof.0);
            assert_ne!(proof.transcript_sha256(), before);
        }
    }
}
