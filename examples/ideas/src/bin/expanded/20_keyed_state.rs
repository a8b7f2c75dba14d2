// What the macros make of `../20_keyed_state.rs`: a test of `zkarena-macros` writes this file.
// `line!()` is the line here, and what the macros hide from the program's names is in plain sight.
//! Many facts about a key in one entry, each with what takes it back.
//!
//! A transaction writes storage slots in frames, and a frame that fails takes its writes back. That a slot was
//! read or written at all is a fact of the whole run, and survives the frame. Five maps would be searched five
//! times for this; here `entry` searches once, and the entry has it all: flags are bits, and so is whether a
//! slot was written.
#![forbid(unsafe_code)]
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(warnings, clippy::all, clippy::pedantic, reason = "made by macros")]

use zkarena::{KeyedState, RollbackCell, RollbackLog, zk_phase};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct SlotKey {
    address: u32,
    slot: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Write {
    value: u64,
    paid: u32,
}

#[derive(Debug)]
struct Slot {
    read: bool,
    written: bool,
    initial: u64,
    write: Option<Write>,
}

/// The entries of [`Slot`], one per key.
#[allow(dead_code)]
struct SlotStates<'ph>(::zkarena::__private::States<'ph, Slot>);

/// The entry of a key in [`SlotStates`].
#[allow(dead_code)]
struct SlotEntry<'a, 'ph: 'a>(::zkarena::__private::StateEntry<'a, 'ph, Slot>);

/// The rollback domain `frame` of [`Slot`].
#[allow(dead_code, missing_debug_implementations)]
enum SlotFrame {}

/// The rollback domain `run` of [`Slot`].
#[allow(dead_code, missing_debug_implementations)]
enum SlotRun {}

