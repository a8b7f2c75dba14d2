//! The container that a plan is for: Docker, compose and Kubernetes.

use serde::Serialize;
use zkarena::ops::ServicePlan;

use crate::args::Args;

const MIB: u64 = 1 << 20;

/// A container is given this long to end, if proofs are short.
const LEAST_SECONDS: u64 = 30;

/// What is not proving at the end of a service: answers, the store, the process itself.
const ENDING_SECONDS: f64 = 10.0;

/// What a container is told.
#[derive(Debug, Serialize)]
pub(crate) struct Container {
    image: String,
    /// The limit, in whole mebibytes.
    memory_mebibytes: u64,
    /// Where the store's directory is.
    store: String,
    /// What the disk of the store has to take, where that was measured.
    store_mebibytes: Option<u64>,
    /// From the signal to end until the container is killed.
    stop_seconds: u64,
}

impl Container {
    pub(crate) fn of(plan: &ServicePlan, args: &Args) -> Self {
        Self {
            image: args.image.clone(),
            memory_mebibytes: plan.limit_bytes / MIB,
            store: args.store.clone(),
            store_mebibytes: store_mebibytes(plan),
            stop_seconds: stop_seconds(plan),
        }
    }

    /// A command. Without swap: a prover in swap is slower than one in low-memory mode, and its witness is on a disk.
    pub(crate) fn docker(&self) -> String {
        let Self {
            image,
            memory_mebibytes: memory,
            store,
            stop_seconds: stop,
            ..
        } = self;
        format!(
            "docker run --memory {memory}m --memory-swap {memory}m --stop-timeout {stop} \\\n  \
             --ulimit memlock={memlock} --ulimit core=0 \\\n  \
             --mount type=volume,src=zkarena-store,dst={store} --env ZKARENA_STORE_DIR={store} \\\n  \
             {image}\n",
            memlock = memory * MIB,
        )
    }

    /// What to add to a service of a compose file.
    pub(crate) fn compose(&self) -> String {
        let Self {
            image,
            memory_mebibytes: memory,
            store,
            stop_seconds: stop,
            ..
        } = self;
        format!(
            "services:\n  \
               prover:\n    \
                 image: \"{image}\"\n    \
                 mem_limit: {memory}m\n    \
                 memswap_limit: {memory}m # no swap\n    \
                 stop_grace_period: {stop}s\n    \
                 ulimits:\n      \
                   memlock: {memlock} # witnesses stay out of swap\n      \
                   core: 0\n    \
                 environment:\n      \
                   ZKARENA_STORE_DIR: \"{store}\"\n    \
                 volumes:\n      \
                   - \"store:{store}\" # on a disk; a tmpfs counts against mem_limit\n\
             volumes:\n  \
               store: {{}}\n",
            memlock = memory * MIB,
        )
    }

    /// What to add to a deployment.
    pub(crate) fn kubernetes(&self) -> String {
        let Self {
            image,
            memory_mebibytes: memory,
            store,
            stop_seconds: stop,
            ..
        } = self;
        let size = self.store_mebibytes.map_or_else(
            || "{}".to_owned(),
            |mebibytes| format!("{{sizeLimit: {mebibytes}Mi}}"),
        );
        format!(
            "apiVersion: apps/v1\n\
             kind: Deployment\n\
             spec:\n  \
               template:\n    \
                 spec:\n      \
                   terminationGracePeriodSeconds: {stop}\n      \
                   containers:\n        \
                     - name: prover\n          \
                       image: \"{image}\"\n          \
                       resources: # the same twice: a pod that has what it may use is evicted last\n            \
                         requests: {{memory: {memory}Mi}}\n            \
                         limits: {{memory: {memory}Mi}}\n          \
                       env:\n            \
                         - {{name: ZKARENA_STORE_DIR, value: \"{store}\"}}\n          \
                       volumeMounts:\n            \
                         - {{name: store, mountPath: \"{store}\"}}\n      \
                   volumes:\n        \
                     - name: store\n          \
                       emptyDir: {size} # on the node's disk; `medium: Memory` counts against the limit\n"
        )
    }
}

/// For what proofs had on the disk, one at a time, and a tenth.
fn store_mebibytes(plan: &ServicePlan) -> Option<u64> {
    let disks = plan
        .circuits
        .iter()
        .filter_map(|circuit| circuit.disk_bytes);
    let most = disks.max().filter(|&bytes| bytes > 0)?;
    Some((most / 10).saturating_add(most).div_ceil(MIB))
}

/// For the proofs that are being made, twice: a proof takes longer beside others, and some wait for their turn.
fn stop_seconds(plan: &ServicePlan) -> u64 {
    #[expect(clippy::cast_precision_loss, reason = "some workers")]
    let at_once = plan
        .circuits
        .iter()
        .map(|circuit| circuit.seconds * circuit.workers as f64);
    let seconds = (2.0 * at_once.fold(0.0, f64::max) + ENDING_SECONDS).ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, positive, and cut where it is beyond reason"
    )]
    let seconds = seconds as u64;
    seconds.max(LEAST_SECONDS)
}
