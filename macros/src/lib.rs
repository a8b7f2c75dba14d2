//! The macros of zkarena.
//!
//! Depend on `zkarena`, which re-exports them: what they expand to names that crate.
#![forbid(unsafe_code)]

mod apart;
mod arena_alloc;
mod context;
mod diagnostics;
#[cfg(test)]
mod expansions;
mod item_fn;
mod keyed_state;
mod lowmem;
mod names;
mod opening;
mod options;
mod plain;
mod repr;
mod scope;
mod secrets;
mod size;
mod witness;
mod zk_phase;

use proc_macro::TokenStream;

/// Opens a phase when the function is called and ends it on return, `?` and panic.
///
/// ```ignore (generated code names zkarena: a tested example is on the front page of that crate)
/// use zkarena::{AllocError, PVec, Phase, zk_phase};
///
/// #[zk_phase] // the phase is called `sum`, its handle `phase`
/// fn sum(coeffs: &[u32]) -> u32 {
///     let evals = phase.vec_from(coeffs); // gone when the function returns
///     evals.iter().sum()
/// }
///
/// #[zk_phase(tmp in out, reserve = 2 * rows.len() * size_of::<u32>())]
/// fn fold<'p>(rows: &[u32], out: Phase<'p>) -> PVec<'p, u32> {
///     let halves = tmp.vec_from(rows); // scratch memory of this function
///     out.vec_from(&halves[..rows.len() / 2]) // the result lives in the caller's phase
/// }
///
/// #[zk_phase(name = "commit", budget = "512MiB", try)]
/// fn build_tree(leaves: &[u32]) -> Result<u32, AllocError> {
///     Ok(phase.vec_from(leaves)[0]) // an error ends the phase, too
/// }
/// ```
///
/// The phase spans the body: it opens before the first statement and ends after the last temporary
/// of the value returned. The body has a handle to it, a local called `phase` that is `Copy`; what
/// is allocated through it cannot leave the function, and rustc says so: "returns a value
/// referencing data owned by the current function". A result is returned by value, by `.detach()`,
/// or in a phase of the caller's that comes as an argument.
///
/// # Options
///
/// - `tmp`: a word of your own is the name of the handle. Default: `phase`.
/// - `tmp in out`: the phase is opened in the phase `out`, an expression of the arguments. Without
///   this, it is a root with memory of its own.
/// - `name = "commit"`: what the report calls the phase. Default: the function's name.
/// - `reserve = bytes`: address space to have ready when the body starts; opening the phase fails
///   without it. `budget = bytes`: what the phase may use at most. Both take an expression of type
///   `usize`, which may use the arguments, or a text such as `"512MiB"`.
/// - `reserve(refunds = n, events <= n / 3)`: vectors whose lengths are known in advance, see below.
/// - `plan = Columns::plan(rows)`: a whole `Plan`, in place of these three; an expression, which may
///   use the arguments.
/// - `trace(storage: LogQuery, mode = cfg.trace_mode, fold = StorageDedup)`: the body finds a
///   `TraceLog` of such records in its phase, called `storage`. The mode is the word `record` or `skip`,
///   or an expression of type `TraceMode`; the fold a type, which is made by `Default`, or a value. A name in
///   capitals, such as `START`, is a constant's; `{ F }` is a value, whatever its name.
///   With `reserve = records`, there is room for so many. Any number of these, each with its name.
/// - `try`: a phase that cannot be opened returns an `AllocError` by `?`, instead of a panic; with
///   [`#[lowmem]`](macro@lowmem), one whose file has lost something does so at the end of the body.
/// - `crate = ::renamed`: the path of the `zkarena` crate, where it goes by another name.
///
/// # Sizes known in advance
///
/// ```ignore (generated code names zkarena)
/// #[zk_phase(budget = "720MiB", try, reserve(refunds = w.refunds.len(), events: Event <= w.refunds.len() / 3, calls))]
/// fn replay(w: &Witness) -> Result<Digest, AllocError> {
///     refunds.extend_from_slice(&w.refunds); // a `Reserved` vector, from the first statement on
///     events.try_push(event)?; // one too many is an error in release builds, too, and never a growth
///     ..
/// }
/// ```
///
/// Each name is a variable of the body, a `Reserved` vector with room for as many *elements* as the count says:
/// `=` for how many there will be, `<=` for how many at most, an expression of type `usize` with the arguments
/// in it. Counts are evaluated once, from left to right, before the phase opens. Their bytes, checked for
/// overflow, are part of what the phase takes up front: where they do not fit its budget, or one around it, it
/// does not open, and nothing has run. `reserve = bytes` comes on top.
///
/// What the elements are, rustc finds out from how the vector is used, as it does of `Vec::new()`; where it
/// does not, the type goes behind the name. Bytes are no unit here: `slot_bytes: u8 <= n` counts them.
///
/// A name without a count grows as any vector, and the report says what to write in its place:
/// `add calls <= 140_000 (grew 16x, 18.0 MiB abandoned)`. A count that was too high costs address space and a
/// place in the budget, and the report says what was left of it.
///
/// Take counts from decoded data, never from a number that the data claims. In a function with `#[witness]`
/// take public bounds: a count that does not fit is in an error's text. What was used of it is in no report.
///
/// # Where it goes
///
/// On any function with a body: free functions, methods with every form of `self`, methods of
/// traits and of their impls, `unsafe fn`, `extern fn`, with generics, `impl Trait`, `-> !`. The
/// signature, the other attributes and the body stay as they are; `return` and `?` keep their
/// meaning, because the body is not moved into a closure. With [`#[witness]`](macro@witness), it is.
///
/// # Errors
///
/// A misplaced attribute or a wrong option is a compile error at the token to change; all of them
/// are reported at once, and the function survives. Rejected are:
///
/// - `async fn`: the phase would stay open while the task is suspended. A function that *returns*
///   a future is accepted, and its phase ends before the future runs;
/// - `const fn`: opening a phase is a run-time action;
/// - functions without a body, and C-variadic ones;
/// - anything that is not a function. For a block there is [`scope!`];
/// - a second `#[zk_phase]` on the same function;
/// - a parameter with the name of the handle, of a trace or of a reservation, which would hide it, or two of
///   these with one name: choose another;
/// - a lifetime in the return type that occurs in no argument and in no bound: it could only be
///   that of the phase, which has ended by then.
///
/// # What it does not do
///
/// What the function allocates elsewhere, in a `Vec` for instance, may outlive the phase, and the
/// report counts it as a survivor. Arguments that the body does not consume are dropped after the
/// phase has ended. A function that is called `phase` is called by its path in the body, for
/// instance `zkarena::phase(..)`: the name alone is the handle's.
#[proc_macro_attribute]
pub fn zk_phase(args: TokenStream, item: TokenStream) -> TokenStream {
    zk_phase::expand(args.into(), item.into()).into()
}

