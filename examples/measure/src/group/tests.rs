//! Groups are found, made, counted in and removed.

use super::*;
use std::env;

/// A directory with these below it, and a file in it.
fn tree(directories: &[&str], controllers: Option<&str>) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a temporary directory");
    for path in directories {
        fs::create_dir_all(root.path().join(path)).expect("a directory");
    }
    if let Some(controllers) = controllers {
        fs::write(root.path().join("cgroup.controllers"), controllers).expect("a file");
    }
    root
}

/// Where groups are made, below the root.
fn found(root: &tempfile::TempDir, memberships: &str) -> Option<(Version, PathBuf)> {
    let groups = Groups::of(root.path(), memberships)?;
    let parent = groups.parent.strip_prefix(root.path());
    Some((groups.version, parent.expect("below the root").to_owned()))
}

#[test]
fn version_1_is_below_the_own_group() {
    let root = tree(&["memory/box/prover"], None);
    let memberships = "5:cpu,memory:/box/prover\n1:cpuset:/else\n0::/\n";
    let expected = Some((Version::V1, PathBuf::from("memory/box/prover")));
    assert_eq!(found(&root, memberships), expected);
}

#[test]
fn version_1_in_a_container_is_at_the_mount() {
    let root = tree(&["memory"], None);
    let expected = Some((Version::V1, PathBuf::from("memory")));
    assert_eq!(found(&root, "4:memory:/docker/abc\n"), expected);
}

#[test]
fn version_2_is_beside_the_own_group() {
    let root = tree(&["user/session"], Some("cpu memory pids\n"));
    let expected = Some((Version::V2, PathBuf::from("user")));
    assert_eq!(found(&root, "0::/user/session\n"), expected);
    assert_eq!(found(&root, "0::/\n"), Some((Version::V2, PathBuf::new())));
}

#[test]
fn without_a_memory_controller_there_are_no_groups() {
    let root = tree(&[], Some("cpu pids\n"));
    assert_eq!(found(&root, "0::/\n"), None);
    assert_eq!(found(&root, "3:cpu:/\nnonsense\n"), None);
}

/// A group that is a directory with these files. (It is not removed when dropped: it is not empty.)
fn group(root: &tempfile::TempDir, version: Version, files: &[(&str, &str)]) -> Group {
    for (name, text) in files {
        fs::write(root.path().join(name), text).expect("a file");
    }
    let path = root.path().to_owned();
    Group { version, path }
}

#[test]
fn version_2_is_counted_by_its_own_files() {
    let root = tree(&[], None);
    let group = group(
        &root,
        Version::V2,
        &[
            ("memory.current", "104857600\n"),
            ("memory.peak", "209715200\n"),
            (
                "memory.stat",
                "anon 5\nfile 6\ninactive_anon 7\nactive_anon 8\ninactive_file 4857600\nactive_file 9\n",
            ),
            (
                "memory.events",
                "low 0\nhigh 3\nmax 12\noom 4\noom_kill 2\noom_group_kill 1\n",
            ),
            // Of version 1, which this is not.
            ("memory.usage_in_bytes", "1\n"),
            ("memory.oom_control", "oom_kill 77\n"),
        ],
    );
    assert_eq!(group.working_set(), Some(100_000_000));
    assert_eq!(group.peak(), Some(209_715_200));
    assert_eq!((group.kills(), group.has_killed()), (2, true));
}

#[test]
fn version_1_is_counted_with_the_groups_below() {
    let root = tree(&[], None);
    let group = group(
        &root,
        Version::V1,
        &[
            ("memory.usage_in_bytes", "104857600\n"),
            ("memory.max_usage_in_bytes", "209715200\n"),
            (
                "memory.stat",
                "inactive_file 1\ntotal_inactive_file 4857600\n",
            ),
            (
                "memory.oom_control",
                "oom_kill_disable 0\nunder_oom 1\noom_kill 2\n",
            ),
        ],
    );
    assert_eq!(group.working_set(), Some(100_000_000));
    assert_eq!(group.peak(), Some(209_715_200));
    assert_eq!(group.kills(), 2);
}

#[test]
fn what_a_kernel_does_not_count_is_unknown() {
    let root = tree(&[], None);
    // Before Linux 5.19 there is no peak, and never one of what is not mounted.
    let files = [("memory.current", "4096\n"), ("memory.events", "oom 1\n")];
    let group = group(&root, Version::V2, &files);
    assert_eq!((group.peak(), group.working_set()), (None, None));
    assert_eq!(group.kills(), 0);
}

