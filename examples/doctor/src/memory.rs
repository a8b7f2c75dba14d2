//! How much memory there is, and how the kernel hands it out.

use zkarena::ops::{LimitSource, MemLimit};
use zkarena::{AllocatorState, Bytes};

use crate::finding::Finding;
use crate::system::{chosen, meminfo, read};

/// At this share of the limit there is pressure.
const PRESSURE_PERCENT: u32 = 85;

pub(crate) fn findings(limit: &MemLimit) -> Vec<Finding> {
    vec![
        of_limit(limit),
        in_use(limit),
        overcommit(read("/proc/sys/vm/overcommit_memory").as_deref()),
        swap(meminfo("SwapTotal")),
        huge_pages(read("/sys/kernel/mm/transparent_hugepage/enabled").as_deref()),
        allocator(zkarena::report().allocator()),
    ]
}

fn of_limit(limit: &MemLimit) -> Finding {
    const WHAT: &str = "limit";
    match &limit.source {
        LimitSource::Unknown => Finding::unknown(WHAT, "say it in ZKARENA_LIMIT, as in 16GiB"),
        LimitSource::Machine => Finding::fair(
            WHAT,
            limit.to_string(),
            "nothing keeps other programs out: give the service a limit of its own, or say it in ZKARENA_LIMIT",
        ),
        _ => Finding::good(WHAT, limit.to_string()),
    }
}

fn in_use(limit: &MemLimit) -> Finding {
    const WHAT: &str = "in use";
    let Some(usage) = limit.usage() else {
        return Finding::unknown(WHAT, "pressure is told by page faults only");
    };
    let used = usage.working_set_bytes;
    let text = format!(
        "{}, and {} that the kernel takes back for the asking",
        Bytes(used),
        Bytes(usage.raw_bytes.saturating_sub(used))
    );
    if used < limit.percent(PRESSURE_PERCENT) {
        Finding::good(WHAT, text)
    } else {
        Finding::poor(
            WHAT,
            text,
            "end other programs, or raise the limit: proofs will be refused",
        )
    }
}

fn overcommit(mode: Option<&str>) -> Finding {
    const WHAT: &str = "overcommit";
    match mode {
        Some("0") => Finding::good(WHAT, "0: within reason"),
        Some("1") => Finding::good(WHAT, "1: always"),
        Some("2") => Finding::fair(
            WHAT,
            "2: never",
            "memory counts when it is committed, not when it is touched: set vm.overcommit_memory to 0",
        ),
        Some(other) => Finding::fair(WHAT, other, "set vm.overcommit_memory to 0"),
        None => Finding::unknown(WHAT, "an allocation may fail before memory is short"),
    }
}

fn swap(total: Option<u64>) -> Finding {
    const WHAT: &str = "swap";
    match total {
        Some(0) => Finding::good(WHAT, "none"),
        Some(bytes) => Finding::fair(
            WHAT,
            Bytes(bytes).to_string(),
            "a prover in swap is slower than one in low-memory mode: run the service without (memory.swap.max = 0)",
        ),
        None => Finding::unknown(WHAT, "lock witnesses: ZKARENA_MLOCK=require"),
    }
}

fn huge_pages(modes: Option<&str>) -> Finding {
    const WHAT: &str = "huge pages";
    match modes.and_then(chosen) {
        Some(mode @ ("madvise" | "always")) => Finding::good(WHAT, mode),
        Some(mode) => Finding::fair(
            WHAT,
            mode,
            "write madvise to /sys/kernel/mm/transparent_hugepage/enabled: warm proofs are faster on them",
        ),
        None => Finding::unknown(WHAT, "proofs go on small pages"),
    }
}

fn allocator(state: AllocatorState) -> Finding {
    const WHAT: &str = "span heap";
    match state {
        AllocatorState::Installed => Finding::good(WHAT, "open"),
        AllocatorState::Off => Finding::fair(
            WHAT,
            "switched off",
            "unset ZKARENA, unless it is off to compare",
        ),
        AllocatorState::NoAddressSpace => Finding::poor(
            WHAT,
            "closed: no address space, or pages larger than 4 KiB",
            "raise `ulimit -v`, or reserve less (ZKARENA_RESERVE)",
        ),
        AllocatorState::NotInstalled => Finding::unknown(WHAT, "this is a bug of the program"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn what_could_do_better_has_advice() {
        let findings = [
            of_limit(&MemLimit {
                bytes: 1 << 30,
                source: LimitSource::Machine,
            }),
            of_limit(&MemLimit {
                bytes: u64::MAX,
                source: LimitSource::Unknown,
            }),
            in_use(&MemLimit::explicit(1)),
            overcommit(Some("2")),
            overcommit(None),
            swap(Some(1 << 30)),
            swap(None),
            huge_pages(Some("always madvise [never]")),
            huge_pages(None),
            allocator(AllocatorState::Off),
            allocator(AllocatorState::NoAddressSpace),
        ];
        for finding in findings {
            assert_ne!(finding.verdict, Verdict::Good, "{finding:?}");
            assert!(finding.advice.is_some(), "{finding:?}");
        }
    }

    #[test]
    fn what_is_good_needs_none() {
        let findings = [
            of_limit(&MemLimit::explicit(1 << 40)),
            in_use(&MemLimit::explicit(1 << 60)),
            overcommit(Some("0")),
            swap(Some(0)),
            huge_pages(Some("always [madvise] never")),
            allocator(AllocatorState::Installed),
        ];
        for finding in findings {
            assert_eq!(finding.verdict, Verdict::Good, "{finding:?}");
            assert!(finding.advice.is_none(), "{finding:?}");
        }
    }
}
