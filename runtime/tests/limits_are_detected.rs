//! The limit is the smallest that applies, wherever it is written, and its source is named.
#![cfg(target_os = "linux")]

mod common;

use common::child::{command, is_child, run};
use common::disk::Folder;
use std::fs;
use std::path::PathBuf;
use zkarena::ops::{LimitSource, MemLimit, MemUsage};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What version 1 writes where there is no limit, on pages of 4 KiB.
const NONE_V1: &str = "9223372036854771712";

/// Files of a system that a test makes up: 8 GiB of memory unless it says otherwise.
struct System(Folder);

impl System {
    fn new(cgroup: &str, mountinfo: &str) -> Self {
        let system = Self(Folder::new());
        system.file(
            "proc/meminfo",
            "MemTotal: 8388608 kB\nMemFree: 1048576 kB\nMemAvailable: 4194304 kB\n",
        );
        system.file("proc/self/cgroup", cgroup);
        system.file("proc/self/mountinfo", mountinfo);
        system
    }

    fn file(&self, path: &str, text: &str) -> &Self {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("its folders");
        fs::write(path, text).expect("a file");
        self
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn limit(&self) -> MemLimit {
        MemLimit::below(self.0.path())
    }

    /// The limit is `bytes`, and it is the file `path` that says so.
    fn expect(&self, bytes: u64, path: &str) -> MemLimit {
        let limit = self.limit();
        let source = LimitSource::Group(self.at(path));
        assert_eq!(limit, MemLimit { bytes, source });
        limit
    }

    fn expect_machine(&self) {
        let source = LimitSource::Machine;
        assert_eq!(
            self.limit(),
            MemLimit {
                bytes: 8 * GIB,
                source
            }
        );
    }

    fn usage(&self) -> Option<MemUsage> {
        self.limit().usage_below(self.0.path())
    }
}

const V2: &str = "24 1 0:22 / / rw - ext4 /dev/vda rw\n30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
const V1: &str = "31 24 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n\
    32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:11 - cgroup cgroup rw,cpu,cpuacct\n\
    35 31 0:32 / /sys/fs/cgroup/memory rw shared:15 master:3 - cgroup cgroup rw,memory\n";
const V1_GROUPS: &str = "5:memory:/docker/a\n2:cpu,cpuacct:/docker/a\n1:name=systemd:/docker/a\n";

#[test]
fn version_2() {
    let system = System::new("0::/user.slice/a.scope\n", V2);
    let group = "sys/fs/cgroup/user.slice/a.scope";
    system.file(&format!("{group}/memory.max"), "1073741824\n");
    system.file(&format!("{group}/memory.high"), "max\n");
    system.expect(GIB, &format!("{group}/memory.max"));
    system.file(&format!("{group}/memory.high"), "805306368\n");
    system.expect(768 * MIB, &format!("{group}/memory.high"));
}

#[test]
fn version_1() {
    let system = System::new(V1_GROUPS, V1);
    let file = "sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes";
    system.file(file, "536870912\n");
    // The other controllers' groups have nothing to say about memory.
    system.file(
        "sys/fs/cgroup/cpu,cpuacct/docker/a/memory.limit_in_bytes",
        "7\n",
    );
    system.expect(512 * MIB, file);
}

#[test]
fn version_1_knows_of_limits_that_cannot_be_seen() {
    let system = System::new("5:memory:/\n", V1);
    system.file("sys/fs/cgroup/memory/memory.limit_in_bytes", NONE_V1);
    let stat = "sys/fs/cgroup/memory/memory.stat";
    system.file(stat, "cache 0\nhierarchical_memory_limit 268435456\n");
    system.expect(256 * MIB, stat);
}

#[test]
fn both_versions_at_once() {
    let unified = "38 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    let system = System::new(&format!("{V1_GROUPS}0::/b\n"), &format!("{V1}{unified}"));
    let old = "sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes";
    system.file(old, "536870912\n");
    system.file("sys/fs/cgroup/unified/b/cgroup.procs", "1\n");
    system.expect(512 * MIB, old);
    let new = "sys/fs/cgroup/unified/b/memory.max";
    system.file(new, "268435456\n");
    system.expect(256 * MIB, new);
}

#[test]
fn the_smallest_of_all_groups_above() {
    let system = System::new("0::/a/b/c\n", V2);
    system.file("sys/fs/cgroup/a/b/c/memory.max", "max\n");
    system.file("sys/fs/cgroup/a/b/memory.max", "2147483648\n");
    system.file("sys/fs/cgroup/a/memory.max", "1073741824\n");
    // A group beside ours is no limit of ours.
    system.file("sys/fs/cgroup/a/d/memory.max", "4096\n");
    system.expect(GIB, "sys/fs/cgroup/a/memory.max");
    // Of equals the nearest is named.
    system.file("sys/fs/cgroup/a/b/c/memory.max", "1073741824\n");
    system.expect(GIB, "sys/fs/cgroup/a/b/c/memory.max");
}

#[test]
fn mounted_elsewhere_with_blanks_in_its_name() {
    let system = System::new(
        "0::/a\n",
        "30 24 0:26 / /mnt/control\\040groups rw - cgroup2 none rw\n",
    );
    system.file("mnt/control groups/a/memory.max", "1073741824\n");
    system.expect(GIB, "mnt/control groups/a/memory.max");
}

#[test]
fn a_part_of_the_hierarchy_is_mounted() {
    let bound = V1.replace("0:32 / ", "0:32 /docker/a ");
    let system = System::new("5:memory:/docker/a/worker\n", &bound);
    system.file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    system.expect(GIB, "sys/fs/cgroup/memory/memory.limit_in_bytes");
    let own = "sys/fs/cgroup/memory/worker/memory.limit_in_bytes";
    system.file(own, "268435456\n");
    system.expect(256 * MIB, own);
    // Somebody else's part says nothing about us.
    let other = System::new("5:memory:/docker/b\n", &bound);
    other.file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    other.expect_machine();
}

#[test]
fn in_a_namespace() {
    let own = System::new("0::/\n", V2);
    own.file("sys/fs/cgroup/memory.max", "1073741824\n");
    own.expect(GIB, "sys/fs/cgroup/memory.max");
    // What is mounted is above the namespace: a group above ours, whose way down has no name here.
    let above = System::new("0::/\n", &V2.replace("0:26 / ", "0:26 /.. "));
    above.file("sys/fs/cgroup/memory.max", "536870912\n");
    above.expect(512 * MIB, "sys/fs/cgroup/memory.max");
    // The process was moved out of the namespace: what is mounted is not above it.
    let outside = System::new("0::/../b\n", V2);
    outside.file("sys/fs/cgroup/memory.max", "536870912\n");
    outside.file("sys/fs/b/memory.max", "4096\n");
    outside.expect_machine();
}

#[test]
fn a_mount_hides_the_one_below_it() {
    let later = "40 24 0:40 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n";
    let system = System::new("0::/a\n", &format!("{V2}{later}"));
    system.file("sys/fs/cgroup/a/memory.max", "4096\n");
    system.expect_machine();
}

#[test]
fn no_limit_is_the_machine() {
    let new = System::new("0::/a\n", V2);
    new.file("sys/fs/cgroup/a/memory.max", "max\n");
    new.expect_machine();
    let old = System::new(V1_GROUPS, V1);
    for none in [NONE_V1, "9223372036854710272", "9223372036854775807"] {
        old.file("sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes", none);
        old.expect_machine();
    }
    // A group may have more than there is.
    new.file("sys/fs/cgroup/a/memory.max", "1099511627776\n");
    new.expect_machine();
}

#[test]
fn limits_of_the_process() {
    let system = System::new("", "");
    let head = "Limit                     Soft Limit           Hard Limit           Units     \n";
    let limits = |data: &str, addresses: &str| {
        let line = |name, soft| format!("{name:<26}{soft:<21}{:<21}bytes\n", "unlimited");
        let stack = line("Max stack size", "8388608");
        let text = [
            head.to_owned(),
            line("Max data size", data),
            stack,
            line("Max address space", addresses),
        ];
        system.file("proc/self/limits", &text.concat());
        system.limit()
    };
    assert_eq!(
        limits("unlimited", "unlimited").source,
        LimitSource::Machine
    );
    let (bytes, source) = (GIB, LimitSource::Process("RLIMIT_AS"));
    assert_eq!(
        limits("unlimited", "1073741824"),
        MemLimit { bytes, source }
    );
    let (bytes, source) = (256 * MIB, LimitSource::Process("RLIMIT_DATA"));
    assert_eq!(
        limits("268435456", "1073741824"),
        MemLimit { bytes, source }
    );
}

#[test]
fn garbage_is_no_limit() {
    for text in [
        "",
        "\n",
        "-1\n",
        "1 GiB\n",
        "18446744073709551616\n",
        "\u{0}\u{fffd}",
    ] {
        let system = System::new("0::/a\n5:memory:/a\n", &format!("{V2}{V1}"));
        system.file("sys/fs/cgroup/a/memory.max", text);
        system.file("sys/fs/cgroup/memory/a/memory.limit_in_bytes", text);
        system.file("sys/fs/cgroup/memory/a/memory.stat", text);
        system.file("proc/self/limits", text);
        system.expect_machine();
    }
    for text in [
        "",
        ":",
        "0:",
        "0::",
        "x:y:z:\n::\n",
        "5:memory",
        " - ",
        "1 2 3 4 5 - cgroup2",
        "1 2 3 \\0 \\777 a - cgroup2 b c",
    ] {
        System::new(text, text).expect_machine();
        System::new("0::/a\n", text).expect_machine();
        System::new(text, V2).expect_machine();
    }
}

#[test]
fn nothing_tells() {
    let empty = Folder::new();
    let limit = MemLimit::below(empty.path());
    assert_eq!(
        (limit.bytes, &limit.source),
        (u64::MAX, &LimitSource::Unknown)
    );
    assert_eq!(limit.usage_below(empty.path()), None);
    assert_eq!(limit.to_string(), "no limit is known");
}

#[test]
fn usage_is_that_of_the_group_with_the_limit() {
    let system = System::new("0::/a/b\n", V2);
    system.file("sys/fs/cgroup/a/memory.max", "1073741824\n");
    assert_eq!(system.usage(), None, "unknown is not 0");
    system.file("sys/fs/cgroup/a/memory.current", "629145600\n");
    assert_eq!(system.usage(), None, "nor is it the raw figure");
    system.file(
        "sys/fs/cgroup/a/memory.stat",
        "anon 1\ninactive_file 419430400\nactive_file 9\n",
    );
    system.file("sys/fs/cgroup/a/b/memory.current", "7\n");
    let usage = MemUsage {
        raw_bytes: 600 * MIB,
        working_set_bytes: 200 * MIB,
    };
    assert_eq!(system.usage(), Some(usage));
}

#[test]
fn usage_in_version_1() {
    let system = System::new(V1_GROUPS, V1);
    let group = "sys/fs/cgroup/memory/docker/a";
    system.file(&format!("{group}/memory.limit_in_bytes"), "1073741824\n");
    system.file(&format!("{group}/memory.usage_in_bytes"), "629145600\n");
    // The total counts the groups below, as the usage does.
    system.file(
        &format!("{group}/memory.stat"),
        "inactive_file 5\ntotal_inactive_file 419430400\n",
    );
    assert_eq!(
        system.usage().map(|usage| usage.working_set_bytes),
        Some(200 * MIB)
    );
}

#[test]
fn usage_without_a_group() {
    let system = System::new("", "");
    let machine = MemUsage {
        raw_bytes: 7 * GIB,
        working_set_bytes: 4 * GIB,
    };
    assert_eq!(system.usage(), Some(machine));
    system.file(
        "proc/self/smaps_rollup",
        "7f0-7ff ---p 0 00:00 0 [rollup]\nRss: 1024 kB\nPss: 9 kB\nLazyFree: 256 kB\n",
    );
    let process = MemUsage {
        raw_bytes: 1024 * KIB,
        working_set_bytes: 768 * KIB,
    };
    assert_eq!(
        MemLimit::explicit(GIB).usage_below(system.0.path()),
        Some(process)
    );
}

/// In the child: what is detected.
#[test]
fn what_is_detected() {
    if is_child("what_is_detected") {
        println!("\nlimit={}", MemLimit::detect());
        assert_eq!(MemLimit::detect(), MemLimit::detect(), "services ask again");
        return;
    }
    // Without a variable it is what the system's files say; this process is told of its memory.
    let limit = MemLimit::below("/".as_ref());
    assert!(limit.bytes < 1 << 62, "{limit}");
    let usage = limit.usage().expect("Linux tells");
    assert!(
        usage.working_set_bytes > MIB && usage.working_set_bytes <= usage.raw_bytes,
        "{usage:?}"
    );
}

#[test]
fn the_variable_comes_first() {
    let told = run(command("what_is_detected").env("ZKARENA_LIMIT", "1.5GiB"));
    assert!(
        told.stdout.contains("limit=1.5 GiB (ZKARENA_LIMIT)\n"),
        "{told}"
    );
    assert_eq!(told.stderr, "", "{told}");
}

#[test]
fn a_wrong_variable_is_one_line_however_often_it_is_read() {
    let system = format!("limit={}\n", MemLimit::below("/".as_ref()));
    let told = run(command("what_is_detected").env("ZKARENA_LIMIT", "plenty"));
    assert!(told.stdout.contains(&system), "{told}");
    let line = "zkarena: ZKARENA_LIMIT=plenty: the unit of a byte size is one of B, KiB, MiB, GiB, TiB; using the default\n";
    assert_eq!(told.stderr, line);
}
