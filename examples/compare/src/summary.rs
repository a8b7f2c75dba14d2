//! Medians and ratios of what the arms measured.

use crate::arm::{ProofRun, ProofSample};
use crate::arms::REFERENCE;
use serde::Serialize;
use std::collections::BTreeMap;
use zkarena_measure::Machine;
use zkarena_measure::stats::{count, median, mib, ratio};

/// Everything that was measured, as it goes to `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    pub(crate) date: String,
    pub(crate) command: String,
    pub(crate) machine: Machine,
    pub(crate) rounds: usize,
    pub(crate) warm_proofs_per_round: usize,
    pub(crate) rest_seconds: f64,
    /// `None`: one for each core.
    pub(crate) threads: Option<usize>,
    pub(crate) workloads: Vec<Workload>,
}

/// One statement under every arm.
#[derive(Debug, Serialize)]
pub(crate) struct Workload {
    #[serde(rename = "workload")]
    pub(crate) kind: &'static str,
    pub(crate) log_rows: usize,
    /// Of the first arm's first proof: what all others are compared to.
    pub(crate) transcript_sha256: Option<String>,
    pub(crate) arms: Vec<ArmResult>,
}

/// What one arm did, before any median is taken.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Raw {
    pub(crate) arm: &'static str,
    /// `name version` of the crate that brings the allocator.
    pub(crate) allocator: Option<String>,
    pub(crate) environment: BTreeMap<&'static str, &'static str>,
    /// Why it was not built.
    pub(crate) skipped: Option<String>,
    /// Why processes gave no result.
    pub(crate) failures: Vec<String>,
    /// One for each round.
    pub(crate) runs: Vec<ProofRun>,
}

/// One arm's medians beside its raw samples.
#[derive(Debug, Serialize)]
pub(crate) struct ArmResult {
    #[serde(flatten)]
    pub(crate) raw: Raw,
    #[serde(flatten)]
    pub(crate) medians: Medians,
    /// In units of the arm `zkarena`: above 1 is slower, or larger, than it.
    pub(crate) ratio_to_zkarena: Ratios,
    pub(crate) proofs: usize,
    pub(crate) verified: usize,
    /// Proofs with the workload's transcript.
    pub(crate) same_transcript: usize,
}

/// Over all rounds; cold is the first proof of a process, warm all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Medians {
    pub(crate) cold_seconds: Option<f64>,
    pub(crate) warm_seconds: Option<f64>,
    pub(crate) warm_user_seconds: Option<f64>,
    pub(crate) warm_system_seconds: Option<f64>,
    pub(crate) cold_minor_faults: Option<f64>,
    pub(crate) warm_minor_faults: Option<f64>,
    pub(crate) warm_major_faults: Option<f64>,
    pub(crate) peak_mib: Option<f64>,
    pub(crate) at_rest_mib: Option<f64>,
}

/// An arm's medians over those of the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Ratios {
    pub(crate) cold: Option<f64>,
    pub(crate) warm: Option<f64>,
    pub(crate) peak: Option<f64>,
}

impl Workload {
    /// Takes the medians of all arms and compares them with the reference's.
    pub(crate) fn new(kind: &'static str, log_rows: usize, arms: Vec<Raw>) -> Self {
        let transcript = arms
            .iter()
            .flat_map(samples)
            .find_map(|proof| proof.transcript_sha256.clone());
        let reference = arms
            .iter()
            .find(|raw| raw.arm == REFERENCE)
            .map(Medians::of);
        let reference = reference.unwrap_or_default();
        let result = |raw| ArmResult::new(raw, &reference, transcript.as_deref());
        Self {
            kind,
            log_rows,
            arms: arms.into_iter().map(result).collect(),
            transcript_sha256: transcript,
        }
    }
}

impl ArmResult {
    fn new(raw: Raw, reference: &Medians, transcript: Option<&str>) -> Self {
        let medians = Medians::of(&raw);
        Self {
            ratio_to_zkarena: medians.over(reference),
            proofs: samples(&raw).count(),
            verified: samples(&raw).filter(|proof| proof.verified).count(),
            same_transcript: samples(&raw)
                .filter(|proof| proof.transcript_sha256.as_deref() == transcript)
                .count(),
            medians,
            raw,
        }
    }
}

