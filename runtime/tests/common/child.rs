//! Tests that need a process of their own: the test binary runs itself again with that one test.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Set in a child: the test that it is to run.
const CHILD: &str = "TEST_CHILD";

/// Hangs are failures; this is not a measurement.
const WATCHDOG: Duration = Duration::from_mins(2);

/// How a child ended and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Panics unless the child ran its test and the test passed.
    pub(crate) fn assert_passed(&self) -> &Self {
        let ran = self.stdout.contains("1 passed");
        assert!(self.status.success() && ran, "the child failed: {self}");
        self
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let signal = self
            .status
            .signal()
            .map(|signal| format!(" (signal {signal})"))
            .unwrap_or_default();
        write!(
            f,
            "{}{signal}\n-- stdout\n{}\n-- stderr\n{}",
            self.status, self.stdout, self.stderr
        )
    }
}

/// Whether this process is the child that runs the test `name`.
pub(crate) fn is_child(name: &str) -> bool {
    std::env::var_os(CHILD).is_some_and(|child| child == name)
}

/// The command that runs the test `name` of this file in a process of its own, where [`is_child`] holds.
pub(crate) fn command(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the test binary"));
    command.args(arguments(name)).env(CHILD, name);
    clean(&mut command);
    command
}

/// As [`command`], run by another program such as `strace`.
pub(crate) fn command_under(program: &str, options: &[&str], name: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(options)
        .arg(std::env::current_exe().expect("the test binary"));
    command.args(arguments(name)).env(CHILD, name);
    clean(&mut command);
    command
}

fn arguments(name: &str) -> [&str; 4] {
    [name, "--exact", "--nocapture", "--test-threads=1"]
}

/// The settings of whoever runs the tests are not those of a child.
fn clean(command: &mut Command) {
    for name in [
        "ZKARENA",
        "ZKARENA_DISK",
        "ZKARENA_LIMIT",
        "ZKARENA_MIN_BYTES",
        "ZKARENA_MLOCK",
        "ZKARENA_PAGES",
        "ZKARENA_RAM",
        "ZKARENA_RETAIN",
        "ZKARENA_RESERVE",
        "ZKARENA_STORE_DIR",
    ] {
        command.env_remove(name);
    }
}

/// Runs a child to its end, or kills it and panics if it hangs.
pub(crate) fn run(command: &mut Command) -> Ended {
    let spawned = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let deadline = Instant::now() + WATCHDOG;
    let mut hangs = false;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child to wait for") {
            break status;
        }
        if Instant::now() > deadline {
            hangs = true;
            child.kill().expect("a child to kill");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let ended = Ended {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    };
    assert!(!hangs, "the child hangs: {ended}");
    ended
}

fn reader(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("what the child says");
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn text(reader: Option<JoinHandle<String>>) -> String {
    reader
        .and_then(|reader| reader.join().ok())
        .unwrap_or_default()
}

/// In the parent: runs the test `name` in a process of its own and demands that it passes there.
/// In the child: runs `body`.
pub(crate) fn in_child(name: &str, body: impl FnOnce()) {
    in_child_with(name, |_| (), body);
}

/// Whether the calling test has its process to itself, so that every block of the only open phase is
/// its own; the harness allocates while other tests run. If not, the test is run in a process of its
/// own, and demanded to pass there.
pub(crate) fn by_itself() -> bool {
    let thread = std::thread::current();
    let name = thread
        .name()
        .expect("the harness names threads after tests");
    if name == "main" || is_child(name) {
        return true;
    }
    run(&mut command(name)).assert_passed();
    false
}

/// As [`in_child`], where `prepare` sets up the child.
pub(crate) fn in_child_with(name: &str, prepare: impl FnOnce(&mut Command), body: impl FnOnce()) {
    if is_child(name) {
        return body();
    }
    let mut child = command(name);
    prepare(&mut child);
    run(&mut child).assert_passed();
}

/// Starts the child under a limit of `bytes` (or of processes) on `resource`.
pub(crate) fn limit(
    command: &mut Command,
    resource: libc::__rlimit_resource_t,
    bytes: u64,
) -> &mut Command {
    let set = move || {
        let limit = libc::rlimit {
            rlim_cur: bytes,
            rlim_max: bytes,
        };
        // SAFETY: `limit` is a valid limit; the call reads it only.
        let done = unsafe { libc::setrlimit(resource, &raw const limit) };
        if done == 0 {
            Ok(())
        } else {
            Err(std::io::Error::last_os_error())
        }
    };
    // SAFETY: between fork and exec `set` makes one system call and allocates nothing.
    unsafe { command.pre_exec(set) }
}

/// The most bytes that a file of this process may have from now on; nothing for no limit.
pub(crate) fn limit_files(bytes: Option<u64>) {
    let limit = libc::rlimit {
        rlim_cur: bytes.unwrap_or(libc::RLIM_INFINITY),
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: a valid limit, which is read only.
    let done = unsafe { libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) };
    assert_eq!(done, 0, "a limit on files");
}
