//! Which slot is accessed next.

use super::Counts;
use crate::word::Dice;
use std::ops::Range;

/// Slots that many transactions share, such as balances of what pays for them.
const HOT: usize = 64;
/// Slots that were used a moment ago.
const RECENT: usize = 256;

/// Picks slots so that each is used, and each that is not read-only is written.
#[derive(Debug)]
pub(super) struct Slots {
    dice: Dice,
    /// Slots nobody has used yet.
    new_read_only: Range<u32>,
    new_writable: Range<u32>,
    used: Vec<u32>,
    written: Vec<u32>,
    /// Read, and to be written yet.
    due: Vec<u32>,
    reads_left: usize,
    writes_left: usize,
}

impl Slots {
    pub(super) fn new(counts: &Counts) -> Self {
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let (read_only, all) = (number(counts.read_only), number(counts.slots));
        Self {
            dice: Dice::new(0x510_7500),
            new_read_only: 0..read_only,
            new_writable: read_only..all,
            used: Vec::new(),
            written: Vec::new(),
            due: Vec::new(),
            reads_left: counts.reads,
            writes_left: counts.writes,
        }
    }

    /// How many slots were picked so far.
    pub(super) const fn used(&self) -> usize {
        self.used.len()
    }

    /// A slot to read: one that nobody has used yet, or one that somebody has.
    pub(super) fn for_read(&mut self, new: bool) -> u32 {
        let must = self.new_read_only.len() >= self.reads_left;
        self.reads_left -= 1;
        let wanted = new || must || self.used.is_empty();
        let slot = wanted.then(|| self.new_for_read(must)).flatten();
        self.used.extend(slot);
        slot.unwrap_or_else(|| pick(&mut self.dice, &self.used))
    }

    fn new_for_read(&mut self, must: bool) -> Option<u32> {
        let (read_only, writable) = (self.new_read_only.len(), self.new_writable.len());
        if read_only + writable == 0 {
            return None;
        }
        if (must && read_only > 0) || self.dice.roll(read_only + writable) < read_only {
            return self.new_read_only.next();
        }
        let slot = self.new_writable.next();
        self.due.extend(slot);
        slot
    }

    /// A slot to write.
    pub(super) fn for_write(&mut self, new: bool) -> u32 {
        let unwritten = self.due.len() + self.new_writable.len();
        let must = unwritten >= self.writes_left || self.written.is_empty();
        self.writes_left -= 1;
        let slot = if new || (must && self.due.is_empty()) {
            self.new_for_write()
        } else {
            None
        };
        let slot = slot.or_else(|| self.due_now(must));
        slot.unwrap_or_else(|| pick(&mut self.dice, &self.written))
    }

    fn new_for_write(&mut self) -> Option<u32> {
        let slot = self.new_writable.next()?;
        self.used.push(slot);
        self.written.push(slot);
        Some(slot)
    }

    /// A slot that was read before and is written for the first time.
    fn due_now(&mut self, must: bool) -> Option<u32> {
        if self.due.is_empty() || !(must || self.dice.once_in(2)) {
            return None;
        }
        let at = self.dice.roll(self.due.len());
        let slot = self.due.swap_remove(at);
        self.written.push(slot);
        Some(slot)
    }
}

/// A third of what is picked is hot, a third recent.
fn pick(dice: &mut Dice, slots: &[u32]) -> u32 {
    let len = slots.len();
    let at = match dice.roll(3) {
        0 => dice.roll(len.min(HOT)),
        1 => len - 1 - dice.roll(len.min(RECENT)),
        _ => dice.roll(len),
    };
    slots[at]
}