impl Medians {
    fn of(raw: &Raw) -> Self {
        let cold = || raw.runs.iter().filter_map(|run| run.proofs.first());
        let warm = || raw.runs.iter().flat_map(|run| run.proofs.iter().skip(1));
        Self {
            cold_seconds: median(cold().map(|proof| proof.seconds)),
            warm_seconds: median(warm().map(|proof| proof.seconds)),
            warm_user_seconds: median(warm().map(|proof| proof.user_seconds)),
            warm_system_seconds: median(warm().map(|proof| proof.system_seconds)),
            cold_minor_faults: median(cold().map(|proof| count(proof.minor_faults))),
            warm_minor_faults: median(warm().map(|proof| count(proof.minor_faults))),
            warm_major_faults: median(warm().map(|proof| count(proof.major_faults))),
            peak_mib: median(raw.runs.iter().filter_map(|run| run.peak_kib).map(mib)),
            at_rest_mib: median(raw.runs.iter().filter_map(|run| run.at_rest_kib).map(mib)),
        }
    }

    fn over(&self, reference: &Self) -> Ratios {
        Ratios {
            cold: ratio(self.cold_seconds, reference.cold_seconds),
            warm: ratio(self.warm_seconds, reference.warm_seconds),
            peak: ratio(self.peak_mib, reference.peak_mib),
        }
    }
}

fn samples(raw: &Raw) -> impl Iterator<Item = &ProofSample> {
    raw.runs.iter().flat_map(|run| &run.proofs)
}

#[cfg(test)]
pub(crate) mod fixture {
    use super::*;

    fn proof(seconds: f64, minor_faults: u64, transcript: &str) -> ProofSample {
        ProofSample {
            seconds,
            user_seconds: seconds * 2.0,
            system_seconds: 0.25,
            minor_faults,
            verified: transcript == "aa",
            transcript_sha256: Some(transcript.to_owned()),
            ..ProofSample::default()
        }
    }

    /// An arm with one cold and two warm proofs in each of two rounds.
    pub(crate) fn raw(arm: &'static str, scale: f64, transcript: &str) -> Raw {
        let run = |rest: Option<u64>| ProofRun {
            proofs: vec![
                proof(2.0 * scale, 9_000, "aa"),
                proof(1.0 * scale, 10, transcript),
                proof(1.5 * scale, 20, transcript),
            ],
            peak_kib: Some(512 << 10),
            at_rest_kib: rest,
        };
        Raw {
            arm,
            runs: vec![run(Some(8 << 10)), run(None)],
            ..Raw::default()
        }
    }

    /// Two arms that ran, one of which spoils proofs, and one that did not build.
    pub(crate) fn workload() -> Workload {
        let skipped = Raw {
            arm: "snmalloc",
            skipped: Some("error: no C++ compiler".to_owned()),
            ..Raw::default()
        };
        let arms = vec![
            raw("zk-alloc", 1.1, "bb"),
            skipped,
            raw("zkarena", 1.0, "aa"),
        ];
        Workload::new("keccak", 15, arms)
    }

    /// Everything around that workload.
    pub(crate) fn comparison() -> Comparison {
        Comparison {
            date: "2026-01-02T03:04:05Z".to_owned(),
            command: "compare".to_owned(),
            machine: Machine {
                cores: 2,
                cpu: None,
                memory_mib: Some(1024),
                kernel: Some("6.1".to_owned()),
                transparent_huge_pages: Some("madvise".to_owned()),
                libc: Some("glibc 2.36".to_owned()),
            },
            rounds: 2,
            warm_proofs_per_round: 2,
            rest_seconds: 5.0,
            threads: None,
            workloads: vec![workload()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(value: Option<f64>, expected: f64) -> bool {
        value.is_some_and(|value| (value - expected).abs() < 1e-9)
    }

    #[test]
    fn cold_and_warm_are_told_apart() {
        let medians = Medians::of(&fixture::raw("zkarena", 1.0, "aa"));
        assert!(about(medians.cold_seconds, 2.0));
        assert!(about(medians.warm_seconds, 1.25));
        assert!(about(medians.warm_minor_faults, 15.0));
        assert!(about(medians.cold_minor_faults, 9000.0));
        assert!(about(medians.peak_mib, 512.0));
        assert!(about(medians.at_rest_mib, 8.0));
    }

    #[test]
    fn ratios_are_to_zkarena_wherever_it_stands() {
        let workload = fixture::workload();
        let [other, skipped, reference] = workload.arms.as_slice() else {
            panic!("three arms");
        };
        assert!(about(other.ratio_to_zkarena.cold, 1.1));
        assert!(about(other.ratio_to_zkarena.warm, 1.1));
        assert!(about(reference.ratio_to_zkarena.warm, 1.0));
        assert_eq!(skipped.ratio_to_zkarena, Ratios::default());
    }

    #[test]
    fn spoiled_proofs_are_counted() {
        let workload = fixture::workload();
        let other = &workload.arms[0];
        assert_eq!(
            (other.proofs, other.verified, other.same_transcript),
            (6, 2, 2)
        );
        assert_eq!(workload.transcript_sha256.as_deref(), Some("aa"));
    }
}
