//! What keeps witnesses in memory, and other programs out of it.

use zkarena::{Bytes, PhaseGuard, Plan, ProtectionReport, protection, site};

use crate::finding::Finding;
use crate::system::{Limit, limit, read};

/// As much is locked without privilege on most machines; the witness of a small proof.
const LITTLE_LOCKED: u64 = 64 << 20;

pub(crate) fn findings() -> Vec<Finding> {
    vec![
        heap(&held()),
        locked(limit("Max locked memory")),
        core_files(
            limit("Max core file size"),
            read("/proc/sys/kernel/core_pattern").as_deref(),
        ),
        debuggers(read("/proc/sys/kernel/yama/ptrace_scope").as_deref()),
    ]
}

/// What holds for a witness that is there.
fn held() -> ProtectionReport {
    let guard = PhaseGuard::root(site!("witness"), Plan::new());
    // Without one, nothing is held, which is told.
    let witness = guard.handle().witness().try_vec_with::<u64>(1);
    let held = protection();
    drop(witness);
    held
}

fn heap(held: &ProtectionReport) -> Finding {
    const WHAT: &str = "their heap";
    let all = |bytes: u64| bytes >= held.committed_bytes;
    let has = [
        (all(held.not_dumped_bytes), "out of core files"),
        (all(held.wiped_on_fork_bytes), "zero in children"),
        (all(held.locked_bytes), "locked"),
        (held.guard_bytes > 0, "guarded"),
    ];
    let named = |wanted: bool| {
        let names = has.iter().filter(|(holds, _)| *holds == wanted);
        names.map(|&(_, name)| name).collect::<Vec<_>>().join(", ")
    };
    if held.committed_bytes == 0 {
        Finding::poor(
            WHAT,
            "closed",
            "raise `ulimit -v`: witnesses have no other memory",
        )
    } else if !held.verified {
        Finding::unknown(WHAT, "have /proc mounted: `Plan::strict` insists on proof")
    } else if held.holds() {
        Finding::good(WHAT, named(true))
    } else {
        let missing = format!("not {}", named(false));
        Finding::poor(
            WHAT,
            missing,
            "see the next lines; ZKARENA_MLOCK=require insists on locks",
        )
    }
}

fn locked(limit: Option<Limit>) -> Finding {
    const WHAT: &str = "locked memory";
    match limit {
        Some(Limit::None) => Finding::good(WHAT, "no limit"),
        Some(Limit::Bytes(bytes)) if bytes >= LITTLE_LOCKED => {
            Finding::good(WHAT, format!("up to {}", Bytes(bytes)))
        }
        Some(Limit::Bytes(bytes)) => Finding::fair(
            WHAT,
            format!("up to {}", Bytes(bytes)),
            "raise `ulimit -l` to what witnesses take: the rest of them may be swapped",
        ),
        None => Finding::unknown(WHAT, "ask for locks: ZKARENA_MLOCK=require"),
    }
}

fn core_files(limit: Option<Limit>, pattern: Option<&str>) -> Finding {
    const WHAT: &str = "core files";
    let advice = "witnesses are left out of them, the registers of running threads are not";
    match (limit, pattern) {
        (_, Some(pattern)) if pattern.starts_with('|') => {
            let text = format!("piped to {}", pattern.trim_start_matches('|'));
            Finding::fair(WHAT, text, format!("{advice}: no limit holds for pipes"))
        }
        (Some(Limit::Bytes(0)), _) => Finding::good(WHAT, "none"),
        (Some(_), _) => Finding::fair(WHAT, "written", format!("{advice}: `ulimit -c 0`")),
        (None, _) => Finding::unknown(WHAT, advice),
    }
}

fn debuggers(scope: Option<&str>) -> Finding {
    const WHAT: &str = "debuggers";
    match scope {
        Some("1") => Finding::good(WHAT, "a process's parents only"),
        Some("2") => Finding::good(WHAT, "administrators only"),
        Some("3") => Finding::good(WHAT, "none"),
        _ => Finding::fair(
            WHAT,
            "all programs of the same user",
            "they can read witnesses in use: run the service as a user of its own, or set kernel.yama.ptrace_scope to 1",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn pipes_take_core_files_whatever_the_limit() {
        let verdict = |limit, pattern| core_files(limit, pattern).verdict;
        assert_eq!(verdict(Some(Limit::Bytes(0)), Some("core")), Verdict::Good);
        assert_eq!(
            verdict(Some(Limit::Bytes(0)), Some("|/bin/dump")),
            Verdict::Fair
        );
        assert_eq!(verdict(Some(Limit::None), Some("core")), Verdict::Fair);
        assert_eq!(verdict(None, None), Verdict::Unknown);
    }

    #[test]
    fn a_heap_is_good_if_everything_holds() {
        assert_eq!(heap(&ProtectionReport::default()).verdict, Verdict::Poor);
        let held = held();
        let expected = if held.holds() {
            Verdict::Good
        } else {
            Verdict::Poor
        };
        assert_eq!(heap(&held).verdict, expected, "{held}");
    }

    #[test]
    fn little_locked_memory_is_fair() {
        assert_eq!(locked(Some(Limit::Bytes(64 << 10))).verdict, Verdict::Fair);
        assert_eq!(locked(Some(Limit::None)).verdict, Verdict::Good);
        assert_eq!(locked(None).verdict, Verdict::Unknown);
    }

    #[test]
    fn without_a_scope_everybody_may_look() {
        assert_eq!(debuggers(None).verdict, Verdict::Fair);
        assert_eq!(debuggers(Some("1")).verdict, Verdict::Good);
    }
}
