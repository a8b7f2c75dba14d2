//! The allocators that are compared, and their settings.

/// An allocator with settings: a program and the environment it runs in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arm {
    /// As on the command line and in tables.
    pub(crate) name: &'static str,
    /// What installs the allocator.
    pub(crate) program: &'static Program,
    /// The settings.
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// An allocator as this package builds it: a binary `arm-*` and a bench of its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) allocator: &'static str,
    /// The crate that brings it, which is built with the feature called like the allocator.
    pub(crate) package: Option<&'static str>,
    /// Environment of its build: `NDEBUG`, where the crate's build script takes our line tables for a debug build and
    /// would leave assertions in.
    pub(crate) compiler: &'static [(&'static str, &'static str)],
}

impl Program {
    const fn own(allocator: &'static str) -> Self {
        Self {
            allocator,
            package: None,
            compiler: &[],
        }
    }

    const fn peer(allocator: &'static str, package: &'static str) -> Self {
        Self {
            package: Some(package),
            ..Self::own(allocator)
        }
    }

    const fn compiled_with(self, compiler: &'static [(&'static str, &'static str)]) -> Self {
        Self { compiler, ..self }
    }
}

static GLIBC: Program = Program::own("glibc");
static JEMALLOC: Program = Program::peer("jemalloc", "tikv-jemallocator");
static MIMALLOC: Program = Program::peer("mimalloc", "mimalloc")
    .compiled_with(&[("CFLAGS", "-DNDEBUG -DMI_BUILD_RELEASE")]);
static SNMALLOC: Program =
    Program::peer("snmalloc", "snmalloc-rs").compiled_with(&[("CXXFLAGS", "-DNDEBUG")]);
static ZK_ALLOC: Program = Program::peer("zk-alloc", "zk-alloc");
static ZKARENA: Program = Program::own("zkarena");

const fn arm(
    name: &'static str,
    program: &'static Program,
    environment: &'static [(&'static str, &'static str)],
) -> Arm {
    Arm {
        name,
        program,
        environment,
    }
}

/// The arm that all ratios refer to.
pub(crate) const REFERENCE: &str = "zkarena";

/// Every arm, in the order of the tables.
pub(crate) static ARMS: [Arm; 12] = [
    arm("glibc", &GLIBC, &[]),
    arm(
        "glibc-tuned",
        &GLIBC,
        &[
            ("MALLOC_MMAP_THRESHOLD_", "1099511627776"),
            ("MALLOC_TRIM_THRESHOLD_", "1099511627776"),
        ],
    ),
    arm("jemalloc", &JEMALLOC, &[]),
    arm(
        "jemalloc-keep",
        &JEMALLOC,
        &[("_RJEM_MALLOC_CONF", "dirty_decay_ms:-1,muzzy_decay_ms:-1")],
    ),
    arm(
        "jemalloc-keep-thp",
        &JEMALLOC,
        &[(
            "_RJEM_MALLOC_CONF",
            "dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always",
        )],
    ),
    arm("mimalloc", &MIMALLOC, &[]),
    arm(
        "mimalloc-keep",
        &MIMALLOC,
        &[("MIMALLOC_PURGE_DELAY", "-1")],
    ),
    arm("snmalloc", &SNMALLOC, &[]),
    arm("zk-alloc", &ZK_ALLOC, &[]),
    arm("zkarena", &ZKARENA, &[("ZKARENA_PAGES", "auto")]),
    arm("zkarena-small", &ZKARENA, &[("ZKARENA_PAGES", "small")]),
    arm("zkarena-huge", &ZKARENA, &[("ZKARENA_PAGES", "huge")]),
];

/// An arm of that name.
pub(crate) fn find(name: &str) -> Result<&'static Arm, String> {
    ARMS.iter().find(|arm| arm.name == name).ok_or_else(|| {
        let names: Vec<_> = ARMS.iter().map(|arm| arm.name).collect();
        format!("there is no such arm; choose from {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for arm in &ARMS {
            assert_eq!(find(arm.name), Ok(arm));
        }
        assert!(find("dlmalloc").is_err());
        assert!(find(REFERENCE).is_ok());
    }

    #[test]
    fn settings_of_the_caller_never_reach_an_arm() {
        for (name, _) in ARMS.iter().flat_map(|arm| arm.environment) {
            assert!(zkarena_measure::child::is_foreign(name), "{name}");
        }
    }
}