/// A block in a phase of its own.
///
/// ```ignore (generated code names zkarena)
/// use zkarena::{scope, zk_phase};
///
/// #[zk_phase]
/// fn fold_all(layers: &[&[u32]]) -> u32 {
///     let mut sums = phase.vec();
///     for layer in layers {
///         scope!(tmp in phase => {
///             let halves = tmp.vec_from(layer); // gone at the end of each round
///             sums.push(halves.iter().sum::<u32>());
///         });
///     }
///     sums.iter().sum()
/// }
/// ```
///
/// `scope!(tmp in phase => { .. })` opens the phase in another one, `scope!(tmp => { .. })` opens a
/// root. A name for the report goes first: `scope!("fold", tmp in phase => { .. })`; without it,
/// the phase is called as its handle. What the phase is opened with goes in front of the arrow:
/// `scope!(tmp in phase, plan = Columns::plan(rows) => { .. })`. The value is that of the block;
/// `return`, `?`, `break` and `continue` lead out of it, because it is no closure.
///
/// # Errors
///
/// What lives in the phase cannot leave the block: "`tmp` does not live long enough". There are no
/// other options: in place of `reserve` and `budget`, the plan says it all.
#[proc_macro]
pub fn scope(tokens: TokenStream) -> TokenStream {
    scope::expand(tokens.into()).into()
}

