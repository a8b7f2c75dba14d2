use zkarena::{AllocError, PVec, Phase, Plan, zk_phase};

#[zk_phase]
fn by_default(rows: &[u32]) -> u32 {
    let rows = phase.vec_from(rows);
    rows.iter().sum()
}

#[zk_phase(tmp)]
fn named(phase: u32) -> u32 {
    tmp.vec_from(&[phase])[0]
}

#[zk_phase(tmp in out)]
fn into_the_parent<'p>(rows: &[u32], out: Phase<'p>) -> PVec<'p, u32> {
    let mut sum = out.vec_with(1);
    sum.push(tmp.vec_from(rows).iter().sum());
    sum
}

struct Prover<'ph> {
    phase: Phase<'ph>,
}

impl<'ph> Prover<'ph> {
    #[zk_phase(tmp in self.phase, name = "method")]
    fn prove(&self, rows: &[u32]) -> PVec<'ph, u32> {
        self.phase.vec_from(&tmp.vec_from(rows))
    }
}

#[zk_phase(try, reserve = rows.len() * size_of::<u32>(), budget = "512MiB")]
fn fallible(rows: &[u32]) -> Result<u32, Box<dyn std::error::Error>> {
    Ok(phase.vec_from(rows)[0])
}

#[zk_phase(try, plan = plan.ok_or("no plan")?.budget(1 << 20))]
fn planned(plan: Option<Plan>) -> Result<u64, Box<dyn std::error::Error>> {
    Ok(phase.stats().poly.bytes.0)
}

#[zk_phase(tmp in out, plan = Plan::new().reserve(2 * rows))]
fn planned_child(rows: usize, out: Phase<'_>) -> u64 {
    tmp.stats().poly.bytes.0
}

#[zk_phase(tmp in out, try)]
fn fallible_child(out: Phase<'_>) -> Result<usize, AllocError> {
    Ok(tmp.vec_from(&out.vec_from(&[1])).len())
}

#[zk_phase]
fn shadowed(rows: &[u32]) -> usize {
    let phase = phase.vec_from(rows);
    phase.len()
}

#[zk_phase]
fn functions_inside(rows: &[u32]) -> u32 {
    #[zk_phase]
    fn inner(rows: &[u32]) -> u32 {
        phase.vec_from(rows)[0]
    }
    let closure = |row: u32| phase.vec_from(&[row])[0];
    closure(inner(rows))
}

#[zk_phase]
fn threads(rows: &[u32]) -> u32 {
    std::thread::scope(|threads| {
        let sum = threads.spawn(|| phase.vec_from(rows).iter().sum());
        sum.join().expect("no panic")
    })
}

#[zk_phase]
fn main() {
    assert_eq!(by_default(&[1, 2]), 3);
    assert_eq!(named(4), 4);
    assert_eq!(*into_the_parent(&[1, 2], phase), [3]);
    assert_eq!(*Prover { phase }.prove(&[5]), [5]);
    assert_eq!(fallible(&[6]).ok(), Some(6));
    assert_eq!(planned(Some(Plan::new().reserve(8192))).ok(), Some(8192));
    assert!(planned(None).is_err() && planned(Some(Plan::new().reserve(2 << 20))).is_err());
    assert_eq!(planned_child(4096, phase), 8192);
    assert_eq!(fallible_child(phase).ok(), Some(1));
    assert_eq!(shadowed(&[1, 2]), 2);
    assert_eq!(functions_inside(&[7]), 7);
    assert_eq!(threads(&[8, 1]), 9);
}
