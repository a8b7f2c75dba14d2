//! What the operating system says about this process; `None` where it says nothing.

use zkarena::Bytes;

/// The greatest resident memory so far.
pub(crate) fn peak_rss() -> Option<Bytes> {
    imp::peak_rss_kib().map(|kib| Bytes(kib << 10))
}

/// The resident memory now.
pub(crate) fn rss() -> Option<Bytes> {
    imp::rss_kib().map(|kib| Bytes(kib << 10))
}

/// The greatest resident memory so far, in MiB.
pub(crate) fn peak_rss_mib() -> Option<f64> {
    imp::peak_rss_kib().and_then(mib)
}

/// The resident memory now, in MiB.
pub(crate) fn rss_mib() -> Option<f64> {
    imp::rss_kib().and_then(mib)
}

/// Page faults so far that needed no disk, in all threads.
pub(crate) fn minor_faults() -> Option<u64> {
    imp::minor_faults()
}

/// `kib` in MiB; `None` above 4 TiB.
fn mib(kib: u64) -> Option<f64> {
    Some(f64::from(u32::try_from(kib).ok()?) / 1024.0)
}

#[cfg(target_os = "linux")]
mod imp {
    use procfs::process::{Process, Status};

    fn status() -> Option<Status> {
        Process::myself().ok()?.status().ok()
    }

    pub(super) fn peak_rss_kib() -> Option<u64> {
        status()?.vmhwm
    }

    pub(super) fn rss_kib() -> Option<u64> {
        status()?.vmrss
    }

    pub(super) fn minor_faults() -> Option<u64> {
        Some(Process::myself().ok()?.stat().ok()?.minflt)
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    pub(super) const fn peak_rss_kib() -> Option<u64> {
        None
    }

    pub(super) const fn rss_kib() -> Option<u64> {
        None
    }

    pub(super) const fn minor_faults() -> Option<u64> {
        None
    }
}
