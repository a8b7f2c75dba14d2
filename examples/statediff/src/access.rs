//! What happens to storage, and the record of it in a trace.

use crate::word::{SlotKey, U256};

/// What kind of access it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of a slot.
    Read,
    /// Of a slot.
    Write,
    /// Of what leaves nothing behind: free slots, transient storage.
    Passing,
}

/// An access, as folds see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) key: SlotKey,
    pub(crate) before: U256,
    pub(crate) after: U256,
    pub(crate) kind: Kind,
    /// It takes back an earlier one.
    pub(crate) undoes: bool,
}

impl Access {
    pub(crate) const fn read(key: SlotKey, value: U256) -> Self {
        Self {
            key,
            before: value,
            after: value,
            kind: Kind::Read,
            undoes: false,
        }
    }

    pub(crate) const fn write(key: SlotKey, before: U256, after: U256) -> Self {
        Self {
            key,
            before,
            after,
            kind: Kind::Write,
            undoes: false,
        }
    }

    pub(crate) const fn passing(value: U256) -> Self {
        Self {
            key: SlotKey {
                address: [0; 20],
                slot: U256([0; 4]),
            },
            before: value,
            after: value,
            kind: Kind::Passing,
            undoes: false,
        }
    }

    /// What takes it back.
    pub(crate) const fn undone(&self) -> Self {
        Self {
            before: self.after,
            after: self.before,
            undoes: true,
            ..*self
        }
    }
}

/// When an access happens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moment {
    pub(crate) timestamp: u32,
    pub(crate) transaction: u16,
}

/// The record that circuits take.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct LogQuery {
    timestamp: u32,
    transaction: u16,
    source: u8,
    shard: u8,
    address: [u8; 20],
    key: U256,
    read: U256,
    written: U256,
    is_write: bool,
    is_rollback: bool,
    is_service: bool,
}

/// As large as that of the VM it is modelled on.
const _: () = assert!(size_of::<LogQuery>() == 128);

/// Where records come from.
const STORAGE: u8 = 0;
const PASSING: u8 = 4;

impl LogQuery {
    pub(crate) const fn new(access: &Access, at: Moment) -> Self {
        Self {
            timestamp: at.timestamp,
            transaction: at.transaction,
            source: match access.kind {
                Kind::Passing => PASSING,
                Kind::Read | Kind::Write => STORAGE,
            },
            shard: 0,
            address: access.key.address,
            key: access.key.slot,
            read: access.before,
            written: access.after,
            is_write: matches!(access.kind, Kind::Write),
            is_rollback: access.undoes,
            is_service: false,
        }
    }

    /// What takes it back, of the same moment.
    pub(crate) const fn undone(&self) -> Self {
        Self {
            read: self.written,
            written: self.read,
            is_rollback: true,
            ..*self
        }
    }

    pub(crate) const fn undoes(&self) -> bool {
        self.is_rollback
    }

    /// What it is a record of.
    pub(crate) const fn access(&self) -> Access {
        Access {
            key: SlotKey {
                address: self.address,
                slot: self.key,
            },
            before: self.read,
            after: self.written,
            kind: match (self.source, self.is_write) {
                (STORAGE, true) => Kind::Write,
                (STORAGE, false) => Kind::Read,
                _ => Kind::Passing,
            },
            undoes: self.is_rollback,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_tells_its_access() {
        let key = SlotKey::random(7);
        let write = Access::write(key, U256::random(1), U256::random(2));
        let undoes = write.undone();
        assert_eq!((undoes.before, undoes.after), (write.after, write.before));
        let passing = Access::passing(U256::random(4));
        for access in [Access::read(key, U256::random(3)), write, undoes, passing] {
            let record = LogQuery::new(&access, Moment::default());
            assert_eq!(record.access(), access);
            assert_eq!(record.undone().access(), access.undone());
        }
    }
}
