//! A program that proves, and says where it is.
//!
//! ```text
//! observer                                  child
//!    | -- 8 bytes: the seed of a witness ----> |  (read inside the phase, so that no copy is outside of it)
//!    | <------------- "at NAME" -------------- |  it waits
//!    |   stop, scan, let go                    |
//!    | -------------- one byte --------------> |  it goes on
//! ```
#![forbid(unsafe_code)]

use nix::sys::personality::{self, Persona};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{self, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

/// How a child is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Threads of its pool.
    pub threads: usize,
    /// The rest of its environment.
    pub environment: &'static [(&'static str, &'static str)],
    /// Whether its addresses are random, as usual.
    pub random_addresses: bool,
    /// Its working directory.
    pub folder: Option<PathBuf>,
}

/// Why a child is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The system refuses something.
    #[error("{0}")]
    System(#[from] io::Error),
    /// The child ended early.
    #[error("the prover ended before it came to `{0}`")]
    Ended(&'static str),
    /// The child said something else.
    #[error("the prover said `{said}` and not `at {expected}`")]
    Strayed {
        /// What it said.
        said: String,
        /// Where it should be.
        expected: &'static str,
    },
}

/// A child that runs; it is killed when this is dropped.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Child {
    /// Starts a prover.
    ///
    /// # Errors
    /// [`ChildError::System`].
    pub fn start(launch: &Launch) -> Result<Self, ChildError> {
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.arguments)
            .env_clear()
            .env("RAYON_NUM_THREADS", launch.threads.to_string())
            .envs(launch.environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(folder) = &launch.folder {
            command.current_dir(folder);
        }
        let mut child = spawn(&mut command, launch.random_addresses)?;
        let (to, from) = (child.stdin.take(), child.stdout.take());
        let (Some(to), Some(from)) = (to, from) else {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        };
        Ok(Self {
            process: child,
            to,
            from: BufReader::new(from),
        })
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Tells the seed of a witness.
    ///
    /// # Errors
    /// [`ChildError::System`].
    pub fn seed(&mut self, seed: u64) -> Result<(), ChildError> {
        Ok(self.to.write_all(&seed.to_le_bytes())?)
    }

    /// Waits until the child is at a place.
    ///
    /// # Errors
    /// [`ChildError::Ended`], [`ChildError::Strayed`].
    pub fn reach(&mut self, place: &'static str) -> Result<(), ChildError> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        match line.trim_end() {
            "" => Err(ChildError::Ended(place)),
            said if said.strip_prefix("at ") == Some(place) => Ok(()),
            said => Err(ChildError::Strayed {
                said: said.to_owned(),
                expected: place,
            }),
        }
    }

    /// Lets the child go on.
    ///
    /// # Errors
    /// [`ChildError::System`].
    pub fn go_on(&mut self) -> Result<(), ChildError> {
        Ok(self.to.write_all(&[1])?)
    }

    /// Waits until the child has ended.
    ///
    /// # Errors
    /// [`ChildError::System`].
    pub fn wait(&mut self) -> Result<ExitStatus, ChildError> {
        Ok(self.process.wait()?)
    }
}

/// Starts a command; it inherits how its parent's addresses are chosen at that moment.
fn spawn(command: &mut Command, random_addresses: bool) -> io::Result<process::Child> {
    if random_addresses {
        return command.spawn();
    }
    let usual = personality::get()?;
    personality::set(usual | Persona::ADDR_NO_RANDOMIZE)?;
    let child = command.spawn();
    personality::set(usual)?;
    child
}

impl Drop for Child {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
