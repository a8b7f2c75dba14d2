use zkarena::zk_phase;

#[zk_phase]
fn verify(rows: usize) -> Result<u32, &'static [u8]> {
    if rows > 0 {
        let reason: &[u8] = phase.zeroed(rows);
        Err(reason)?;
    }
    Ok(1)
}

fn main() {
    let _ = verify(1);
}
