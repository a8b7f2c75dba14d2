//! Another process, stopped so that all of it can be looked at.
#![forbid(unsafe_code)]

use crate::halves::Halves;
use crate::maps::{Mapping, mappings};
use crate::memory::Memory;
use crate::registers::{self, Kind};
use crate::{Class, Findings, KeySet, Scanner};
use nix::errno::Errno;
use nix::sys::ptrace;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::fs;
use std::io;
use std::thread;
use std::time::Duration;

/// Bytes read at a time.
const PIECE: usize = 1 << 20;
/// How often a thread that cannot be traced is tried again, and after how long.
const TRIES: u32 = 1000;
const MOMENT: Duration = Duration::from_millis(1);
/// The stack pointer's place among the general registers, in words.
#[cfg(target_arch = "x86_64")]
const STACK_POINTER: usize = 19;
#[cfg(not(target_arch = "x86_64"))]
const STACK_POINTER: usize = 31;

/// A process all of whose threads are stopped, until this is dropped. It belongs to the thread that made it.
#[derive(Debug)]
pub struct Stopped {
    process: Pid,
    threads: Vec<Pid>,
}

impl Stopped {
    /// Stops every thread of process `pid`.
    ///
    /// # Errors
    /// If the kernel refuses: tracing takes privileges, or a parent where that is enough.
    pub fn new(pid: u32) -> io::Result<Self> {
        let process = Pid::from_raw(i32::try_from(pid).map_err(io::Error::other)?);
        let mut stopped = Self {
            process,
            threads: Vec::new(),
        };
        // A thread that runs can start another: again until there is no new one.
        loop {
            let new: Vec<Pid> = threads(process)?
                .filter(|thread| !stopped.threads.contains(thread))
                .collect();
            if new.is_empty() {
                return Ok(stopped);
            }
            for thread in new {
                if stop(thread)? {
                    stopped.threads.push(thread);
                }
            }
        }
    }

    /// How many threads there are.
    pub const fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Looks for `keys` in every mapping and in all registers of every thread.
    ///
    /// Of general registers each is looked at by itself too, for half of a window.
    ///
    /// # Errors
    /// If the kernel refuses.
    pub fn scan(&self, keys: &KeySet) -> io::Result<Findings> {
        let mut scanner = Scanner::new(keys);
        let halves = Halves::of(keys);
        for (thread, class, bytes) in self.registers()? {
            scanner.feed_registers(class, thread.as_raw(), &bytes);
            let general = bytes
                .as_chunks()
                .0
                .iter()
                .filter(|_| class == Class::Registers);
            for (number, register) in general.enumerate() {
                if halves.contains(u64::from_le_bytes(*register)) {
                    scanner.count(class, || format!("{thread}:{number}"));
                }
            }
        }
        self.pieces(
            |_| true,
            |class, at, piece| match piece {
                Ok(piece) => scanner.feed(class, at, piece),
                Err(bytes) => scanner.unreadable(bytes),
            },
        )?;
        Ok(scanner.finish())
    }

    /// Every thread's registers.
    pub(crate) fn registers(&self) -> io::Result<Vec<(Pid, Class, Vec<u8>)>> {
        let kinds = [
            (Kind::General, Class::Registers),
            (Kind::Float, Class::Vectors),
            (Kind::Extended, Class::Vectors),
        ];
        let mut all = Vec::new();
        for &thread in &self.threads {
            for (kind, class) in kinds {
                all.push((thread, class, registers::read(thread, kind)?));
            }
        }
        Ok(all)
    }

    /// Hands over the resident memory of the wanted mappings.
    pub(crate) fn pieces(
        &self,
        wanted: impl Fn(&Mapping) -> bool,
        mut take: impl FnMut(Class, u64, Result<&[u8], u64>),
    ) -> io::Result<()> {
        let pid = self.process.to_string();
        let memory = Memory::open(&pid)?;
        let mut buffer = vec![0; PIECE];
        for mapping in mappings(&pid, &self.stack_pointers()?)?
            .iter()
            .filter(|mapping| wanted(mapping))
        {
            memory.pieces(mapping, &mut buffer, |at, piece| {
                take(mapping.class, at, piece);
            });
        }
        Ok(())
    }

    fn stack_pointers(&self) -> io::Result<Vec<u64>> {
        let registers = self.registers()?;
        let general = registers
            .iter()
            .filter(|(_, class, _)| *class == Class::Registers);
        Ok(general
            .filter_map(|(_, _, bytes)| bytes.as_chunks().0.get(STACK_POINTER))
            .map(|pointer| u64::from_le_bytes(*pointer))
            .collect())
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for &thread in &self.threads {
            // One that was killed meanwhile is gone.
            let _ = ptrace::detach(thread, None);
        }
    }
}

/// The threads of a process.
fn threads(process: Pid) -> io::Result<impl Iterator<Item = Pid>> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"))?;
    Ok(tasks.filter_map(|task| {
        task.ok()?
            .file_name()
            .to_str()?
            .parse()
            .ok()
            .map(Pid::from_raw)
    }))
}

/// Stops a thread; `false` if it ended meanwhile.
fn stop(thread: Pid) -> io::Result<bool> {
    for _ in 0..TRIES {
        match ptrace::seize(thread, ptrace::Options::empty()) {
            Ok(()) => return interrupted(thread),
            Err(Errno::ESRCH) => return Ok(false),
            // That is also what it says of a thread that is about to end.
            Err(Errno::EPERM) => thread::sleep(MOMENT),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::EPERM.into())
}

/// Interrupts a thread that is traced; `false` if it ended meanwhile, which only its tracer gets to know.
fn interrupted(thread: Pid) -> io::Result<bool> {
    match ptrace::interrupt(thread) {
        Ok(()) | Err(Errno::ESRCH) => (),
        Err(error) => return Err(error.into()),
    }
    let status = waitpid(thread, Some(WaitPidFlag::__WALL))?;
    let ended = matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..));
    Ok(!ended)
}
