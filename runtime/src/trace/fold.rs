//! What is observed of a trace, recorded or not.
#![forbid(unsafe_code)]

/// Makes the summary of a trace from its events, one for each record, whether or not the records are kept.
///
/// The event is what the fold has to know of a record, and cheap: a key and a value, say, where the
/// record has 128 bytes. As the fold sees events and nothing else, its summary is the same in both
/// modes.
///
/// ```
/// use zkarena::{TraceFold, TraceLog, TraceMode, with_phase};
///
/// struct Access { key: u64, written: bool, proof: [u64; 14] }
///
/// #[derive(Default)]
/// struct Writes(u64);
///
/// impl TraceFold<Access> for Writes {
///     type Event = bool;
///     type Summary = u64;
///     fn event(access: &Access) -> bool { access.written }
///     fn observe(&mut self, written: &bool) { self.0 += u64::from(*written) }
///     fn summary(&self) -> u64 { self.0 }
/// }
///
/// for mode in [TraceMode::Record, TraceMode::Skip] {
///     with_phase(|phase| {
///         let mut log = TraceLog::new_in(*phase, mode, Writes::default());
///         for key in 0..10 {
///             log.push(key % 5 == 0, |&written| Access { key, written, proof: [key; 14] });
///         }
///         assert_eq!(log.summary(), 2);
///         let proofs = log.records().map(|all| all.iter().map(|one| one.key + one.proof[0]).sum());
///         assert_eq!(proofs.ok(), (mode == TraceMode::Record).then_some(90u64));
///     });
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` makes no summary of a trace of `{T}`",
    label = "not a fold of `{T}`",
    note = "implement `zkarena::TraceFold<{T}>` for `{Self}`: it says what the event of a record is, and what becomes of it"
)]
pub trait TraceFold<T> {
    /// What it observes of a record.
    type Event: PartialEq;

    /// What it makes of all of them.
    type Summary;

    /// The event of a record.
    fn event(record: &T) -> Self::Event;

    /// Takes the next event in.
    fn observe(&mut self, event: &Self::Event);

    /// The summary of what was observed so far.
    fn summary(&self) -> Self::Summary;
}

/// A record, or an event, that can be undone: what [`TraceLog::frame`](crate::TraceLog::frame) appends
/// when a frame fails.
///
/// A write of `new` over `old` has a write of `old` over `new` for its twin; a read, one that is marked as
/// undone. The event of a twin has to be the twin of the event.
///
/// ```
/// use zkarena::Twin;
///
/// #[derive(Debug, PartialEq)]
/// struct Write { key: u64, old: u64, new: u64 }
///
/// impl Twin for Write {
///     fn twin(&self) -> Self {
///         Self { key: self.key, old: self.new, new: self.old }
///     }
/// }
/// assert_eq!(Write { key: 1, old: 0, new: 7 }.twin(), Write { key: 1, old: 7, new: 0 });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no twin, which a frame that fails would append",
    label = "cannot be undone",
    note = "implement `zkarena::Twin` for the records of the trace and for the events of its fold"
)]
pub trait Twin {
    /// What undoes it.
    #[must_use]
    fn twin(&self) -> Self;
}
