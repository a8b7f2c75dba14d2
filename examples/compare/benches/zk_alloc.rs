//! The micro-benchmarks under zk-alloc.
#![forbid(unsafe_code)]

mod suite;

use zk_alloc::ZkAllocator;
use zkarena_compare::ZkAlloc;

#[global_allocator]
static ALLOC: ZkAllocator = ZkAllocator;

fn main() {
    suite::run::<ZkAlloc>("zk-alloc");
}
