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
