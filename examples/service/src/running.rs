//! A service that runs as a process of this one.
#![forbid(unsafe_code)]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;
use zkarena_statements::Statement;

/// No proof takes longer, and no test waits for longer.
const PATIENCE: Duration = Duration::from_mins(10);
/// The most bytes of a proof.
const MAX_PROOF: u64 = 256 << 20;

/// How to start a service.
#[derive(Debug)]
pub struct Start {
    program: PathBuf,
    arguments: Vec<OsString>,
    group: Option<PathBuf>,
}

impl Start {
    /// The program, on any two ports.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let arguments = ["--port", "0"].map(OsString::from).to_vec();
        Self {
            program: program.as_ref().to_owned(),
            arguments,
            group: None,
        }
    }

    /// With further arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        let arguments = arguments.into_iter().map(|it| it.as_ref().to_owned());
        self.arguments.extend(arguments);
        self
    }

    /// In the cgroup of this directory, from its beginning.
    #[must_use]
    pub fn group(mut self, directory: &Path) -> Self {
        self.group = Some(directory.to_owned());
        self
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Errors
    /// If it does not start, or ends before it listens.
    pub fn run(self) -> io::Result<Running> {
        let mut command = self.command();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().map(BufReader::new);
        let mut running = Running {
            child,
            stdout,
            proofs: String::new(),
            health: String::new(),
            agent: agent(PATIENCE),
        };
        running.proofs = running.line("proofs: ")?;
        running.health = running.line("health: ")?;
        Ok(running)
    }

    fn command(&self) -> Command {
        let mut command = match &self.group {
            // A shell joins the group and becomes the service, which then has never been anywhere else.
            Some(group) => {
                let mut command = Command::new("sh");
                let join = "echo 0 > \"$0\"/cgroup.procs && exec \"$@\"";
                command.args(["-c", join]).arg(group).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.args(&self.arguments);
        command.env("MALLOC_ARENA_MAX", "1"); // as in `deploy/Dockerfile`
        command
    }
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// How the proof was made.
    pub mode: Option<String>,
    /// The proof, or a line of JSON.
    pub body: Vec<u8>,
}

/// A service; it is killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    /// Open until the end: a line that nobody can read would be an error of the service.
    stdout: Option<BufReader<ChildStdout>>,
    proofs: String,
    health: String,
    agent: Agent,
}

impl Running {
    /// Where proofs are, as in `http://127.0.0.1:8080`.
    pub fn proofs(&self) -> &str {
        &self.proofs
    }

    /// Where `/healthz` is.
    pub fn health(&self) -> &str {
        &self.health
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks for a proof.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn prove(&self, statement: Statement) -> io::Result<Answer> {
        prove(&self.agent, &self.proofs, statement)
    }

    /// Sends a body to `/prove`.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn post(&self, body: &str) -> io::Result<Answer> {
        post(&self.agent, &self.proofs, body)
    }

    /// A page of the port for proofs.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn get(&self, path: &str) -> io::Result<Answer> {
        let response = self.agent.get(format!("{}{path}", self.proofs)).call();
        answer(response)
    }

    /// Asks it to end, as an orchestrator does.
    ///
    /// # Errors
    /// If it has ended already.
    pub fn terminate(&self) -> io::Result<()> {
        self.signal(Signal::SIGTERM)
    }

    /// Ends it as the kernel does when memory runs out.
    ///
    /// # Errors
    /// If it has ended already.
    pub fn kill(&self) -> io::Result<()> {
        self.signal(Signal::SIGKILL)
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        let id = i32::try_from(self.child.id()).map_err(io::Error::other)?;
        Ok(kill(Pid::from_raw(id), signal)?)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// Those of the system.
    pub fn wait(mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Whether it has ended.
    ///
    /// # Errors
    /// Those of the system.
    pub fn has_ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// A field of `/proc/PID/status` in KiB, as `VmRSS`.
    pub fn kib(&self, field: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let mut lines = status.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = lines.find(|(name, _)| *name == field)?;
        value.trim().strip_suffix(" kB")?.parse().ok()
    }

    fn line(&mut self, name: &str) -> io::Result<String> {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_line(&mut line)?;
        }
        match line.trim().strip_prefix(name) {
            Some(value) => Ok(value.to_owned()),
            None => Err(io::Error::other("the service ended before it listened")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What asks with so much patience; statuses are answers.
fn agent(patience: Duration) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(patience))
        .proxy(None);
    config.build().into()
}

fn prove(agent: &Agent, proofs: &str, statement: Statement) -> io::Result<Answer> {
    let (kind, log_rows) = (statement.kind(), statement.log_rows());
    let body = format!("{{\"statement\": \"{kind}\", \"log_rows\": {log_rows}}}");
    post(agent, proofs, &body)
}

fn post(agent: &Agent, proofs: &str, body: &str) -> io::Result<Answer> {
    let request = agent.post(format!("{proofs}/prove"));
    answer(request.content_type("application/json").send(body))
}

fn answer(response: Result<Response<ureq::Body>, ureq::Error>) -> io::Result<Answer> {
    let mut response = response.map_err(ureq::Error::into_io)?;
    let header = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().ok()?.to_owned())
    };
    let (retry_after, mode) = (header("retry-after"), header("x-proof-mode"));
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(MAX_PROOF);
    Ok(Answer {
        status,
        retry_after: retry_after.and_then(|seconds| seconds.parse().ok()),
        mode,
        body: body.read_to_vec().map_err(ureq::Error::into_io)?,
    })
}
