//! Proofs, their size, and the part of them that is the same in every run.

use std::any::Any;
use std::fmt;

use p3_uni_stark as stark;
use postcard::ser_flavors::Size;
use sha2::{Digest, Sha256};

use crate::config::{Config, HashFamily};

/// A proof of a [`Statement`](crate::Statement).
pub struct Proof(pub(crate) Box<dyn Encoded>);

impl Proof {
    /// Bytes it takes when serialised with postcard.
    pub fn encoded_len(&self) -> usize {
        self.0.encoded_len()
    }

    /// Its bytes, serialised with postcard; [`Prover::decode`](crate::Prover::decode) reads them.
    pub fn encode(&self) -> Vec<u8> {
        self.0.encode()
    }

    /// SHA-256 over everything before FRI's proof-of-work grind: the commitments to trace and
    /// quotient, the opened values, the commitments of FRI's commit phase and the final polynomial,
    /// serialised with postcard.
    ///
    /// It is the same on any number of threads and under any allocator. The grind is not: it takes
    /// the first witness any thread finds, and the query positions follow from that.
    pub fn transcript_sha256(&self) -> TranscriptDigest {
        TranscriptDigest(self.0.transcript_sha256())
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("encoded_len", &self.encoded_len())
            .finish_non_exhaustive()
    }
}

/// Bytes that are no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They are not such a structure, or not all of it.
    #[error("these bytes are no proof: {0}")]
    Unreadable(postcard::Error),
    /// More follows.
    #[error("behind the proof are {0} bytes too many")]
    Longer(usize),
}

/// The SHA-256 of a transcript; prints in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TranscriptDigest(pub [u8; 32]);

impl fmt::Display for TranscriptDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = self;
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TranscriptDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What can be asked of a proof whose hash family is forgotten.
pub(crate) trait Encoded: Any + Send + Sync {
    /// See [`Proof::encoded_len`].
    fn encoded_len(&self) -> usize;
    /// See [`Proof::encode`].
    fn encode(&self) -> Vec<u8>;
    /// See [`Proof::transcript_sha256`].
    fn transcript_sha256(&self) -> [u8; 32];
}

/// A proof of p3-uni-stark over a hash family.
pub struct StarkProof<H: HashFamily>(pub stark::Proof<Config<H>>);

impl<H: HashFamily> StarkProof<H> {
    /// Reads what [`Proof::encode`] wrote, and nothing behind it.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match postcard::take_from_bytes(bytes) {
            Ok((proof, [])) => Ok(Self(proof)),
            Ok((_, rest)) => Err(DecodeError::Longer(rest.len())),
            Err(error) => Err(DecodeError::Unreadable(error)),
        }
    }
}

impl<H: HashFamily> From<StarkProof<H>> for Proof {
    fn from(proof: StarkProof<H>) -> Self {
        Self(Box::new(proof))
    }
}

impl<H: HashFamily> fmt::Debug for StarkProof<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StarkProof").finish_non_exhaustive()
    }
}

const PLAIN_DATA: &str = "a proof is plain data of known length";

impl<H: HashFamily> Encoded for StarkProof<H> {
    fn encoded_len(&self) -> usize {
        postcard::serialize_with_flavor(&self.0, Size::default()).expect(PLAIN_DATA)
    }

    fn encode(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.0).expect(PLAIN_DATA)
    }

    fn transcript_sha256(&self) -> [u8; 32] {
        let stark::Proof {
            commitments,
            opened_values,
            opening_proof: fri,
            ..
        } = &self.0;
        let transcript = (
            commitments,
            opened_values,
            &fri.commit_phase_commits,
            &fri.final_poly,
        );
        let bytes = postcard::to_allocvec(&transcript).expect(PLAIN_DATA);
        Sha256::digest(bytes).into()
    }
}
