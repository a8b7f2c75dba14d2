//! A disk that has no room for a kernel's results is an error that says so; what was there is as it was.

mod common;

use common::disk::{Folder, Mounted, file_of};
use common::skip_or_fail;
use p3_field::PrimeCharacteristicRing;
use p3_koala_bear::KoalaBear;
use zkarena::kernels::{KernelError, Ntt, evaluate};
use zkarena::{Bytes, Store, StoreError, StorePlan, Stored};

const LOG_SIZE: usize = 20;
const BYTES: u64 = 4 << LOG_SIZE;

fn elements() -> Vec<KoalaBear> {
    (0..1 << LOG_SIZE).map(KoalaBear::from_u32).collect()
}

fn input(store: &Store) -> Result<Stored<KoalaBear>, StoreError> {
    let mut writing = store.write(1 << LOG_SIZE)?;
    writing.append(&elements())?;
    writing.freeze()
}

fn is_intact(input: &Stored<KoalaBear>) -> bool {
    let mut found = vec![KoalaBear::ZERO; input.len()];
    let all = 0..input.len();
    input.read_into(all, &mut found).expect("a read");
    found == elements()
}

fn transform(store: &Store, input: &Stored<KoalaBear>) -> Result<Stored<KoalaBear>, KernelError> {
    Ntt::forward(Bytes(BYTES)).run(store, input, LOG_SIZE)
}

#[test]
fn a_full_disk() {
    let Some(disk) = Mounted::ext4(16 << 20) else {
        return skip_or_fail("only root may mount");
    };
    for _ in 0..2 {
        let plan = StorePlan::new().directory(disk.path());
        let store = plan.open().expect("a store");
        let input = input(&store).expect("room");
        let others = store.write::<u8>(4 << 20).expect("room");
        let refused = transform(&store, &input).expect_err("no room");
        let full = matches!(refused, KernelError::Store(StoreError::DiskFull { .. }));
        assert!(full, "{refused}");
        assert!(refused.to_string().contains("is full"), "{refused}");
        assert!(is_intact(&input));
        drop(others);
        assert!(transform(&store, &input).is_ok(), "there is room now");
    }
}

#[test]
fn a_disk_budget() {
    let folder = Folder::new();
    for (budget, enough) in [(3 * BYTES, true), (3 * BYTES - 4096, false), (BYTES, false)] {
        let plan = folder.plan().disk(Bytes(budget));
        let store = plan.open().expect("a store");
        let input = input(&store).expect("room");
        let refused = transform(&store, &input).err();
        let over = matches!(refused, Some(KernelError::Store(StoreError::Budget { .. })));
        assert_eq!(over, !enough, "{refused:?}");
        assert!(is_intact(&input));
        assert!(
            store.write::<u8>(4096).is_ok() || budget == BYTES,
            "all was given back"
        );
    }
}

#[test]
fn a_file_that_was_cut() {
    let folder = Folder::new();
    let store = folder.store();
    let input = input(&store).expect("room");
    input.finish().expect("written");
    file_of(folder.path()).set_len(1 << 20).expect("cut");
    let refused = transform(&store, &input).expect_err("lost");
    assert_eq!(refused, KernelError::Store(StoreError::Lost));
    let refused = evaluate(&store, &[&input], [KoalaBear::TWO]).expect_err("lost");
    assert_eq!(refused, StoreError::Lost);
}
