//! Data that lies on a disk, or in memory as far as a budget allows: written once, frozen, read in tiles.
//!
//! ```text
//! store.write(len) -> Writing --freeze--> Stored  read_into, tiles: through a few buffers, with read-ahead
//! store.map(len) -> MappedWriting --freeze--> Mapped  read as a slice, at the pace of page faults
//! ```
//!
//! What the RAM budget has no room for lies in one file without a name, whose blocks are allocated before
//! anybody writes to them: a full disk is an error of [`Store::write`], and never a signal.
//!
//! | file | role |
//! |---|---|
//! | `plan`, `handle`, `begin` | what a store is opened with, and what it can do |
//! | `place`, `file` | the directory, and the file in it |
//! | `space` | extents of the file, with blocks of the disk under them |
//! | `extents`, `pieces`, `budget` | which pages are free, how many may be in use: numbers only |
//! | `buffers`, `threads`, `body` | how bytes get to the file and back without anybody waiting |
//! | `writing`, `writing_tiles`, `written`, `sending` | data that is being written, and on its way to the file |
//! | `placement`, `memory` | whether data lies in memory, and that memory |
//! | `stored`, `reads`, `tiles` | data that is read |
//! | `mapped`, `net` | data in mapped pages, and what happens when those are lost |
//! | `library`, `writer` | pages for the blocks of library code, and who writes them behind it |
//! | `cipher` | encryption |
//! | `figures`, `process`, `error` | what a store tells, and what all of them do together |

mod begin;
mod body;
mod budget;
mod buffers;
mod cipher;
mod error;
mod extents;
mod figures;
mod file;
mod handle;
mod library;
mod mapped;
mod memory;
mod net;
mod pieces;
mod place;
mod placement;
mod plan;
mod process;
mod reads;
mod sending;
mod space;
mod stored;
mod threads;
mod tiles;
mod writer;
mod writing;
mod writing_tiles;
mod written;

pub use error::{StoreError, Tried};
pub use figures::StoreStats;
pub use handle::Store;
pub(crate) use library::{
    after_fork_in_child, back, give, give_ram, is_lost, library_bytes, open as open_library,
    take_ram,
};
pub use mapped::{Mapped, MappedWriting};
pub use placement::Placement;
pub use plan::StorePlan;
pub(crate) use process::{StoreUse, WATCHES, watch, watched};
pub use stored::Stored;
pub use tiles::{Tile, Tiles};
pub(crate) use writer::{phase_ended, phase_opened};
pub use writing::Writing;
pub use writing_tiles::WritingTiles;
