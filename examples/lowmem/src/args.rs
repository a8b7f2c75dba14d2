//! The command line.
#![forbid(unsafe_code)]

use crate::arms::Arm;
use crate::failure::Failure;
use crate::limit::{self, Limit};
use clap::{Args, Parser, Subcommand, value_parser};
use std::path::PathBuf;
use zkarena::{Bytes, StorePlan};
use zkarena_measure::{arguments, available_bytes};
use zkarena_statements::{Kind, SizeError, Statement};

/// More threads than this are a slip of the finger, not a machine.
const MAX_THREADS: i64 = 1024;

const ARMS: &str = "glibc,naive,compat,streamed-plain-raw,streamed-plain,streamed-raw,streamed";
const LIMITS: [Limit; 4] = [
    Limit::one_of(2),
    Limit::one_of(4),
    Limit::one_of(8),
    Limit::one_of(16),
];
const QUICK_LIMITS: [Limit; 2] = [Limit::one_of(2), Limit::one_of(8)];
const QUICK_LOG_ROWS: &[usize] = &[15];

/// The same proof in RAM, in mapped files and streamed, in memory cgroups of a part of what it takes in RAM.
///
/// Making cgroups takes root; without, only streaming provers are told of limits. A way to prove that was killed by its
/// limit, refused it, or took 20 times as long as in RAM, is not tried with as much memory or less again.
#[derive(Debug, Parser)]
#[command(name = "lowmem", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) task: Option<Task>,

    #[command(flatten)]
    pub(crate) asked: Asked,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// One proof in this process: what the program asks processes of its own for
    #[command(hide = true)]
    Turn(Turn),
}

/// What is to be compared.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// What to prove: keccak, poseidon2, blake3 [default: keccak of 2^16 and 2^17, poseidon2 of 2^17 rows]
    #[arg(long = "statement", value_name = "KIND", value_delimiter = ',')]
    statements: Vec<Kind>,

    /// Base-2 logarithms of the trace's rows
    #[arg(long, value_name = "N", value_delimiter = ',')]
    log_rows: Vec<usize>,

    /// Ways to prove; glibc without a limit is always one
    #[arg(
        long,
        value_name = "NAME",
        value_enum,
        value_delimiter = ',',
        default_value = ARMS
    )]
    arms: Vec<Arm>,

    /// Limits: parts of what the proof takes in RAM, or none [default: 1/2,1/4,1/8,1/16]
    #[arg(long, value_name = "1/N", value_delimiter = ',', value_parser = limit::or_none)]
    limits: Vec<Option<Limit>>,

    /// How often everything has its turn [default: 3]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1000))]
    rounds: Option<u16>,

    /// Threads that prove [default: one for each core]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=MAX_THREADS))]
    threads: Option<u16>,

    /// Where files are put [default: where those of every store are]
    #[arg(long, value_name = "DIR")]
    store_dir: Option<PathBuf>,

    /// Some minutes instead of half an hour: keccak of 2^15 rows, one round, limits of 1/2 and 1/8
    #[arg(long)]
    quick: bool,

    /// Print one JSON object instead of tables
    #[arg(long)]
    pub(crate) json: bool,

    /// Print tables as GitHub renders them
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

/// One proof of one arm.
#[derive(Debug, Args)]
pub(crate) struct Turn {
    #[arg(long, value_enum)]
    pub(crate) arm: Arm,
    #[arg(long)]
    pub(crate) statement: Kind,
    #[arg(long)]
    pub(crate) log_rows: usize,
    #[arg(long)]
    pub(crate) store_dir: PathBuf,
    /// Bytes to stay within, if there is a limit
    #[arg(long)]
    pub(crate) limit: Option<u64>,
    /// The cgroup to join
    #[arg(long)]
    pub(crate) group: Option<PathBuf>,
}

impl Turn {
    /// The statement to prove.
    pub(crate) fn statement(&self) -> Result<Statement, SizeError> {
        Statement::new(self.statement, self.log_rows)
    }
}

/// Everything that is to be done, with defaults filled in.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) statements: Vec<Statement>,
    pub(crate) arms: Vec<Arm>,
    /// `None` is no limit.
    pub(crate) limits: Vec<Option<Limit>>,
    pub(crate) rounds: u16,
    pub(crate) threads: Option<u16>,
    /// A directory that takes the file of a store.
    pub(crate) store_dir: PathBuf,
}

