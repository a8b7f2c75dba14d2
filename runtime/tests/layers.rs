//! The floors of the house: a module uses lower floors only, `unsafe` stays in its rooms, and
//! third-party crates come in through their doors.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules and the floor they are on.
const FLOORS: [(&str, u32); 23] = [
    ("layout", 0),
    ("plain", 0),
    ("size", 0),
    ("sync", 0),
    ("error", 1),
    ("os", 1),
    ("environment", 2),
    ("lock", 2),
    ("region", 2),
    ("wipe", 2),
    ("spans", 3),
    ("arena", 4),
    ("small", 4),
    ("store", 4),
    ("kernels", 5),
    ("phase", 5),
    ("owners", 6),
    ("alloc", 7),
    ("plonky3", 7),
    ("trace", 7),
    ("state", 7),
    ("ops", 8),
    ("lib", 9),
];
/// Where `unsafe` may appear: files whose names start so.
const UNSAFE: [&str; 25] = [
    "os/",
    "lock.rs",
    "plain.rs",
    "region.rs",
    "wipe/",
    "small/heap.rs",
    "small/slabs.rs",
    "small/tests/",
    "spans/",
    "store/buffers.rs",
    "store/cipher.rs",
    "store/mapped.rs",
    "store/memory.rs",
    "arena/bump.rs",
    "arena/pages.rs",
    "phase/shard/",
    "phase/handle/",
    "owners/boxed.rs",
    "owners/home.rs",
    "owners/secret/value.rs",
    "owners/vec/",
    "alloc/",
    // These implement a trait with an unsafe method, and bounds are checked all the same.
    "plonky3/arena/evaluations.rs",
    "plonky3/arena/lde.rs",
    "plonky3/stream/evaluations.rs",
];
/// Crates, and the only places that may name them.
const DOORS: [(&str, &str); 25] = [
    ("aes", "store/cipher.rs"),
    ("ark_poly", "kernels/arkworks.rs"),
    ("bumpalo", "arena/scratch.rs"),
    ("ctr", "store/cipher.rs"),
    ("foldhash", "state/states.rs"),
    ("http", "ops/layer.rs"),
    ("libc", "os/"),
    ("metrics", "ops/publish.rs"),
    ("p3_air", "plonky3/"),
    ("p3_challenger", "plonky3/"),
    ("p3_commit", "plonky3/"),
    ("p3_dft", "kernels/plonky3.rs"),
    ("p3_dft", "plonky3/"),
    ("p3_fri", "plonky3/"),
    ("p3_symmetric", "plonky3/"),
    ("p3_uni_stark", "plonky3/"),
    ("p3_util", "plonky3/"),
    ("quick_cache", "ops/cache.rs"),
    ("serde_json", "ops/profile/"),
    ("serde_json", "phase/report/"),
    ("tower_layer", "ops/layer.rs"),
    ("tower_service", "ops/layer.rs"),
    ("tracing", "phase/traced.rs"),
    ("zeroize", "wipe/"),
    ("zkarena_macros", "lib.rs"),
];

/// A source file of the crate, without comments.
struct Source {
    /// Below `src`, as in `spans/bins.rs`.
    name: String,
    /// As in `["spans", "bins"]`; the file of a folder has the folder's.
    path: Vec<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a folder of sources");
        let entries: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        let (below, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
        folders.extend(below);
        let sources = files
            .iter()
            .filter(|file| file.extension().is_some_and(|end| end == "rs"));
        found.extend(sources.map(|file| source(&root, file)));
    }
    assert!(
        found.len() > 20,
        "these are not the sources: {}",
        root.display()
    );
    found
}

