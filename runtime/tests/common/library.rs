//! Blocks of library code in a phase with little memory.

use super::child::in_child_with;
use super::disk::{Folder, disk_bytes};
use std::fs;
use std::process::Command;
use zkarena::{Lowmem, LowmemStats, PhaseGuard, Plan, report, site};

/// Opens a phase with that policy.
pub(crate) fn open(policy: Lowmem) -> PhaseGuard<'static> {
    PhaseGuard::root(site!("prove"), Plan::new().lowmem(policy))
}

/// What the report tells of such blocks.
pub(crate) fn lowmem() -> LowmemStats {
    report().lowmem()
}

/// The line of the mapping that an address is in.
pub(crate) fn mapping_of<T>(at: *const T) -> String {
    let maps = fs::read_to_string("/proc/self/maps").expect("maps");
    let holds = |line: &&str| {
        let range = line
            .split(' ')
            .next()
            .and_then(|range| range.split_once('-'));
        let (start, end) = range.expect("a range");
        let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).expect("hex"));
        (start..end).contains(&at.addr())
    };
    let line = maps.lines().find(holds);
    line.unwrap_or_default().to_owned()
}

/// Whether a block is in a file that has no name, shared with it.
pub(crate) fn is_in_file<T>(block: &[T]) -> bool {
    let line = mapping_of(block.as_ptr());
    line.contains(" rw-s ") && line.ends_with("(deleted)")
}

/// Runs `body` in a process of its own, whose file is in a directory of its own.
pub(crate) fn with_a_disk(name: &str, body: impl FnOnce(&Folder)) {
    with_settings(name, &[], body);
}

/// As [`with_a_disk`], with variables of the environment.
pub(crate) fn with_settings(name: &str, settings: &[(&str, &str)], body: impl FnOnce(&Folder)) {
    let prepare = |command: &mut Command| {
        command.env("ZKARENA_STORE_DIR", "/var/tmp");
        command.envs(settings.iter().copied());
    };
    in_child_with(name, prepare, || {
        let folder = Folder::new();
        // SAFETY: nobody else reads the environment: the store is opened later, and by this thread.
        unsafe { std::env::set_var("ZKARENA_STORE_DIR", folder.path()) };
        body(&folder);
    });
}

/// The file with blocks of the disk: the store's own has none.
pub(crate) fn file_of_blocks(folder: &Folder) -> fs::File {
    let entries = fs::read_dir("/proc/self/fd")
        .expect("descriptors")
        .flatten();
    let files = entries.filter_map(|entry| {
        let target = fs::read_link(entry.path()).ok()?;
        let ours = target.starts_with(folder.path());
        ours.then(|| {
            fs::File::options()
                .read(true)
                .write(true)
                .open(entry.path())
                .expect("the file")
        })
    });
    files.max_by_key(disk_bytes).expect("a file")
}