/// Implements `ArenaAlloc`: a struct or enum whose data lives in a phase, and can move to another.
///
/// ```ignore (generated code names zkarena)
/// use zkarena::{ArenaAlloc, PVec, zk_phase};
///
/// #[derive(ArenaAlloc)]
/// #[arena(new(rows), bound(F: Field))]
/// pub struct Trace<'ph, F> {
///     #[arena(witness, len = rows, init = F::ZERO)]
///     values: PVec<'ph, F>,
///     #[arena(scratch, reserve = rows / 2, align = 64)]
///     hints: PVec<'ph, u32>,
///     #[arena(skip)]
///     name: String,
/// }
///
/// #[zk_phase(plan = Trace::<BabyBear>::plan(rows))]
/// fn prove(rows: usize) -> Result<(), zkarena::AllocError> {
///     let trace = Trace::<BabyBear>::new_in(phase, rows, "main".to_string())?;
///     let copy: Trace<'_, BabyBear> = trace.copy_into(phase);
///     Ok(())
/// }
/// ```
///
/// One type, and its lifetime says where it lives: `Trace<'ph, F>` in a phase, `Trace<'static, F>`
/// on the heap. The phase's lifetime is the only one, or else the one called `'ph`, or else the one
/// in `lifetime = 'x`; a type without a lifetime moves what its fields hold, if anything.
///
/// A type parameter stands for the elements of vectors: the impl asks for `Clone + 'static`. One
/// with a bound `ArenaAlloc` or `Detach` stands for types that live in a phase, and becomes another
/// type when they move. With `bound`, you say what the impl asks of a parameter.
///
/// # Options of the type
///
/// - `new(rows, width: u32)`: adds `new_in(phase, ..)`, which builds the struct in a phase, and
///   `plan(..)`, the plan of a phase with room for it. Both take the arguments listed here, of type
///   `usize` where none is given; `new_in` goes on with one for each field that is not told how to
///   be built. What is reserved is room in the poly arena for the fields with `len` or `reserve`
///   that go there, to the byte; other arenas, and what an `init` builds by itself (another struct
///   by its own `new_in`), take their memory when it is needed.
/// - `bound(F: Field)` or `bound = "F: Field"`: the bounds of the parameters named in it.
/// - `lifetime = 'x`: the phase's lifetime.
/// - `crate = ::renamed`: the path of the `zkarena` crate, where it goes by another name.
///
/// # Options of a field
///
/// - `poly`, `witness`, `scratch`: the arena it moves to; otherwise the one of the handle.
/// - `lowmem`: it lies in a file, and stays there: a `Stored` or a `FilePoly`. With `len`, `new_in` makes one of
///   so many elements in the process's store, which an impl with `bound(F: Plain)` can hold for any `F`.
/// - `skip`: it is moved as it is, and cloned for a copy. `default`: it is made anew by `Default`.
/// - `len = rows`: `new_in` fills it with so many elements, each of them `init = F::ZERO`,
///   `init = |index| ..`, or the default. `reserve = rows`: it has room for so many. `align = 64`:
///   the alignment of its block, a power of two up to 4096.
/// - `init = value` without `len`: what `new_in` puts there; it may use `phase` and the arguments.
///
/// # Errors
///
/// Each at its own place: a field whose type does not know how to live in an arena, unions,
/// `repr(packed)`, more than one lifetime that could be the phase's, options that exclude each
/// other or lack `new`, and fields marked `skip` that mention the phase. A type with this derive
/// cannot implement `Drop`: a value that has moved on would be dropped twice.
#[proc_macro_derive(ArenaAlloc, attributes(arena))]
pub fn arena_alloc(input: TokenStream) -> TokenStream {
    arena_alloc::expand(input.into()).into()
}

/// Implements `Detach` for a type with `ArenaAlloc`: it may leave every phase for the heap.
///
/// ```ignore (generated code names zkarena)
/// use zkarena::{ArenaAlloc, Detach, PVec};
///
/// #[derive(ArenaAlloc, Detach)]
/// struct Proof<'ph> {
///     openings: PVec<'ph, u32>,
/// }
///
/// fn publish(proof: Proof<'_>) -> Proof<'static> {
///     proof.detach()
/// }
/// ```
///
/// A derive of its own, because data that has to stay in its phase must not have it. It reads the
/// same `#[arena(..)]` options as [`macro@ArenaAlloc`].
///
/// # Errors
///
/// Every field has to be `Detach`, except for those marked `skip` or `default`.
#[proc_macro_derive(Detach, attributes(arena))]
pub fn detach(input: TokenStream) -> TokenStream {
    arena_alloc::expand_detach(input.into()).into()
}

