// What the macros make of `../08_columns.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Columns: a struct whose data lives in a phase says how it is built, and what that takes.
//!
//! `derive(ArenaAlloc)` teaches a struct to be copied and moved between phases. With `new(..)` it
//! also gets `new_in`, which builds it in a phase, and `plan`, the plan of a phase with room for it:
//! one chunk is taken when the phase opens, and the columns are cut from it. `#[zk_phase(plan = ..)]`
//! opens the function's phase with it.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{AllocError, ArenaAlloc, PVec, zk_phase};
use zkarena_ideas::{P, pow, root};

struct Columns<'ph> {
    trace: PVec<'ph, u64>,
    lde: PVec<'ph, u64>,
    twiddles: PVec<'ph, u64>,
    name: String,
}

#[automatically_derived]
#[allow(clippy::use_self, clippy::question_mark_used)]
impl<'ph> ::zkarena::__private::ArenaAlloc for Columns<'ph> {
    type In<'__to> = Columns<'__to>;
    fn footprint(&self) -> ::zkarena::__private::Footprint {
        match self {
            Self {
                trace: field_trace,
                lde: field_lde,
                twiddles: field_twiddles,
                name: field_name,
            } => {
                let parts: [::zkarena::__private::Footprint; 3usize] = [
                    <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::footprint(field_trace),
                    <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::footprint(field_lde),
                    <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::footprint(field_twiddles),
                ];
                ::core::iter::Iterator::sum(::core::iter::IntoIterator::into_iter(parts))
            }
        }
    }
    fn try_copy_to<'__to>(
        &self,
        to: ::zkarena::__private::Home<'__to>,
    ) -> ::core::result::Result<Self::In<'__to>, ::zkarena::__private::AllocError> {
        match self {
            Self {
                trace: field_trace,
                lde: field_lde,
                twiddles: field_twiddles,
                name: field_name,
            } => {
                ::core::result::Result::Ok(Columns {
                    trace: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_trace,
                        to,
                    )?,
                    lde: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_copy_to(field_lde, to)?,
                    twiddles: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_copy_to(
                        field_twiddles,
                        to,
                    )?,
                    name: <String as ::core::clone::Clone>::clone(field_name),
                })
            }
        }
    }
    fn try_move_to<'__to>(
        self,
        to: ::zkarena::__private::Home<'__to>,
    ) -> ::core::result::Result<Self::In<'__to>, ::zkarena::__private::AllocError> {
        match self {
            Self {
                trace: field_trace,
                lde: field_lde,
                twiddles: field_twiddles,
                name: field_name,
            } => {
                ::core::result::Result::Ok(Columns {
                    trace: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_trace,
                        to,
                    )?,
                    lde: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_move_to(field_lde, to)?,
                    twiddles: <PVec<
                        'ph,
                        u64,
                    > as ::zkarena::__private::ArenaAlloc>::try_move_to(
                        field_twiddles,
                        to,
                    )?,
                    name: field_name,
                })
            }
        }
    }
}

#[automatically_derived]
impl<'ph> ::zkarena::__private::ArenaTypesMustNotImplDrop for Columns<'ph> {}

#[automatically_derived]
#[allow(clippy::use_self)]
impl<'ph> Columns<'ph> {
    /// Builds the value in `phase`.
    ///
    /// # Errors
    ///
    /// When the memory of a field cannot be had.
    #[allow(
        dead_code,
        private_interfaces,
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::question_mark_used,
        clippy::too_many_arguments
    )]
    fn new_in(
        phase: ::zkarena::__private::Phase<'ph>,
        rows: usize,
        blowup: usize,
        name: String,
    ) -> ::core::result::Result<Self, ::zkarena::__private::AllocError> {
        let home = ::zkarena::__private::Home::Phase(phase);
        ::core::result::Result::Ok(Self {
            trace: <PVec<
                'ph,
                u64,
            > as ::zkarena::__private::Build<
                'ph,
            >>::filled(
                home,
                {
                    let count: ::core::primitive::usize = rows;
                    count
                },
                0,
                1,
                |row| pow(3, row as u64),
            )?,
            lde: <PVec<
                'ph,
                u64,
            > as ::zkarena::__private::Build<
                'ph,
            >>::with_room(
                home,
                {
                    let count: ::core::primitive::usize = rows * blowup;
                    count
                },
                64,
            )?,
            twiddles: <PVec<
                'ph,
                u64,
            > as ::zkarena::__private::Build<
                'ph,
            >>::filled(
                home,
                {
                    let count: ::core::primitive::usize = rows / 2;
                    count
                },
                0,
                1,
                |index| pow(root(rows), index as u64),
            )?,
            name: name,
        })
    }
    /// The plan of a phase that holds what `new_in` builds from the same arguments: its poly
    /// arena has room for the fields there.
    #[allow(
        dead_code,
        private_interfaces,
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_value,
        clippy::question_mark_used,
        clippy::too_many_arguments
    )]
    #[allow(unused_variables)]
    #[must_use]
    fn plan(rows: usize, blowup: usize) -> ::zkarena::__private::Plan {
        ::zkarena::__private::Plan::reserve(
            ::zkarena::__private::Plan::new(),
            ::zkarena::__private::block_end::<
                <PVec<'ph, u64> as ::zkarena::__private::Build<'ph>>::Planned,
            >(
                ::zkarena::__private::block_end::<
                    <PVec<'ph, u64> as ::zkarena::__private::Build<'ph>>::Planned,
                >(
                    ::zkarena::__private::block_end::<
                        <PVec<'ph, u64> as ::zkarena::__private::Build<'ph>>::Planned,
                    >(
                        0,
                        {
                            let count: ::core::primitive::usize = rows;
                            count
                        },
                        1,
                    ),
                    {
                        let count: ::core::primitive::usize = rows * blowup;
                        count
                    },
                    64,
                ),
                {
                    let count: ::core::primitive::usize = rows / 2;
                    count
                },
                1,
            ),
        )
    }
}

fn commit(rows: usize, blowup: usize) -> Result<(), AllocError> {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "commit",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let phase = match () {
        () => {
            ::zkarena::__private::PhaseGuard::try_root(
                &__ZKARENA_SITE,
                {
                    let plan: ::zkarena::__private::Plan = Columns::plan(rows, blowup);
                    plan
                },
            )
        }
    }?;
    #[allow(
        unused_variables,
        clippy::shadow_reuse,
        clippy::shadow_same,
        clippy::shadow_unrelated
    )]
    let phase: ::zkarena::__private::Phase<'_> = ::zkarena::__private::PhaseGuard::handle(
        &phase,
    );
    match () {
        () => {
            let reserved = phase.stats().poly.bytes;
            println!("reserved: {reserved}");
            let mut columns = Columns::new_in(phase, rows, blowup, "main".to_owned())?;
            let padded = columns.trace.iter().copied().chain(std::iter::repeat(0));
            columns.lde.extend(padded.take(rows * blowup));
            println!("in use: {}", phase.stats().poly.bytes);
            assert_eq!(reserved, phase.stats().poly.bytes);
            println!("{}: {}", columns.name, columns.footprint());
            assert_eq!(columns.trace[2], 9);
            assert_eq!(
                columns.twiddles[rows / 4] * columns.twiddles[rows / 4] % P,
                P - 1,
            );
            Ok(())
        }
    }
}

fn main() -> Result<(), AllocError> {
    commit(1 << 16, 4)
}
