//! Running a process that measures, and what it says.

use serde::de::DeserializeOwned;
use std::env;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const LOOK: Duration = Duration::from_millis(20);

/// How variables begin that an allocator or a thread pool reads.
const FOREIGN_SETTINGS: [&str; 8] = [
    "GLIBC_TUNABLES",
    "MALLOC_",
    "_RJEM_MALLOC_CONF",
    "MIMALLOC_",
    "SNMALLOC_",
    "ZK_ALLOC_",
    "ZKARENA",
    "RAYON_",
];

/// Why a process gave no result.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The system refuses it.
    #[error("does not start: {0}")]
    Start(#[from] io::Error),
    /// It took longer than it may.
    #[error("was ended after {:.1} s", .0.as_secs_f64())]
    Hangs(Duration),
    /// Somebody asked for an end.
    #[error("was ended on request")]
    Stopped,
    /// It failed, or was killed.
    #[error("{status}: {last_line}")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The last line on its standard error.
        last_line: String,
    },
    /// It said something else.
    #[error("printed no result: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// How long to wait for a process. One that is not waited for any longer is killed.
#[derive(Clone, Debug)]
pub struct Patience {
    /// A process that takes longer hangs.
    pub limit: Duration,
    /// Becomes true when nothing is to be waited for any longer.
    pub stop: Arc<AtomicBool>,
}

impl From<Duration> for Patience {
    fn from(limit: Duration) -> Self {
        let stop = Arc::default();
        Self { limit, stop }
    }
}

/// A program without the caller's settings in its environment.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if is_foreign(&name.to_string_lossy()) {
            command.env_remove(&name);
        }
    }
    command
}

/// Whether a variable is a setting of an allocator or of a thread pool.
pub fn is_foreign(name: &str) -> bool {
    let mut foreign = FOREIGN_SETTINGS.iter();
    foreign.any(|start| name.starts_with(start))
}

/// Runs a command that prints one line of JSON.
///
/// # Errors
/// As [`text`]; [`ChildError::Unreadable`] if it prints something else.
pub fn result<T: DeserializeOwned>(command: Command, patience: &Patience) -> Result<T, ChildError> {
    Ok(serde_json::from_str(&text(command, patience)?)?)
}

/// What a command prints, if it succeeds in time.
///
/// # Errors
/// Every [`ChildError`] but [`ChildError::Unreadable`].
pub fn text(mut command: Command, patience: &Patience) -> Result<String, ChildError> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let status = wait(&mut child, patience)?;
    if status.success() {
        return Ok(stdout());
    }
    let last_line = stderr().lines().last().unwrap_or("no message").to_owned();
    Err(ChildError::Failed { status, last_line })
}

/// Reads a pipe on a thread, so that the process never waits for us; the text is there once the pipe closes.
fn reader(pipe: Option<impl Read + Send + 'static>) -> impl FnOnce() -> String {
    let thread = thread::spawn(move || {
        let mut bytes = Vec::new();
        // What arrived before an error is all there is.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    });
    move || thread.join().unwrap_or_default()
}

fn wait(child: &mut Child, patience: &Patience) -> Result<ExitStatus, ChildError> {
    let started = Instant::now();
    loop {
        // Asked first: who asks may have ended the process too, and that is no failure of its own.
        if patience.stop.load(Ordering::Relaxed) {
            return end(child, ChildError::Stopped);
        }
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > patience.limit {
            return end(child, ChildError::Hangs(patience.limit));
        }
        thread::sleep(LOOK);
    }
}

fn end(child: &mut Child, why: ChildError) -> Result<ExitStatus, ChildError> {
    child.kill()?;
    child.wait()?;
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell_for(script: &str, patience: &Patience) -> Result<String, ChildError> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        text(command, patience)
    }

    fn shell(script: &str) -> Result<String, ChildError> {
        shell_for(script, &Duration::from_mins(1).into())
    }

    #[test]
    fn output_and_failures_are_told_apart() {
        assert_eq!(shell("echo 1").expect("it succeeds"), "1\n");
        let error = shell("echo one >&2; echo two >&2; exit 3").expect_err("it fails");
        assert_eq!(error.to_string(), "exit status: 3: two");
        let killed = shell("kill -9 $$").expect_err("it fails");
        assert!(killed.to_string().contains("signal"));
    }

    #[test]
    fn much_output_does_not_block() {
        let text = shell("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2");
        assert_eq!(text.expect("it succeeds").len(), 1_000_000);
    }

    #[test]
    fn patience_ends() {
        let hangs = shell_for("exec sleep 60", &Duration::from_millis(30).into());
        assert!(matches!(hangs, Err(ChildError::Hangs(_))), "{hangs:?}");
        let patience = Patience {
            stop: Arc::new(true.into()),
            ..Duration::from_mins(1).into()
        };
        let stopped = shell_for("exec sleep 60", &patience);
        assert!(matches!(stopped, Err(ChildError::Stopped)), "{stopped:?}");
    }
}
