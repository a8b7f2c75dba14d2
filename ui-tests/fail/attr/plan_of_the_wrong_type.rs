use zkarena::{Plan, zk_phase};

#[zk_phase(plan = rows)]
fn number(rows: usize) -> usize {
    rows
}

#[zk_phase(plan = "512MiB", try)]
fn text() -> Result<(), zkarena::AllocError> {
    Ok(())
}

#[zk_phase(tmp in out, plan = Plan::new)]
fn function(out: zkarena::Phase<'_>) -> u32 {
    tmp.vec_from(&out.vec_from(&[1]))[0]
}

fn main() {
    number(1);
    text().expect("memory");
    zkarena::with_phase(|phase| function(*phase));
}