#[test]
fn limits_leave_no_swap() {
    for (version, files) in [
        (
            Version::V2,
            [("memory.max", "4096"), ("memory.swap.max", "0")],
        ),
        (
            Version::V1,
            [
                ("memory.limit_in_bytes", "4096"),
                ("memory.memsw.limit_in_bytes", "4096"),
            ],
        ),
    ] {
        let root = tree(&[], None);
        let read = |name| fs::read_to_string(root.path().join(name)).expect("a file");
        let group = group(&root, version, &files.map(|(name, _)| (name, "max\n")));
        group.limit(Some(4096)).expect("a limit");
        for (name, text) in files {
            assert_eq!(read(name), text, "{name}");
        }
        let [(memory, _), (swap, _)] = files;
        group.set_limit(512).expect("a limit");
        assert_eq!((&*read(memory), &*read(swap)), ("512", files[1].1));
        // A kernel that does not count swap, and one that does not count memory.
        fs::remove_file(root.path().join(swap)).expect("a file");
        group.limit(Some(1024)).expect("a limit");
        assert!(!root.path().join(swap).exists());
        fs::remove_file(root.path().join(memory)).expect("a file");
        let refused = group.limit(Some(1024)).map_err(|error| error.kind());
        assert_eq!(refused, Err(io::ErrorKind::NotFound));
        assert!(group.limit(None).is_err());
    }
}

#[test]
fn a_group_without_the_controller_is_none() {
    let root = tree(&["user/session"], Some("memory\n"));
    let groups = Groups::of(root.path(), "0::/user/session\n").expect("a hierarchy");
    assert!(groups.create(Some(4096)).is_err());
    let told = fs::read_to_string(root.path().join("user/cgroup.subtree_control"));
    assert_eq!(told.expect("a file"), "+memory");
    let left = fs::read_dir(root.path().join("user")).expect("a directory");
    assert_eq!(left.count(), 2, "the session and the file");
}

#[test]
fn a_limit_of_this_machine_that_it_does_not_know_is_not_there() {
    let Some(groups) = groups() else { return };
    let group = groups.create(None).expect("a group");
    let unknown = set(&group.path().join("memory.unknown"), 0);
    assert_eq!(
        unknown.map_err(|error| error.kind()),
        Err(io::ErrorKind::NotFound)
    );
}

#[test]
fn groups_of_the_living_are_not_left() {
    assert!(!is_left(&format!("{NAME}{}-7", process::id())));
    assert!(is_left(&format!("{NAME}4194305-0"))); // above the greatest process number there can be
    assert!(!is_left("user.slice"));
}

/// Groups of this machine; where there are none, the test is skipped, or fails under `CI=true`.
fn groups() -> Option<Groups> {
    match Groups::find() {
        Ok(groups) => Some(groups),
        Err(reason) => {
            let ci = env::var_os("CI").is_some_and(|value| value == "true");
            assert!(!ci, "skipped under CI: {reason}");
            println!("skipped: {reason}");
            None
        }
    }
}

/// Runs `script` in a group of 32 MiB; says whether it succeeded, and what the group says.
fn in_group(groups: &Groups, script: &str) -> (bool, Group) {
    let group = groups.create(Some(32 << 20)).expect("a group");
    let joined = format!("echo 0 > {}/cgroup.procs; {script}", group.path().display());
    let mut command = process::Command::new("sh");
    let output = command.args(["-c", &joined]).output().expect("a shell");
    (output.status.success(), group)
}

#[test]
fn a_process_beyond_the_limit_is_killed_and_counted() {
    let Some(groups) = groups() else { return };
    let (done, group) = in_group(&groups, "head -c 8000000 /dev/zero | tail -c 1 | wc -c");
    assert!(done && !group.has_killed());
    assert!(
        group
            .peak()
            .is_none_or(|peak| (1..=32 << 20).contains(&peak))
    );

    // `tail` keeps the last 64 MB.
    let (_, group) = in_group(
        &groups,
        "head -c 99000000 /dev/zero | tail -c 64000000 > /dev/null",
    );
    assert!(group.has_killed());
}

#[test]
fn a_dropped_group_is_gone() {
    let Some(groups) = groups() else { return };
    let group = groups.create(None).expect("a group");
    let path = group.path().to_owned();
    assert!(path.is_dir());
    drop(group);
    assert!(!path.exists());
}