const _: () = {
    #[doc(hidden)]
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    pub struct __ZkarenaSlotPacked {
        __key: SlotKey,
        initial: <::zkarena::__private::Entries as ::zkarena::__private::Keep<
            u64,
        >>::Kept,
        write: <::zkarena::__private::Entries as ::zkarena::__private::Keep<
            Write,
        >>::Kept,
        __bits: ::core::primitive::u8,
    }
    #[doc(hidden)]
    #[allow(non_camel_case_types)]
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    pub enum __ZkarenaSlotFrameUndo {
        write_was(
            ::core::primitive::u32,
            <::zkarena::__private::Entries as ::zkarena::__private::Keep<Write>>::Kept,
        ),
        write_was_none(::core::primitive::u32),
    }
    #[automatically_derived]
    impl ::zkarena::__private::Undo<__ZkarenaSlotPacked> for __ZkarenaSlotFrameUndo {
        #[inline]
        fn entry(&self) -> ::core::primitive::u32 {
            match *self {
                Self::write_was(entry, ..) | Self::write_was_none(entry) => entry,
            }
        }
        #[inline]
        #[allow(unused_mut, unused_variables)]
        fn put_back(&self, packed: &mut __ZkarenaSlotPacked) {
            match *self {
                Self::write_was(_, mut value) => {
                    packed.__bits |= 4;
                    packed.write = value;
                }
                Self::write_was_none(_) => packed.__bits &= !4,
            }
        }
    }
    #[doc(hidden)]
    #[allow(non_camel_case_types)]
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    pub enum __ZkarenaSlotRunUndo {
        read_flipped(::core::primitive::u32),
        written_flipped(::core::primitive::u32),
    }
    #[automatically_derived]
    impl ::zkarena::__private::Undo<__ZkarenaSlotPacked> for __ZkarenaSlotRunUndo {
        #[inline]
        fn entry(&self) -> ::core::primitive::u32 {
            match *self {
                Self::read_flipped(entry) | Self::written_flipped(entry) => entry,
            }
        }
        #[inline]
        #[allow(unused_mut, unused_variables)]
        fn put_back(&self, packed: &mut __ZkarenaSlotPacked) {
            match *self {
                Self::read_flipped(_) => packed.__bits ^= 1,
                Self::written_flipped(_) => packed.__bits ^= 2,
            }
        }
    }
    #[automatically_derived]
    impl ::zkarena::__private::KeyedState for Slot {
        type Key = SlotKey;
        type Packed = __ZkarenaSlotPacked;
        type Logs<'ph> = (
            ::zkarena::__private::Log<'ph, __ZkarenaSlotFrameUndo>,
            (::zkarena::__private::Log<'ph, __ZkarenaSlotRunUndo>, ()),
        );
        #[inline]
        fn key(packed: &__ZkarenaSlotPacked) -> &SlotKey {
            &packed.__key
        }
        #[inline]
        fn unpacked(packed: &__ZkarenaSlotPacked) -> Self {
            Self {
                read: packed.__bits & 1 != 0,
                written: packed.__bits & 2 != 0,
                initial: packed.initial,
                write: if packed.__bits & 4 == 0 {
                    ::core::option::Option::None
                } else {
                    ::core::option::Option::Some(packed.write)
                },
            }
        }
    }
    #[allow(dead_code)]
    fn fields(state: &Slot) {
        let _field = &state.read;
        let _field = &state.written;
        let _field = &state.initial;
        let _field = &state.write;
    }
    #[allow(dead_code)]
    impl<'ph> SlotStates<'ph> {
        /// Without entries; takes no memory yet.
        pub fn new_in(
            home: impl ::core::convert::Into<::zkarena::__private::Home<'ph>>,
        ) -> Self {
            Self(::zkarena::__private::States::new_in(home))
        }
        /// Without entries, with room for `capacity` of them: exactly that, in one block.
        ///
        /// # Panics
        /// If memory is refused.
        #[track_caller]
        pub fn with_capacity_in(
            capacity: ::core::primitive::usize,
            home: impl ::core::convert::Into<::zkarena::__private::Home<'ph>>,
        ) -> Self {
            match ::zkarena::__private::States::with_capacity_in(capacity, home) {
                ::core::result::Result::Ok(states) => Self(states),
                ::core::result::Result::Err(refused) => ::core::panic!("{refused}"),
            }
        }
        /// As `with_capacity_in`.
        ///
        /// # Errors
        /// `AllocError` if a limit or the system refuses the memory.
        pub fn try_with_capacity_in(
            capacity: ::core::primitive::usize,
            home: impl ::core::convert::Into<::zkarena::__private::Home<'ph>>,
        ) -> ::core::result::Result<Self, ::zkarena::__private::AllocError> {
            ::zkarena::__private::States::with_capacity_in(capacity, home).map(Self)
        }
        /// The entry of a key; one that is not there comes into being.
        ///
        /// # Panics
        /// If memory is refused.
        #[inline]
        #[track_caller]
        pub fn entry(
            &mut self,
            key: SlotKey,
            initial: impl ::core::ops::FnOnce() -> u64,
        ) -> SlotEntry<'_, 'ph> {
            match self.try_entry(key, initial) {
                ::core::result::Result::Ok(entry) => entry,
                ::core::result::Result::Err(refused) => ::core::panic!("{refused}"),
            }
        }
        /// As `entry`.
        ///
        /// # Errors
        /// `AllocError` if a limit or the system refuses the memory.
        #[inline]
        pub fn try_entry(
            &mut self,
            key: SlotKey,
            initial: impl ::core::ops::FnOnce() -> u64,
        ) -> ::core::result::Result<
            SlotEntry<'_, 'ph>,
            ::zkarena::__private::AllocError,
        > {
            self.0
                .try_entry_with(
                    key,
                    |key| {
                        let new_initial = initial();
                        let new_write = ::core::default::Default::default();
                        __ZkarenaSlotPacked {
                            __key: key,
                            initial: new_initial,
                            write: new_write,
                            __bits: 0,
                        }
                    },
                )
                .map(SlotEntry)
        }
        /// Runs `body`: fields of the domain `frame`, and of those inside it, stay as they are then if it returns `Ok`, and are what they were if it returns `Err` or panics.
        ///
        /// # Errors
        /// That of the body.
        ///
        /// # Panics
        /// If memory is refused, or the body closes a checkpoint from before, or puts another state in place of
        /// this one.
        #[track_caller]
        pub fn frame<T, E>(
            &mut self,
            body: impl ::core::ops::FnOnce(&mut Self) -> ::core::result::Result<T, E>,
        ) -> ::core::result::Result<T, E> {
            ::zkarena::__private::within::<
                SlotFrame,
                _,
                _,
                T,
                E,
            >(self, |states| &mut states.0, body)
        }
        /// Runs `body`: fields of the domain `run`, and of those inside it, stay as they are then if it returns `Ok`, and are what they were if it returns `Err` or panics.
        ///
        /// # Errors
        /// That of the body.
        ///
        /// # Panics
        /// If memory is refused, or the body closes a checkpoint from before, or puts another state in place of
        /// this one.
        #[track_caller]
        pub fn run<T, E>(
            &mut self,
            body: impl ::core::ops::FnOnce(&mut Self) -> ::core::result::Result<T, E>,
        ) -> ::core::result::Result<T, E> {
            ::zkarena::__private::within::<
                SlotRun,
                _,
                _,
                T,
                E,
            >(self, |states| &mut states.0, body)
        }
    }
    #[automatically_derived]
    impl<'ph> ::core::ops::Deref for SlotStates<'ph> {
        type Target = ::zkarena::__private::States<'ph, Slot>;
        #[inline]
        fn deref(&self) -> &::zkarena::__private::States<'ph, Slot> {
            &self.0
        }
    }
    #[automatically_derived]
    impl<'ph> ::core::ops::DerefMut for SlotStates<'ph> {
        #[inline]
        fn deref_mut(&mut self) -> &mut ::zkarena::__private::States<'ph, Slot> {
            &mut self.0
        }
    }
    #[automatically_derived]
    impl<'ph> ::core::fmt::Debug for SlotStates<'ph> {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[allow(dead_code)]
    impl<'a, 'ph> SlotEntry<'a, 'ph> {
        /// `read` as it is now.
        #[inline]
        pub fn read(&self) -> bool {
            let packed = self.0.packed();
            packed.__bits & 1 != 0
        }
        /// Sets `read`; whether it was not set before.
        ///
        /// # Panics
        /// If memory for what it was is refused; nothing has changed then.
        #[inline]
        #[track_caller]
        pub fn mark_read(&mut self) -> ::core::primitive::bool {
            let (entry, packed, logs) = self.0.parts();
            let changes = packed.__bits & 1 == 0;
            if changes {
                logs.1.0.note(__ZkarenaSlotRunUndo::read_flipped(entry));
                packed.__bits |= 1;
            }
            changes
        }
        /// Clears `read`; whether it was set before.
        ///
        /// # Panics
        /// If memory for what it was is refused; nothing has changed then.
        #[inline]
        #[track_caller]
        pub fn clear_read(&mut self) -> ::core::primitive::bool {
            let (entry, packed, logs) = self.0.parts();
            let changes = packed.__bits & 1 != 0;
            if changes {
                logs.1.0.note(__ZkarenaSlotRunUndo::read_flipped(entry));
                packed.__bits &= !1;
            }
            changes
        }
        /// `written` as it is now.
        #[inline]
        pub fn written(&self) -> bool {
            let packed = self.0.packed();
            packed.__bits & 2 != 0
        }
        /// Sets `written`; whether it was not set before.
        ///
        /// # Panics
        /// If memory for what it was is refused; nothing has changed then.
        #[inline]
        #[track_caller]
        pub fn mark_written(&mut self) -> ::core::primitive::bool {
            let (entry, packed, logs) = self.0.parts();
            let changes = packed.__bits & 2 == 0;
            if changes {
                logs.1.0.note(__ZkarenaSlotRunUndo::written_flipped(entry));
                packed.__bits |= 2;
            }
            changes
        }
        /// Clears `written`; whether it was set before.
        ///
        /// # Panics
        /// If memory for what it was is refused; nothing has changed then.
        #[inline]
        #[track_caller]
        pub fn clear_written(&mut self) -> ::core::primitive::bool {
            let (entry, packed, logs) = self.0.parts();
            let changes = packed.__bits & 2 != 0;
            if changes {
                logs.1.0.note(__ZkarenaSlotRunUndo::written_flipped(entry));
                packed.__bits &= !2;
            }
            changes
        }
        /// `initial` as it is now.
        #[inline]
        pub fn initial(&self) -> u64 {
            let packed = self.0.packed();
            packed.initial
        }
        /// `write` as it is now.
        #[inline]
        pub fn write(&self) -> Option<Write> {
            let packed = self.0.packed();
            if packed.__bits & 4 == 0 {
                ::core::option::Option::None
            } else {
                ::core::option::Option::Some(packed.write)
            }
        }
        /// Makes `write` present with a value; what it was before.
        ///
        /// # Panics
        /// If memory for what it was is refused; nothing has changed then.
        #[inline]
        #[track_caller]
        pub fn replace_write(&mut self, value: Write) -> ::core::option::Option<Write> {
            let (entry, packed, logs) = self.0.parts();
            let before = if packed.__bits & 4 == 0 {
                ::core::option::Option::None
            } else {
                ::core::option::Option::Some(packed.write)
            };
            match before {
                ::core::option::Option::Some(old) if old == value => return before,
                ::core::option::Option::Some(old) => {
                    logs.0.note(__ZkarenaSlotFrameUndo::write_was(entry, old));
                }
                ::core::option::Option::None => {
                    logs.0.note(__ZkarenaSlotFrameUndo::write_was_none(entry));
                }
            }
            packed.__bits |= 4;
            packed.write = value;
            before
        }
        /// Makes `write` absent; what it was before.
        ///
        /// # Panics
        /// If memory for what it was is refused; nothing has changed then.
        #[inline]
        #[track_caller]
        pub fn take_write(&mut self) -> ::core::option::Option<Write> {
            let (entry, packed, logs) = self.0.parts();
            let before = if packed.__bits & 4 == 0 {
                ::core::option::Option::None
            } else {
                ::core::option::Option::Some(packed.write)
            };
            if let ::core::option::Option::Some(old) = before {
                logs.0.note(__ZkarenaSlotFrameUndo::write_was(entry, old));
                packed.__bits &= !4;
            }
            before
        }
    }
    #[automatically_derived]
    impl<'a, 'ph> ::core::ops::Deref for SlotEntry<'a, 'ph> {
        type Target = ::zkarena::__private::StateEntry<'a, 'ph, Slot>;
        #[inline]
        fn deref(&self) -> &::zkarena::__private::StateEntry<'a, 'ph, Slot> {
            &self.0
        }
    }
    #[automatically_derived]
    impl<'a, 'ph> ::core::ops::DerefMut for SlotEntry<'a, 'ph> {
        #[inline]
        fn deref_mut(&mut self) -> &mut ::zkarena::__private::StateEntry<'a, 'ph, Slot> {
            &mut self.0
        }
    }
    #[automatically_derived]
    impl<'a, 'ph> ::core::fmt::Debug for SlotEntry<'a, 'ph> {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Debug::fmt(&self.0, f)
        }
    }
    #[automatically_derived]
    impl ::zkarena::__private::RollbackDomain for SlotFrame {
        type State = Slot;
        const LEVEL: ::core::primitive::usize = 0usize;
    }
    #[automatically_derived]
    impl ::zkarena::__private::RollbackDomain for SlotRun {
        type State = Slot;
        const LEVEL: ::core::primitive::usize = 1usize;
    }
};

