//! Proofs in a given memory.
#![forbid(unsafe_code)]

use super::budget::Size;
use super::error::StreamError;
use super::mmcs::StreamTree;
use super::pcs::StreamPcs;
use super::rows::RowSource;
use super::sponge::{digest_bytes, row_state_bytes};
use super::within::{LowMemory, LowMemoryError};
use crate::plain::Plain;
use crate::plonky3::scheme::Scheme;
use crate::size::Bytes;
use crate::store::StoreStats;
use p3_air::{Air, DebugConstraintBuilder};
use p3_challenger::{CanObserve, CanSample, FieldChallenger, GrindingChallenger};
use p3_commit::Mmcs;
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{ExtensionField, PrimeField64, TwoAdicField};
use p3_fri::{FriProverError, TwoAdicFriPcs};
use p3_uni_stark::{Proof, ProvingError, QuotientAir, StarkConfig, StarkGenericConfig, Val, prove};

/// The configuration whose proofs these are, and which verifies them.
pub type PublishedConfig<F, EF, Dft, M, FriM, C> =
    StarkConfig<TwoAdicFriPcs<F, Dft, M, FriM>, EF, C>;

/// The configuration of one proof over a store.
pub type StreamConfig<'s, F, EF, Dft, T, FriM, C> =
    StarkConfig<StreamPcs<'s, F, Dft, T, FriM>, EF, C>;

/// Constraints that `p3_uni_stark::prove` takes, with or without debug assertions.
pub trait ProverAir<C: StarkGenericConfig>:
    QuotientAir<C> + for<'a> Air<DebugConstraintBuilder<'a, Val<C>>>
{
}

impl<C, A> ProverAir<C> for A
where
    C: StarkGenericConfig,
    A: QuotientAir<C> + for<'a> Air<DebugConstraintBuilder<'a, Val<C>>>,
{
}

/// Transcripts that `p3_uni_stark::prove` takes, with a tree `M` for rows and another for FRI.
pub trait Transcript<F, EF, M: Mmcs<F>, FriM: Mmcs<EF>>:
    FieldChallenger<F>
    + GrindingChallenger<Witness = F>
    + CanObserve<M::Commitment>
    + CanObserve<FriM::Commitment>
    + CanSample<EF>
    + Clone
where
    F: TwoAdicField + PrimeField64,
    EF: ExtensionField<F>,
{
}

impl<F, EF, M, FriM, C> Transcript<F, EF, M, FriM> for C
where
    F: TwoAdicField + PrimeField64,
    EF: ExtensionField<F>,
    M: Mmcs<F>,
    FriM: Mmcs<EF>,
    C: FieldChallenger<F>
        + GrindingChallenger<Witness = F>
        + CanObserve<M::Commitment>
        + CanObserve<FriM::Commitment>
        + CanSample<EF>
        + Clone,
{
}

/// Prove the rows of a trace in a given memory: as `p3_uni_stark::prove` does if that is enough for it;
/// otherwise what does not fit is in a store, whose statistics are returned, too: of this proof, but peaks of
/// all that were made with `low`.
///
/// The proof is that of the published prover with `StarkConfig::new(pcs, challenger)`, where `pcs` is the
/// `TwoAdicFriPcs` of the parts of `scheme`: the published verifier takes it. `tree` is the tree of `scheme` in
/// parts. A complete example is `runtime/examples/plonky3_lowmem.rs`: `cargo run --release -p zkarena --features
/// plonky3 --example plonky3_lowmem`.
///
/// What it does not do: preprocessed columns, hiding commitments, a grind before the out-of-domain point.
/// Memory is estimated: what `rows` and other threads of the process have is not known, beyond what is
/// resident at the start.
///
/// # Errors
/// [`LowMemoryError::Memory`] below [`least_memory`] or [`least_memory_beside`]; those of opening a store, and of [`prove_streamed`].
///
/// # Panics
/// If `rows` are not as wide as `air`, or not as many as they say; as `p3_uni_stark::prove`.
#[expect(
    clippy::type_complexity,
    reason = "a proof is named after all parts of its scheme"
)]
pub fn prove_lowmem<'s, F, EF, Dft, T, FriM, C, A>(
    scheme: &'s Scheme<F, Dft, T::Published, FriM>,
    tree: &'s T,
    challenger: C,
    air: &A,
    rows: impl RowSource<F>,
    public_values: &[F],
    low: &LowMemory,
) -> Result<
    (
        Proof<PublishedConfig<F, EF, Dft, T::Published, FriM, C>>,
        StoreStats,
    ),
    LowMemoryError,
>
where
    F: TwoAdicField + PrimeField64 + Plain,
    EF: ExtensionField<F>,
    Dft: TwoAdicSubgroupDft<F>,
    T: StreamTree<F, Published: Mmcs<F, MultiProof: Sync, Error: Sync>>,
    FriM: Mmcs<EF>,
    C: Transcript<F, EF, T::Published, FriM>,
    A: ProverAir<PublishedConfig<F, EF, Dft, T::Published, FriM, C>>
        + ProverAir<StreamConfig<'s, F, EF, Dft, T, FriM, C>>,
{
    let size = size::<F, EF, Dft, T, FriM>(scheme, &rows);
    let Some(chosen) = low.choose(&size)? else {
        let proof = prove_in_memory::<F, EF, Dft, T::Published, FriM, C, A>(
            scheme,
            challenger,
            air,
            rows,
            public_values,
        )?;
        return Ok((proof, StoreStats::default()));
    };
    let before = chosen.store.stats();
    let pcs = StreamPcs::new(scheme, tree, chosen.store.clone(), chosen.choice.tiling);
    let proof = prove_streamed(pcs, challenger, air, rows, public_values);
    let stats = chosen.store.stats().since(&before);
    low.keep(chosen);
    Ok((proof?, stats))
}

