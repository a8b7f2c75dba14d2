//! Ours.
use crate::args::Turn;
use crate::batch::Batch;
use crate::failure::Failure;
use crate::turn::Taken;

pub(crate) fn run(_turn: &Turn, _batch: &Batch) -> Result<Taken, Failure> {
    Err(Failure::Usage("not yet".into()))
}
