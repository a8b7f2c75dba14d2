//! Running an arm's binary.

use crate::arms::{Arm, FOREIGN_SETTINGS};
use serde::de::DeserializeOwned;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A process that takes longer hangs.
const LIMIT: Duration = Duration::from_mins(15);
const LOOK: Duration = Duration::from_millis(20);

/// Why a process gave no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildError {
    #[error("does not start: {0}")]
    Start(#[from] io::Error),
    #[error("was ended after {} minutes", LIMIT.as_secs() / 60)]
    Hangs,
    #[error("{status}: {last_line}")]
    Failed {
        status: ExitStatus,
        last_line: String,
    },
    #[error("printed no result: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// A binary in an arm's environment: the arm's settings, and none of the caller's.
pub(crate) fn command(binary: &Path, arm: &Arm) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if FOREIGN_SETTINGS
            .iter()
            .any(|foreign| text.starts_with(foreign))
        {
            command.env_remove(&name);
        }
    }
    command.envs(arm.environment.iter().copied());
    command
}

/// Runs a command that prints one line of JSON.
pub(crate) fn result<T: DeserializeOwned>(command: Command) -> Result<T, ChildError> {
    Ok(serde_json::from_str(&text(command)?)?)
}

/// What a command prints, if it succeeds in time.
pub(crate) fn text(mut command: Command) -> Result<String, ChildError> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let status = wait(&mut child)?;
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

fn wait(child: &mut Child) -> Result<ExitStatus, ChildError> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Err(ChildError::Hangs);
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<String, ChildError> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        text(command)
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
}