/// A type whose fields are secrets, or a function whose memory is wiped.
///
/// # On a struct or an enum
///
/// ```ignore (generated code names zkarena)
/// use zkarena::{ArenaAlloc, PVec, Phase, Secret, witness};
///
/// #[witness]
/// #[derive(ArenaAlloc)]
/// struct Assignment<'ph, F> {
///     values: PVec<'ph, F, Secret>, // many: in the witness arena, which is wiped
///     blinding: Secret<F>,          // one: wiped where it lies
///     #[public]
///     rows: usize,
/// }
///
/// fn assign(values: &[u64], phase: Phase<'_>) {
///     let assignment = Assignment {
///         values: phase.secret_vec_from(values),
///         blinding: Secret::new(5),
///         rows: values.len(),
///     };
///     println!("{assignment:?}"); // Assignment { .. }
/// }
/// ```
///
/// Every field wipes itself, or says `#[public]`: a vector of secrets, a `Secret`, another `#[witness]`
/// type, and options, results, boxes, arrays and tuples of those (see `zkarena::SecretSafe`). A number or
/// a field element by itself is put into a `Secret`, because the type gets no destructor: it can be
/// taken apart, and moved to another phase.
///
/// `Debug` is made by the attribute, and prints the name of the type alone. There is no `Clone`, and
/// nobody can add one. The vectors of a type with `derive(ArenaAlloc)` go to the witness arena of the
/// phase by themselves. The attribute goes on structs and enums of every form, with any generics; above
/// the derives, or below them.
///
/// # On a function
///
/// ```ignore (generated code names zkarena: this is 17_witness_function.rs of examples/ideas, which is compiled)
/// use zkarena::{Secret, witness, zk_phase};
///
/// #[zk_phase(name = "prove")]
/// #[witness]
/// fn prove(key: &Secret<u64>, #[witness] nonce: u64, rows: usize) -> Result<u64, String> {
///     if rows == 0 {
///         return Err("a trace has rows".to_owned());
///     }
///     let trace = library::powers(*key.expose(), rows); // a `Vec` of a library that knows no secrets
///     #[witness]
///     let blinding = trace[rows - 1] ^ nonce.expose();
///     Ok(library::open(&trace) ^ blinding.declassify())
/// }
/// ```
///
/// Everything that is allocated in here, by any library, on any thread that takes part, comes from the
/// witness memory and is wiped, whether the function returns a value or an error, or panics. The function
/// is a phase, with the options of a [`#[zk_phase]`](macro@zk_phase) above or below, and its handle, which
/// is called `phase` without them. The body runs in a frame of its own: what it leaves on the stack lies
/// below the function's, and is cleared with the registers at the very end; so are the threads of rayon's
/// pool (feature `rayon`, on by default) and those that end in the phase, for which it waits.
///
/// The global allocator has to be `zkarena::PhaseAlloc`, or the phase does not open: the function panics, or
/// returns the error if `#[zk_phase(try)]` says so.
///
/// A parameter that is marked `#[witness]` is a `Secret` in the body, and so is the variable of a
/// `#[witness] let`, at any depth of the body: `Secret::new` of the value. Both are one name, with or
/// without `mut`.
///
/// # Options
///
/// `crate = ::renamed`: the path of the `zkarena` crate, where it goes by another name. On a function, the
/// one that `#[zk_phase]` has comes first.
///
/// # Errors
///
/// Each at its own place. On a type: a field that leaves copies behind or does not wipe itself, `Clone`,
/// `Copy` or `Debug` in a derive (above the attribute, rustc calls it a conflict with
/// `WitnessTypesMustNotBeClone`), `repr(packed)`, and `#[public]` on a variant or on a field that is
/// secret by its type; `derive(Detach)` says that a secret cannot leave its phase. On a function: what
/// `#[zk_phase]` rejects; a mark on `self`, on a pattern that is no name, on a `let` that has no value or
/// has an `else`, and in a function with `#[zk_phase]` alone. On both: a second `#[witness]`, and
/// `#[lowmem]`, which would write secrets to a file; on a function `#[lowmem(encrypt)]` does not.
///
/// # What it does not do
///
/// Of a type, what is marked `#[public]` is neither wiped nor hidden from anything but `Debug`. A value
/// that is built, moved or taken apart leaves its bytes where it was on the stack, until a witness function
/// around it ends or `zkarena::wipe_thread` is called further up. A type parameter is a secret only by its
/// bound: `T: SecretSafe`; a type with such a bound cannot have `derive(ArenaAlloc)`, because nobody knows
/// that what `T` is in another phase is safe, too.
///
/// Of a function:
///
/// - Arguments that are passed by value are copied by the caller, and what lies in the caller's frame is the
///   caller's. (Without optimisations, the function's own frame has a copy, too.) Put the attribute on the
///   outermost function that handles the witness, or hand the witness over in a `Secret`, in a
///   `PVec<.., Secret>` or by reference.
/// - Parameters are dropped inside the phase, after the body's variables; what the pattern of a parameter
///   leaves out, as `_` does, is dropped after it. The plan and the parent of the phase may look at
///   parameters, but not consume them.
/// - What is returned is public: that it may be known is what the signature says. Nobody wipes the value,
///   and what it does later, as an iterator or a future, is not done in here.
/// - A witness function called by another leaves the clearing of the thread to the outermost.
/// - `#[track_caller]` tells the body nothing about the caller, because the body is a closure's.
/// - A `#[witness]` under a name that it was imported by with `as` is not found by `#[zk_phase]` next to it,
///   nor on a parameter or a `let`.
#[proc_macro_attribute]
pub fn witness(args: TokenStream, item: TokenStream) -> TokenStream {
    witness::expand(args.into(), item.into()).into()
}