#[derive(Debug, PartialEq)]
struct OutOfGas;

/// What the world has in a slot before the batch.
fn world(key: SlotKey) -> u64 {
    u64::from(key.address) * 100 + key.slot
}

/// Writes a slot; what is still to be paid for it.
fn write(slots: &mut SlotStates<'_>, key: SlotKey, value: u64) -> u32 {
    let mut slot = slots.entry(key, || world(key));
    let price = if slot.mark_written() { 20 } else { 5 };
    let prepaid = slot.replace_write(Write { value, paid: price });
    price.saturating_sub(prepaid.map_or(0, |write| write.paid))
}

fn read(slots: &mut SlotStates<'_>, key: SlotKey) -> u64 {
    let mut slot = slots.entry(key, || world(key));
    slot.mark_read();
    slot.write().map_or(slot.initial(), |write| write.value)
}

fn replay() -> u64 {
    static __ZKARENA_SITE: ::zkarena::__private::Site = ::zkarena::__private::Site::new(
        "batch",
        ::core::module_path!(),
        ::core::file!(),
        ::core::line!(),
    );
    let phase = ::zkarena::__private::PhaseGuard::root(
        &__ZKARENA_SITE,
        ::zkarena::__private::Plan::new(),
    );
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
            let mut slots = SlotStates::new_in(phase);
            let mut events = RollbackLog::new_in(phase);
            let mut gas = RollbackCell::new_in(30_u32, phase);
            let [a, b] = [1, 2].map(|slot| SlotKey { address: 7, slot });
            *gas -= write(&mut slots, a, 11);
            let before = (events.checkpoint(), gas.checkpoint());
            let frame = slots.checkpoint::<SlotFrame>();
            let failed = call(&mut slots, &mut gas, a, b);
            events.push("call");
            println!("the call: {failed:?}, with {} gas left", *gas);
            for change in slots.changes_since(&frame).expect("open") {
                println!(
                    "{:?}: {:?} -> {:?}",
                    change.key,
                    change.before.write,
                    change.after.write,
                );
            }
            slots.rollback(frame).expect("open");
            events.rollback(before.0).expect("open");
            gas.rollback(before.1).expect("open");
            assert_eq!((events.len(), *gas), (0, 10));
            assert_eq!((read(&mut slots, a), read(&mut slots, b)), (11, 702));
            let slot = slots.get(&b).expect("entries stay");
            assert!(
                slot.written && slot.write.is_none(),
                "of the domains `run` and `frame`",
            );
            println!("{} probes for 5 operations", slots.stats().probes);
            let sorted = slots.iter_sorted();
            sorted
                .fold(
                    0,
                    |digest, (key, slot)| {
                        let value = slot.write.map_or(slot.initial, |write| write.value);
                        digest * 31 + key.slot * 7 + value
                    },
                )
        }
    }
}

/// A call that fails if it is paid for by nobody.
fn call(
    slots: &mut SlotStates<'_>,
    gas: &mut RollbackCell<'_, u32>,
    a: SlotKey,
    b: SlotKey,
) -> Result<(), OutOfGas> {
    for (key, value) in [(a, 12), (b, 21)] {
        let price = write(slots, key, value);
        **gas = gas.checked_sub(price).ok_or(OutOfGas)?;
    }
    Ok(())
}

fn main() {
    println!("digest {}", replay());
}
