//! The command line.

use crate::arms::{self, ARMS, Arm};
use clap::error::ErrorKind;
use clap::{Parser, ValueEnum};
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use zkarena_measure::available_bytes;
use zkarena_statements::{Kind, Statement};

/// The same provers under every allocator, one binary each, in turn and repeatedly.
#[derive(Debug, Parser)]
#[command(name = "zkarena-compare")]
pub(crate) struct Options {
    /// What to measure.
    #[arg(value_enum, default_value = "proofs")]
    pub(crate) task: Task,
    /// Print one JSON object with everything instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
    /// Statements to prove: keccak, poseidon2, blake3 [default: all].
    #[arg(long = "workload", value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    workloads: Vec<Kind>,
    /// Trace height, as a base-2 logarithm [default: 15; blake3: 13].
    #[arg(long, value_name = "N")]
    log_rows: Option<usize>,
    /// How often each arm has its turn [default: 3].
    #[arg(long, value_name = "R")]
    rounds: Option<NonZeroUsize>,
    /// Warm proofs in each turn, after the cold one [default: 4].
    #[arg(long, value_name = "W")]
    warm: Option<NonZeroUsize>,
    /// Arms to run [default: all; micro: one for each allocator].
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = arms::find)]
    arms: Vec<&'static Arm>,
    /// Threads of the prover [default: one for each core].
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Seconds until the RSS at rest is read, in the first round only; 0: never [default: 5].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    rest: Option<f64>,
    /// A minute instead of a quarter of an hour: traces of an eighth, one round, no rest.
    #[arg(long)]
    quick: bool,
    /// Also write results.json, results.md and, of proofs, results.svg to this directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    /// Whole proofs.
    Proofs,
    /// A gigabyte of zeros, and threads that come and go.
    Probes,
    /// Single allocations, with criterion.
    Micro,
}

/// Everything that is to be done, with defaults filled in.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) statements: Vec<Statement>,
    pub(crate) arms: Vec<&'static Arm>,
    pub(crate) rounds: usize,
    pub(crate) warm: usize,
    pub(crate) rest: f64,
    pub(crate) threads: Option<usize>,
    pub(crate) quick: bool,
}

impl Options {
    /// The plan, or a sentence on what is wrong with the options.
    pub(crate) fn plan(&self) -> Result<Plan, String> {
        let or = |given: Option<NonZeroUsize>, quick, default| {
            given.map_or(if self.quick { quick } else { default }, usize::from)
        };
        if let Some(out) = &self.out {
            writable(out)?;
        }
        Ok(Plan {
            statements: self.statements()?,
            arms: self.arms(),
            rounds: or(self.rounds, 1, 3),
            warm: or(self.warm, 2, 4),
            rest: self.rest.unwrap_or(if self.quick { 0.0 } else { 5.0 }),
            threads: self.threads.map(usize::from),
            quick: self.quick,
        })
    }

    fn statements(&self) -> Result<Vec<Statement>, String> {
        let kinds = if self.workloads.is_empty() {
            &Kind::ALL
        } else {
            self.workloads.as_slice()
        };
        kinds.iter().map(|kind| self.statement(*kind)).collect()
    }

    fn statement(&self, kind: Kind) -> Result<Statement, String> {
        let usual = kind.measured_log_rows() - if self.quick { 3 } else { 0 };
        let log_rows = self.log_rows.unwrap_or(usual);
        let statement = Statement::new(kind, log_rows).map_err(|error| error.to_string())?;
        let needed = statement.estimated_peak_bytes();
        match available_bytes() {
            Some(available) if needed > available => Err(format!(
                "{statement} needs about {} MiB and {} MiB are available",
                needed >> 20,
                available >> 20
            )),
            _ => Ok(statement),
        }
    }

    /// In the order of the tables, each once.
    fn arms(&self) -> Vec<&'static Arm> {
        let usual = |arm: &Arm| self.task != Task::Micro || arm.name == arm.program.allocator;
        let asked = |arm: &&Arm| match self.arms.as_slice() {
            [] => usual(arm),
            asked => asked.contains(arm),
        };
        ARMS.iter().filter(asked).collect()
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, from 0 to 3600".to_owned()),
    }
}

/// Tries before anything is measured.
fn writable(directory: &Path) -> Result<(), String> {
    let probe = directory.join(".zkarena-compare");
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(&probe, ""))
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| format!("cannot write to {}: {error}", directory.display()))
}

/// Says what is wrong in one line and gives exit code 2; help goes to standard output as usual.
pub(crate) fn exit_line(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    eprintln!("{}", first_paragraph(&error.to_string()));
    ExitCode::from(2)
}

fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Plan, String> {
        let words = std::iter::once("zkarena-compare").chain(line.split_whitespace());
        let options = Options::try_parse_from(words);
        options
            .map_err(|error| first_paragraph(&error.to_string()))?
            .plan()
    }

    #[test]
    fn defaults_are_the_published_sizes() {
        let plan = parse("").expect("no options are fine");
        assert_eq!(
            (plan.rounds, plan.warm, plan.arms.len()),
            (3, 4, ARMS.len())
        );
        let sizes: Vec<_> = plan.statements.iter().map(|s| s.log_rows()).collect();
        assert_eq!(sizes, [15, 15, 13]);
    }

    #[test]
    fn lists_take_commas_spaces_and_repeats() {
        let plan =
            parse("--workload keccak blake3 --arms zkarena,glibc --arms glibc --log-rows 10");
        let plan = plan.expect("all of it is known");
        assert_eq!(plan.statements.len(), 2);
        let names: Vec<_> = plan.arms.iter().map(|arm| arm.name).collect();
        assert_eq!(names, ["glibc", "zkarena"]);
    }

    #[test]
    fn micro_benchmarks_take_each_allocator_once() {
        let plan = parse("micro").expect("a task");
        assert_eq!(plan.arms.len(), 6);
        let plan = parse("micro --arms zkarena-huge").expect("an arm");
        assert_eq!(plan.arms.len(), 1);
    }

    #[test]
    fn quick_is_smaller_and_options_go_first() {
        let plan = parse("--quick --warm 7").expect("both are known");
        assert_eq!((plan.rounds, plan.warm), (1, 7));
        assert_eq!(plan.statements[0].log_rows(), 12);
    }

    #[test]
    fn bad_options_are_one_line() {
        for line in [
            "--rounds 0",
            "--warm x",
            "--threads 0",
            "--workload sha1",
            "--arms dlmalloc",
            "--rest -1",
            "--rest inf",
            "--log-rows 1",
            "--log-rows 99",
            "--workload keccak --log-rows 23",
            "--out /proc/nowhere",
            "nonsense",
            "--nonsense",
        ] {
            let error = parse(line).expect_err(line);
            assert!(
                !error.is_empty() && !error.contains('\n'),
                "{line}: {error}"
            );
        }
    }
}
