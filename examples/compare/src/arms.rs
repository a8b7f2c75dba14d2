//! The allocators that are compared, and their settings.

/// An allocator with settings: a binary and the environment it runs in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arm {
    /// As on the command line and in tables.
    pub(crate) name: &'static str,
    /// The binary that installs the allocator.
    pub(crate) binary: &'static Binary,
    /// The settings.
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// A binary of this package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Binary {
    pub(crate) name: &'static str,
    /// The feature of this package that it needs.
    pub(crate) feature: Option<&'static str>,
    /// The crate that brings the allocator.
    pub(crate) package: Option<&'static str>,
}

impl Binary {
    const fn own(name: &'static str) -> Self {
        Self {
            name,
            feature: None,
            package: None,
        }
    }

    const fn peer(name: &'static str, feature: &'static str, package: &'static str) -> Self {
        Self {
            name,
            feature: Some(feature),
            package: Some(package),
        }
    }
}

static GLIBC: Binary = Binary::own("arm-glibc");
static JEMALLOC: Binary = Binary::peer("arm-jemalloc", "jemalloc", "tikv-jemallocator");
static MIMALLOC: Binary = Binary::peer("arm-mimalloc", "mimalloc", "mimalloc");
static SNMALLOC: Binary = Binary::peer("arm-snmalloc", "snmalloc", "snmalloc-rs");
static ZK_ALLOC: Binary = Binary::peer("arm-zk-alloc", "zk-alloc", "zk-alloc");
static ZKARENA: Binary = Binary::own("arm-zkarena");

const fn arm(
    name: &'static str,
    binary: &'static Binary,
    environment: &'static [(&'static str, &'static str)],
) -> Arm {
    Arm {
        name,
        binary,
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

/// Variables that any of the allocators reads: those of the caller are not passed on.
pub(crate) const FOREIGN_SETTINGS: [&str; 8] = [
    "GLIBC_TUNABLES",
    "MALLOC_",
    "_RJEM_MALLOC_CONF",
    "MIMALLOC_",
    "SNMALLOC_",
    "ZK_ALLOC_",
    "ZKARENA",
    "RAYON_",
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
            assert!(FOREIGN_SETTINGS.iter().any(|foreign| name.starts_with(foreign)));
        }
    }
}