/// The least memory that [`prove_lowmem`] takes in this process, with what is resident already: bytes, in
/// whole mebibytes.
pub fn least_memory<F, EF, Dft, T, FriM>(
    scheme: &Scheme<F, Dft, T::Published, FriM>,
    _tree: &T,
    rows: &impl RowSource<F>,
) -> Bytes
where
    F: TwoAdicField + PrimeField64,
    EF: ExtensionField<F>,
    T: StreamTree<F>,
    FriM: Mmcs<EF>,
{
    size::<F, EF, Dft, T, FriM>(scheme, rows).floor()
}

/// The least memory that [`prove_lowmem`] takes with [`LowMemory::beside`], whatever is resident: bytes, in whole
/// mebibytes.
pub fn least_memory_beside<F, EF, Dft, T, FriM>(
    scheme: &Scheme<F, Dft, T::Published, FriM>,
    _tree: &T,
    rows: &impl RowSource<F>,
) -> Bytes
where
    F: TwoAdicField + PrimeField64,
    EF: ExtensionField<F>,
    T: StreamTree<F>,
    FriM: Mmcs<EF>,
{
    size::<F, EF, Dft, T, FriM>(scheme, rows).floor_beside(Bytes(0))
}

/// Prove the rows of a trace over the store of `pcs`.
///
/// # Errors
/// Those of the store, with the phase of the proof in which it failed.
///
/// # Panics
/// As [`prove_lowmem`].
#[expect(
    clippy::type_complexity,
    reason = "a proof is named after all parts of its scheme"
)]
pub fn prove_streamed<'s, F, EF, Dft, T, FriM, C, A>(
    pcs: StreamPcs<'s, F, Dft, T, FriM>,
    challenger: C,
    air: &A,
    rows: impl RowSource<F>,
    public_values: &[F],
) -> Result<Proof<PublishedConfig<F, EF, Dft, T::Published, FriM, C>>, ProvingError<StreamError>>
where
    F: TwoAdicField + PrimeField64 + Plain,
    EF: ExtensionField<F>,
    Dft: TwoAdicSubgroupDft<F>,
    T: StreamTree<F, Published: Mmcs<F, MultiProof: Sync, Error: Sync>>,
    FriM: Mmcs<EF>,
    C: Transcript<F, EF, T::Published, FriM>,
    A: ProverAir<StreamConfig<'s, F, EF, Dft, T, FriM, C>>,
{
    assert_eq!(air.width(), rows.width(), "as wide as the constraints say");
    let trace = pcs.stage_rows(rows).map_err(|error| ProvingError::Pcs {
        phase: "trace generation",
        source: error.into(),
    })?;
    let config: StreamConfig<'s, F, EF, Dft, T, FriM, C> = StarkConfig::new(pcs, challenger);
    let proof = prove(&config, air, trace, public_values)?;
    // With the name of the published configuration: every part is of the same type.
    Ok(Proof {
        commitments: proof.commitments,
        opened_values: proof.opened_values,
        opening_proof: proof.opening_proof,
        degree_bits: proof.degree_bits,
        ood_pow_witness: proof.ood_pow_witness,
    })
}

/// Prove the rows of a trace with the published scheme.
#[expect(
    clippy::type_complexity,
    reason = "a proof is named after all parts of its scheme"
)]
fn prove_in_memory<F, EF, Dft, M, FriM, C, A>(
    scheme: &Scheme<F, Dft, M, FriM>,
    challenger: C,
    air: &A,
    rows: impl RowSource<F>,
    public_values: &[F],
) -> Result<Proof<PublishedConfig<F, EF, Dft, M, FriM, C>>, ProvingError<FriProverError>>
where
    F: TwoAdicField + PrimeField64,
    EF: ExtensionField<F>,
    Dft: TwoAdicSubgroupDft<F>,
    M: Mmcs<F, MultiProof: Sync, Error: Sync>,
    FriM: Mmcs<EF>,
    C: Transcript<F, EF, M, FriM>,
    A: ProverAir<PublishedConfig<F, EF, Dft, M, FriM, C>>,
{
    assert_eq!(air.width(), rows.width(), "as wide as the constraints say");
    let config: PublishedConfig<F, EF, Dft, M, FriM, C> =
        StarkConfig::new(scheme.published.clone(), challenger);
    let trace = rows.to_matrix(scheme.fri.log_blowup);
    prove(&config, air, trace, public_values)
}

/// What determines the memory of a proof.
fn size<F, EF, Dft, T, FriM>(
    scheme: &Scheme<F, Dft, T::Published, FriM>,
    rows: &impl RowSource<F>,
) -> Size
where
    F: TwoAdicField,
    EF: ExtensionField<F>,
    T: StreamTree<F>,
{
    Size {
        log_height: rows.log_height(),
        width: rows.width(),
        log_blowup: scheme.fri.log_blowup,
        element: size_of::<F>(),
        challenge: size_of::<EF>(),
        state: row_state_bytes::<F, T::Sponge>(),
        digest: digest_bytes::<F, T::Sponge>(),
        piece_rows: rows.piece_rows(),
        threads: rayon::current_num_threads(),
    }
}