/// Implements `Plain`, and `Zeroable` with it: a struct that is nothing but its bytes, and may lie in a file.
///
/// ```ignore (generated code names zkarena: a tested example is at the trait)
/// use zkarena::Plain;
///
/// #[derive(Clone, Copy, Plain)]
/// #[repr(C)]
/// struct Cell {
///     row: u32,
///     column: u32,
///     values: [u64; 4],
/// }
/// ```
///
/// Each field has to be `Plain` itself: numbers, field elements, arrays of those, and structs with this derive. All
/// of it is checked by rustc, so that the derive needs no promise and works under `forbid(unsafe_code)`.
///
/// # Options
///
/// `#[plain(crate = ::renamed)]`: the path of the `zkarena` crate, where it goes by another name.
///
/// # Errors
///
/// At their places: an `enum` or a `union`; parameters, lifetimes included; neither `#[repr(C)]` nor
/// `#[repr(transparent)]`; a field that is not `Plain`, such as a `Vec`, a `Box`, a reference, a `bool`; padding
/// between or behind the fields, at the name of the type; a type that is not `Copy`, as one with a destructor
/// cannot be.
#[proc_macro_derive(Plain, attributes(plain))]
pub fn derive_plain(input: TokenStream) -> TokenStream {
    plain::expand(input.into()).into()
}

/// A function whose library code has to do with little memory: its large blocks go to a file.
///
/// ```ignore (generated code names zkarena: this is 18_low_memory.rs of examples/ideas, which is compiled)
/// use zkarena::{lowmem, zk_phase};
///
/// #[zk_phase(name = "prove")]
/// #[lowmem(min = "4MiB", require)]
/// fn prove(rows: usize) -> u64 {
///     let trace = library::powers(7, rows); // a `Vec`, in a file from 4 MiB on
///     library::open(&trace)
/// }
/// ```
///
/// What any library allocates in here, on any thread that takes part, goes to pages of a file if it is large:
/// its blocks are on a disk, and in memory only as far as there is room. The values are ordinary ones, and may
/// outlive the function. The function is a phase, with the options of a [`#[zk_phase]`](macro@zk_phase)
/// above or below, and its handle, which is called `phase` without them.
///
/// The global allocator has to be `zkarena::PhaseAlloc`, or nothing goes anywhere.
///
/// # Options
///
/// They are those of the policy, `zkarena::Lowmem`:
///
/// - `min = "4MiB"`: how many bytes a block has to have, by default 1 MiB; an expression of type `usize`, or
///   a text.
/// - `prefer = budget` (the default): memory comes first, as long as `ZKARENA_RAM` has room; `prefer = file`: the
///   file does, as long as the disk has room.
/// - `require`: a block that finds room in neither is refused, which ends most programs, and the phase does not
///   open without a file. Otherwise such blocks are in memory, and the report tells how much.
/// - `encrypt`: nothing is written to a disk as it is. What libraries allocate stays in memory then, as mapped
///   pages cannot be encrypted.
/// - `crate = ::renamed`: the path of the `zkarena` crate, where it goes by another name. The one that
///   `#[zk_phase]` has comes first.
///
/// # Errors
///
/// Each at its own place: what `#[zk_phase]` rejects, a second `#[lowmem]`, `require` beside `encrypt`, and
/// `#[witness]` on the same function without `encrypt`.
///
/// When the function runs: what the file has lost, because somebody cut it or its disk failed, reads zero. In
/// a `#[zk_phase(try)]` the function then returns an `AllocError` by `?` in place of the value at the end of
/// its body, whatever that is. Elsewhere, `PhaseGuard::finish` and the report tell.
///
/// # What it does not do
///
/// A value that the body returns before its end, by `return` or `?`, is returned as it is, also with `try`: to look
/// at the file behind those, the body would have to be a closure, and `return` and `?` would be the closure's. A
/// function with one way out, at its end, has none that is not looked at.
///
/// A mapping makes no algorithm read in order: where more is in use at once than there is memory, the function
/// waits for the disk at every turn. Data in a `zkarena::Store` is read in tiles, ahead of its use. What is
/// allocated through the handle of the phase stays in memory.
#[proc_macro_attribute]
pub fn lowmem(args: TokenStream, item: TokenStream) -> TokenStream {
    lowmem::expand(args.into(), item.into()).into()
}