impl Asked {
    /// The plan.
    ///
    /// # Errors
    /// [`Failure::Size`], [`Failure::TooBig`], [`Failure::Store`].
    pub(crate) fn plan(&self) -> Result<Plan, Failure> {
        let statements = self.statements()?;
        statements.iter().try_for_each(|it| fits(*it))?;
        Ok(Plan {
            statements,
            arms: self.arms.clone(),
            limits: self.limits(),
            rounds: self.rounds.unwrap_or(if self.quick { 1 } else { 3 }),
            threads: self.threads,
            store_dir: self.store_dir()?,
        })
    }

    fn statements(&self) -> Result<Vec<Statement>, SizeError> {
        let kinds = match self.statements.as_slice() {
            [] if self.quick => &[Kind::Keccak][..],
            [] => &[Kind::Keccak, Kind::Poseidon2],
            kinds => kinds,
        };
        let sized = |&kind: &Kind| {
            let sizes = match self.log_rows.as_slice() {
                [] if self.quick => QUICK_LOG_ROWS,
                [] => usual(kind),
                sizes => sizes,
            };
            sizes
                .iter()
                .map(move |&log_rows| Statement::new(kind, log_rows))
        };
        kinds.iter().flat_map(sized).collect()
    }

    fn limits(&self) -> Vec<Option<Limit>> {
        match self.limits.as_slice() {
            [] if self.quick => QUICK_LIMITS.map(Some).to_vec(),
            [] => LIMITS.map(Some).to_vec(),
            limits => limits.to_vec(),
        }
    }

    /// Opens a store and has it go again: what can be wrong is told before anything is measured.
    fn store_dir(&self) -> Result<PathBuf, Failure> {
        let plan = StorePlan::new();
        let plan = match &self.store_dir {
            Some(directory) => plan.directory(directory),
            None => plan,
        };
        Ok(plan.open()?.directory().to_owned())
    }
}

/// The sizes that are compared, as base-2 logarithms of rows: some seconds for each proof in RAM on two cores.
const fn usual(kind: Kind) -> &'static [usize] {
    match kind {
        Kind::Keccak => &[16, 17],
        Kind::Poseidon2 => &[17],
        Kind::Blake3 => &[15],
    }
}

/// Refuses a statement that the reference cannot prove for want of memory.
fn fits(statement: Statement) -> Result<(), Failure> {
    let need = statement.estimated_peak_bytes();
    match available_bytes() {
        Some(have) if need > have => Err(Failure::TooBig {
            statement,
            need: Bytes(need),
            have: Bytes(have),
        }),
        _ => Ok(()),
    }
}

/// Parse the command line; `--help` and `--version` print and exit here.
///
/// # Errors
/// [`Failure::Usage`], one line.
pub(crate) fn parse() -> Result<Options, Failure> {
    arguments::parse("lowmem").map_err(Failure::Usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options, String> {
        let words = std::iter::once("lowmem").chain(line.split_whitespace());
        arguments::parse_from("lowmem", words)
    }

    fn statements(line: &str) -> Vec<String> {
        let statements = parsed(line).expect("valid").asked.statements();
        let statements = statements.expect("valid sizes").into_iter();
        statements.map(|statement| statement.to_string()).collect()
    }

    #[test]
    fn defaults_are_the_published_sizes() {
        let usual = [
            "2^16 rows of keccak",
            "2^17 rows of keccak",
            "2^17 rows of poseidon2",
        ];
        assert_eq!(statements(""), usual);
        assert_eq!(statements("--quick"), ["2^15 rows of keccak"]);
        assert_eq!(
            statements("--quick --statement blake3"),
            ["2^15 rows of blake3"]
        );
        let both = ["2^9 rows of poseidon2", "2^10 rows of poseidon2"];
        assert_eq!(statements("--statement poseidon2 --log-rows 9,10"), both);
    }

    #[test]
    fn errors_are_one_line_and_say_what_to_do() {
        for (line, hint) in [
            ("--statement sha1", "choose keccak, poseidon2 or blake3"),
            ("--limits 2/3", "such as 1/8"),
            ("--limits 1/2,1/0", "such as 1/8"),
            ("--arms mmap", "naive"),
            ("--rounds 0", "0 is not in 1..=1000"),
            ("--threads 0", "0 is not in 1..=1024"),
            ("--log-rows many", "see `lowmem --help`"),
            ("--jsn", "a similar argument exists: '--json'"),
            ("nonsense", "see `lowmem --help`"),
        ] {
            let error = parsed(line).expect_err(line);
            assert!(error.contains(hint) && !error.contains('\n'), "{error}");
            assert!(error.contains("; "), "{error}");
        }
    }
}
