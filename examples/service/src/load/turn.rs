//! One run of one design: the service under load, and what became of it.
#![forbid(unsafe_code)]

use crate::args::{Asked, Design};
use crate::clients::{Load, Outcomes};
use crate::failure::Failure;
use crate::watch::{self, Seen};
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use zkarena_measure::group::{Group, Groups};
use zkarena_service::{Running, Start};
use zkarena_statements::{Kind, Prover, Statement};

/// The floor is measured after so many proofs, and at the end.
const WARM: usize = 20;
/// Small proofs before all others, each of four phases and more, and how many at a time.
const SMALL: u32 = 300;
const SMALL_AT_ONCE: u32 = 4;
/// Free pages go back two seconds after the last proof, or once they are gathered; the floor is what does not fall for longer.
const REST: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(50);

/// What a run showed.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) design: Design,
    pub(crate) outcomes: Outcomes,
    pub(crate) seen: Seen,
    /// Processes that the kernel killed for their memory.
    pub(crate) kills: u64,
    /// Of the proofs.
    pub(crate) verified: usize,
    /// RSS in KiB at rest: after some proofs, and at the end.
    pub(crate) floors: Option<[u64; 2]>,
    /// Whether it ended well on SIGTERM.
    pub(crate) ended_well: bool,
}

impl Turn {
    /// Runs the service to its end.
    ///
    /// # Errors
    /// [`Failure::System`], [`Failure::Size`].
    pub(crate) fn take(asked: &Asked, design: Design, groups: &Groups) -> Result<Self, Failure> {
        let limit = (design != Design::Unlimited).then_some(asked.limit.0);
        let group = groups
            .create(limit)
            .map_err(Failure::of_system("cannot make a cgroup"))?;
        let directory = TempDir::new().map_err(Failure::of_system("no place for proofs"))?;
        let statement = asked.statement()?;
        let service = start(asked, design, &group)?;
        let load = Load::new(&service, statement, directory.path());
        let mut floors = [None, None];
        let seen = watch::during(Some(&group), service.health(), || {
            warm_up(&service, asked.clients);
            load.run(asked.clients, asked.requests / 2, warm(asked.requests));
            floors[0] = floor(&service);
            load.run(asked.clients, asked.requests, usize::MAX);
            floors[1] = floor(&service);
        });
        let outcomes = load.end();
        let ended_well = service.terminate().and_then(|()| service.wait());
        Ok(Self {
            design,
            verified: verified(statement, &outcomes.proofs),
            outcomes,
            seen,
            kills: group.kills(),
            floors: floors[0].zip(floors[1]).map(<[u64; 2]>::from),
            ended_well: ended_well.is_ok_and(|status| status.success()),
        })
    }
}

fn start(asked: &Asked, design: Design, group: &Group) -> Result<Running, Failure> {
    let own = env::current_exe().map_err(Failure::of_system("cannot find the program"))?;
    let start = Start::new(own.with_file_name("service")).group(group.path());
    let start = match design {
        Design::Gate => start,
        Design::Ratio => start.args(["--design", "ratio"]),
        Design::Unlimited => start.args(["--workers", &workers(asked)?.to_string()]),
    };
    let start = if asked.isolate {
        start.args(["--isolate"])
    } else {
        start
    };
    start
        .run()
        .map_err(Failure::of_system("the service does not start"))
}

/// As many proofs at a time as fit below the limit.
fn workers(asked: &Asked) -> Result<u64, Failure> {
    Ok((asked.limit.0 / asked.statement()?.estimated_peak_bytes()).max(1))
}

/// Small proofs, until the reports are full: the books of the latest 1,024 phases are no leak.
fn warm_up(service: &Running, clients: u32) {
    let Ok(statement) = Statement::new(Kind::Keccak, Kind::Keccak.min_log_rows()) else {
        return;
    };
    let left = AtomicU32::new(SMALL);
    let one_less = || {
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(1)
        })
    };
    thread::scope(|scope| {
        for _ in 0..clients.min(SMALL_AT_ONCE) {
            scope.spawn(|| {
                // A service that does not answer will not answer the load either.
                while one_less().is_ok() && service.prove(statement).is_ok() {}
            });
        }
    });
}

/// Whether so many requests are enough to judge the floor.
pub(crate) fn has_floor(requests: u32) -> bool {
    warm(requests) == WARM
}

/// How many proofs come before the first floor: some, of a small load, too.
fn warm(requests: u32) -> usize {
    WARM.min(requests as usize / 4)
}

/// The least RSS in KiB while nothing is asked for, once it no longer falls; `None` of a service that is gone.
fn floor(service: &Running) -> Option<u64> {
    let mut floor = service.kib("VmRSS")?;
    let mut until = Instant::now() + REST;
    while Instant::now() < until {
        let now = service.kib("VmRSS")?;
        if now < floor {
            floor = now;
            until = Instant::now() + REST;
        }
        thread::sleep(LOOK);
    }
    Some(floor)
}

/// How many of the proofs hold, for the published verifier.
fn verified(statement: Statement, proofs: &[PathBuf]) -> usize {
    let prover = Prover::new(statement);
    proofs.iter().filter(|file| holds(&prover, file)).count()
}

fn holds(prover: &Prover, file: &Path) -> bool {
    let proof = fs::read(file).and_then(|bytes| prover.decode(&bytes).map_err(io::Error::other));
    proof.is_ok_and(|proof| prover.verify(&proof).is_ok())
}
