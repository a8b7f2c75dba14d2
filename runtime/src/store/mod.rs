//! Data that lies on a disk and not in memory: written once, frozen, read in tiles.
//!
//! ```text
//! store.write(len) -> Writing --freeze--> Stored  read_into, tiles: through a few buffers, with read-ahead
//! store.map(len) -> MappedWriting --freeze--> Mapped  read as a slice, at the pace of page faults
//! ```
//!
//! All of it lies in one file without a name, whose blocks are allocated before anybody writes to them:
//! a full disk is an error of [`Store::write`], and never a signal.
//!
//! | file | role |
//! |---|---|
//! | `plan`, `handle` | what a store is opened with, and what it can do |
//! | `place`, `file` | the directory, and the file in it |
//! | `space` | extents of the file, with blocks of the disk under them |
//! | `extents`, `budget` | which pages are free, how many may be in use: numbers only |
//! | `buffers`, `threads`, `body` | how bytes get to the file and back without anybody waiting |
//! | `writing`, `writing_tiles` | data on its way to the file |
//! | `stored`, `reads`, `tiles` | data in the file |
//! | `mapped`, `net` | data in mapped pages, and what happens when those are lost |
//! | `library`, `writer` | pages for the blocks of library code, and who writes them behind it |
//! | `cipher` | encryption |
//! | `figures`, `error` | what the store tells |

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
mod net;
mod place;
mod plan;
mod reads;
mod space;
mod stored;
mod threads;
mod tiles;
mod writer;
mod writing;
mod writing_tiles;

pub use error::{StoreError, Tried};
pub use figures::StoreStats;
pub use handle::Store;
pub(crate) use library::{after_fork_in_child, back, give, is_lost, open as open_library};
pub use mapped::{Mapped, MappedWriting};
pub use plan::StorePlan;
pub use stored::Stored;
pub use tiles::{Tile, Tiles};
pub(crate) use writer::{phase_ended, phase_opened};
pub use writing::Writing;
pub use writing_tiles::WritingTiles;
