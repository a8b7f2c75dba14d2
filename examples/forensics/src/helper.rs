//! What to look for, derived by a process of its own: the one that is looked at never has it in the clear.
#![forbid(unsafe_code)]

use crate::{KeySet, Mask, Patterns};
use std::io::{self, BufWriter, Read, Write};
use std::process::{Command, Stdio};

impl KeySet {
    /// Has a helper derive the windows of the witness; only masked ones come back. The helper calls
    /// [`answer`], and is otherwise silent.
    ///
    /// # Errors
    /// If it does not start, or fails.
    pub fn derived_by(helper: &mut Command) -> io::Result<Self> {
        let mask = Mask::random();
        let mut helper = helper
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (to, from) = (helper.stdin.take(), helper.stdout.take());
        let (mut to, mut from) = to.zip(from).ok_or(io::ErrorKind::BrokenPipe)?;
        to.write_all(&mask.to_bytes())?;
        let keys = Self::read(mask, &mut from);
        if helper.wait()?.success() {
            keys
        } else {
            Err(io::Error::other("the helper failed"))
        }
    }
}

/// What a helper does: reads a mask from its standard input and writes the masked windows to its output.
///
/// # Errors
/// Those of the pipes.
pub fn answer(patterns: impl FnOnce() -> Patterns) -> io::Result<()> {
    let mut mask = [0; 16];
    io::stdin().read_exact(&mut mask)?;
    let mut to = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    KeySet::write(&patterns(), Mask::from_bytes(mask), &mut to)
}