/// One packed entry per key: many facts about a key, and for each what takes it back.
///
/// ```ignore (generated code names zkarena: this is 20_keyed_state.rs of examples/ideas, which is compiled)
/// use zkarena::KeyedState;
///
/// #[derive(KeyedState)]
/// #[state(key = SlotKey, domains(frame < run))] // frames are inside a run
/// struct Slot {
///     #[state(flag, rollback = run)]
///     read: bool,
///     #[state(init, rollback = never)]
///     initial: u64,
///     #[state(rollback = frame)]
///     write: Option<Write>,
/// }
///
/// let mut slots = SlotStates::new_in(phase);
/// let failed: Result<(), Revert> = slots.frame(|slots| {
///     let mut slot = slots.entry(key, || world.read(key));
///     let first = slot.mark_read();
///     let prepaid = slot.replace_write(Write { value, paid }).map_or(0, |write| write.paid);
///     Err(Revert) // the write is taken back; `read` is of the domain `run`, and stays
/// });
/// ```
///
/// For a `struct Slot` there are then, as visible as it is:
/// - `SlotStates<'ph>`: the entries, made by `new_in(phase)`, `with_capacity_in(slots, phase)` or its `try_`
///   twin. `entry(key)` is the only search of an operation. `frame(|slots| ..)`, called as the domain, keeps
///   changes on `Ok` and takes them back on `Err` and on a panic. Everything else is that of
///   `zkarena::States`, to which it dereferences;
/// - `SlotEntry<'a, 'ph>`: one entry, borrowed;
/// - `SlotFrame`, `SlotRun`: the domains, for `checkpoint::<SlotFrame>()`;
/// - `Slot` itself is how an entry looks when it is taken out: `get(&key)`, `iter()`, `iter_sorted()`.
///
/// # Options of the type
///
/// - `key = SlotKey`: what entries are found by; `Copy`, `Eq` and `Hash`, and `Ord` to be sorted.
/// - `domains(frame < run)`: the rollback domains, each inside the next. A checkpoint of `run` is about
///   `frame` fields, too; one of `frame` leaves `run` fields alone.
/// - `crate = ::renamed`: the path of the `zkarena` crate, where it goes by another name.
///
/// # Options of a field
///
/// - `rollback = frame`: whose checkpoints take it back; `never`: none does. Every field has it.
/// - `flag`: a `bool`, kept as one bit: `read()`, `mark_read()` and `clear_read()`, which say whether that
///   changed anything.
/// - `init`: what a closure of `entry` returns when the key is new; it never changes.
/// - A field of type `Option<T>` is a bit, and a `T` without more: `write()`, `replace_write(..)` and
///   `take_write()`, which return what it was. Any other starts as its default: `count()`,
///   `replace_count(..)`.
///
/// Types of fields are `Copy`, `Default` and `PartialEq`: a value that is equal to the one there is neither
/// journaled nor stored.
///
/// # Errors
///
/// Each at its own place, and all at once: a field without `rollback`, an unknown domain, a flag that is no
/// `bool`, a second `init` or one that could be taken back, more than 64 bits; enums, unions, and structs
/// without named fields or with parameters.
///
/// # What it does not do
///
/// No entry is removed: one that came in a frame that fails stays, with what its `init` made of it. An `Option` is
/// told by its name: under another, it is a value as any other, and takes its whole size.
#[proc_macro_derive(KeyedState, attributes(state))]
pub fn keyed_state(input: TokenStream) -> TokenStream {
    keyed_state::expand(input.into()).into()
}
