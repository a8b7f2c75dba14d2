//! Clients that send requests at once, and come back when they are told to.
#![forbid(unsafe_code)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use zkarena_service::{Answer, Running};
use zkarena_statements::Statement;

/// What became of the requests.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    /// Files with what was sent as proofs.
    pub(crate) proofs: Vec<PathBuf>,
    /// Of them, those made in low-memory mode.
    pub(crate) low_memory: usize,
    /// 503, and when to come back.
    pub(crate) told_to_come_back: usize,
    /// All others, in a word each.
    pub(crate) lost: Vec<String>,
    /// From the first request to the last answer.
    pub(crate) seconds: f64,
}

impl Outcomes {
    /// All requests.
    pub(crate) fn sent(&self) -> usize {
        self.proofs.len() + self.told_to_come_back + self.lost.len()
    }
}

/// Requests that are to be sent, and what became of those that were.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    service: &'a Running,
    statement: Statement,
    directory: &'a Path,
    sent: AtomicU32,
    is_over: AtomicBool,
    outcomes: Mutex<Outcomes>,
}

impl<'a> Load<'a> {
    /// Nothing is sent. Proofs will be in `directory`.
    pub(crate) fn new(service: &'a Running, statement: Statement, directory: &'a Path) -> Self {
        Self {
            service,
            statement,
            directory,
            sent: AtomicU32::new(0),
            is_over: AtomicBool::new(false),
            outcomes: Mutex::default(),
        }
    }

    /// Has `clients` send requests until `most` were sent in all, or there are `enough` proofs; a service that
    /// does not answer gets no further ones.
    pub(crate) fn run(&self, clients: u32, most: u32, enough: usize) {
        let started = Instant::now();
        thread::scope(|scope| {
            for _ in 0..clients {
                scope.spawn(|| self.client(most, enough));
            }
        });
        self.outcomes().seconds += started.elapsed().as_secs_f64();
    }

    fn client(&self, most: u32, enough: usize) {
        while !self.is_over.load(Ordering::Relaxed) && self.outcomes().proofs.len() < enough {
            let number = self.sent.fetch_add(1, Ordering::Relaxed);
            if number >= most {
                self.sent.fetch_sub(1, Ordering::Relaxed);
                return;
            }
            match self.service.prove(self.statement) {
                Ok(answer) => self.note(number, &answer),
                Err(error) => self.is_lost(format!("no answer: {error}")),
            }
        }
    }

    fn note(&self, number: u32, answer: &Answer) {
        match (answer.status, answer.retry_after) {
            (200, _) => self.keep(number, answer).unwrap_or_else(|error| {
                self.is_lost(format!("cannot be written: {error}"));
            }),
            (503, Some(seconds)) => {
                self.outcomes().told_to_come_back += 1;
                thread::sleep(Duration::from_secs(seconds));
            }
            (503, None) => self.is_lost("503 without Retry-After".to_owned()),
            (status, _) => self.is_lost(format!("status {status}")),
        }
    }

    /// Writes a proof to a file: they are verified when nothing is measured any more.
    fn keep(&self, number: u32, answer: &Answer) -> io::Result<()> {
        let file = self.directory.join(number.to_string());
        fs::write(&file, &answer.body)?;
        let mut outcomes = self.outcomes();
        outcomes.proofs.push(file);
        outcomes.low_memory += usize::from(answer.mode.as_deref() == Some("low-memory"));
        Ok(())
    }

    fn is_lost(&self, how: String) {
        self.outcomes().lost.push(how);
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// What became of them.
    pub(crate) fn end(self) -> Outcomes {
        let outcomes = self.outcomes.into_inner();
        outcomes.unwrap_or_else(PoisonError::into_inner)
    }

    fn outcomes(&self) -> MutexGuard<'_, Outcomes> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
