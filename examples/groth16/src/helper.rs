//! What to look for, derived by another process: this one never has it in the clear.

use crate::args::Args;
use std::env;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use zkarena_forensics::{KeySet, Mask};

/// Has a process of this program derive the windows of the witness; only masked ones come back.
///
/// # Errors
/// If it does not start, or fails.
pub(crate) fn keys(args: &Args) -> io::Result<KeySet> {
    let mask = Mask::random();
    let mut helper = Command::new(env::current_exe()?)
        .args(args.for_keys())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (to, from) = (helper.stdin.take(), helper.stdout.take());
    let (mut to, mut from) = to.zip(from).ok_or(io::ErrorKind::BrokenPipe)?;
    to.write_all(&mask.to_bytes())?;
    let keys = KeySet::read(mask, &mut from);
    if helper.wait()?.success() {
        keys
    } else {
        Err(io::Error::other("the helper failed"))
    }
}

/// What the helper does.
///
/// # Errors
/// Those of the pipes.
pub(crate) fn write_keys(args: &Args) -> io::Result<()> {
    let mut mask = [0; 16];
    io::stdin().read_exact(&mut mask)?;
    let patterns = zkarena_groth16::patterns(args.job());
    let mut to = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    KeySet::write(&patterns, Mask::from_bytes(mask), &mut to)
}
