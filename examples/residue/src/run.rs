//! Starting an arm and bringing it to a place.

use crate::arm::{End, PROOFS};
use crate::failure::Failure;
use crate::options::ArmName;
use crate::subject::Subject;
use serde::Serialize;
use std::env;
use std::path::{Path, PathBuf};
use zkarena_forensics::{Child, ChildError, Launch, Stopped};

/// One run of one arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Case {
    pub(crate) arm: ArmName,
    pub(crate) subject: Subject,
    #[serde(skip)]
    pub(crate) size: usize,
    pub(crate) threads: u16,
    pub(crate) end: End,
}

/// A child that was started for a case.
pub(crate) struct Run {
    child: Child,
    arm: ArmName,
}

/// What a run takes besides its case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) seed: u64,
    pub(crate) random_addresses: bool,
    pub(crate) folder: Option<&'a Path>,
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

impl Surroundings<'_> {
    /// As usual.
    pub(crate) const fn of(seed: u64) -> Self {
        Self {
            seed,
            random_addresses: true,
            folder: None,
            environment: &[],
        }
    }
}

impl Run {
    /// Starts the arm, and tells it the seed of its witness.
    pub(crate) fn start(case: Case, surroundings: Surroundings<'_>) -> Result<Self, Failure> {
        let launch = Launch {
            program: program(case.arm)?,
            arguments: vec![
                case.subject.to_string(),
                case.size.to_string(),
                case.end.to_string(),
            ],
            threads: case.threads.into(),
            random_addresses: surroundings.random_addresses,
            environment: surroundings.environment,
            folder: surroundings.folder.map(Path::to_owned),
        };
        let failed = |source| Failure::Child {
            arm: case.arm,
            source,
        };
        let mut child = Child::start(&launch).map_err(failed)?;
        for _ in 0..PROOFS {
            child.seed(surroundings.seed).map_err(failed)?;
        }
        Ok(Self {
            child,
            arm: case.arm,
        })
    }

    /// Waits until the arm is at a place, and has all of it stopped while `look` looks.
    pub(crate) fn look_at<R>(
        &mut self,
        place: &'static str,
        look: impl FnOnce(&Stopped) -> std::io::Result<R>,
    ) -> Result<R, Failure> {
        self.reach(place)?;
        let stopped = Stopped::new(self.child.pid())
            .map_err(|error| Failure::System("cannot stop the prover", error))?;
        look(&stopped).map_err(|error| Failure::System("cannot read the prover", error))
    }

    /// Waits until the arm is at a place.
    pub(crate) fn reach(&mut self, place: &'static str) -> Result<(), Failure> {
        self.child
            .reach(place)
            .map_err(|source| self.failed(source))
    }

    /// Lets it go on.
    pub(crate) fn go_on(&mut self) -> Result<(), Failure> {
        self.child.go_on().map_err(|source| self.failed(source))
    }

    /// Waits until it has ended.
    pub(crate) fn ended(&mut self) -> Result<(), Failure> {
        self.child
            .wait()
            .map(drop)
            .map_err(|source| self.failed(source))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.pid()
    }

    fn failed(&self, source: ChildError) -> Failure {
        Failure::Child {
            arm: self.arm,
            source,
        }
    }
}

/// The arm's binary, beside this one.
fn program(arm: ArmName) -> Result<PathBuf, Failure> {
    let own =
        env::current_exe().map_err(|error| Failure::System("cannot find the binaries", error))?;
    let program = own.with_file_name(format!("residue-{arm}"));
    if program.exists() {
        Ok(program)
    } else {
        Err(Failure::Missing(program))
    }
}