fn source(root: &Path, file: &Path) -> Source {
    let name = file
        .strip_prefix(root)
        .expect("below the root")
        .to_str()
        .expect("plain text")
        .to_owned();
    let path = name
        .trim_end_matches(".rs")
        .split('/')
        .filter(|part| *part != "mod")
        .map(str::to_owned)
        .collect();
    let text = fs::read_to_string(file).expect("a source");
    let code = |line: &str| {
        line.split_once("//")
            .map_or(line, |(code, _)| code)
            .to_owned()
            + "\n"
    };
    Source {
        name,
        path,
        text: text.lines().map(code).collect(),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What follows each occurrence of `word` as a word of its own.
fn after<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let alone = move |at: usize| {
        !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word)
    };
    text.match_indices(word)
        .filter(move |&(at, _)| alone(at))
        .map(move |(at, _)| &text[at + word.len()..])
}

/// The names at the start of a path's rest: `{os, layout::PAGE}` is `os` and `layout`.
fn names(rest: &str) -> Vec<&str> {
    let Some(list) = rest.strip_prefix('{') else {
        return vec![rest.split(|c| !is_word(c)).next().unwrap_or_default()];
    };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(
                    list[start..at]
                        .trim()
                        .split(|c| !is_word(c))
                        .next()
                        .unwrap_or_default(),
                );
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

/// The modules at the root of the crate that a file names, by `crate::` or by enough `super::`.
fn uses(source: &Source) -> Vec<&str> {
    let from_root = after(&source.text, "crate").filter_map(|rest| rest.strip_prefix("::"));
    let up = "super::".repeat(source.path.len());
    let climbed = source
        .text
        .match_indices(&up)
        .map(|(at, _)| &source.text[at + up.len()..]);
    let climbed: Vec<&str> = climbed
        .filter(|rest| !rest.starts_with("super::"))
        .collect();
    from_root.chain(climbed).flat_map(names).collect()
}

fn floor(module: &str) -> Option<u32> {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .map(|&(_, floor)| floor)
}

#[test]
fn modules_use_lower_floors_only() {
    for source in sources() {
        let own = &source.path[0];
        let here = floor(own)
            .unwrap_or_else(|| panic!("src/{} is on no floor: add it to the list", source.name));
        for used in uses(&source) {
            let there = floor(used).filter(|_| used != own);
            assert!(
                there.is_none_or(|there| there < here),
                "src/{} (floor {here}) uses `{used}`, which is not on a lower floor",
                source.name
            );
        }
    }
}

#[test]
fn folders_are_entered_through_their_mod_rs() {
    for Source { name, text, .. } in sources().iter().filter(|source| source.name != "lib.rs") {
        let open = ["pub mod ", "pub(crate) mod ", "pub(super) mod "]
            .into_iter()
            .find(|open| text.contains(open));
        assert!(
            open.is_none(),
            "src/{name} has a `{}`: a module is entered through what its `mod.rs` re-exports",
            open.unwrap_or_default()
        );
    }
}

#[test]
fn unsafe_code_stays_in_its_rooms() {
    let sources = sources();
    let has_unsafe = |source: &Source| after(&source.text, "unsafe").next().is_some();
    for source in &sources {
        let name = &source.name;
        let listed = UNSAFE.iter().any(|room| name.starts_with(room));
        assert!(
            listed || !has_unsafe(source),
            "src/{name} contains `unsafe` and is not on the list of those that may"
        );
        let above_unsafe = name == "lib.rs"
            || name.strip_suffix("mod.rs").is_some_and(|folder| {
                sources
                    .iter()
                    .any(|other| other.name.starts_with(folder) && has_unsafe(other))
            });
        let forbids = source
            .text
            .trim_start()
            .starts_with("#![forbid(unsafe_code)]");
        assert!(
            forbids || has_unsafe(source) || above_unsafe,
            "src/{name} needs no `unsafe`, so it starts with `#![forbid(unsafe_code)]`"
        );
    }
}

#[test]
fn crates_come_in_through_their_doors() {
    for source in sources() {
        for (name, door) in DOORS {
            let named = after(&source.text, name).any(|rest| rest.starts_with("::"));
            let mut doors = DOORS.iter().filter(|(of, _)| *of == name);
            assert!(
                !named || doors.any(|(_, door)| source.name.starts_with(door)),
                "src/{} names `{name}`, whose door is src/{door}",
                source.name
            );
        }
    }
}
