use zkarena::{Store, StoreError};

#[derive(Clone, Copy)]
struct Padded {
    tag: u8,
    value: u32,
}

fn main() -> Result<(), StoreError> {
    let store = Store::of_process()?;
    store.write::<Vec<u8>>(1)?;
    store.write::<Box<u64>>(1)?;
    store.write::<&u64>(1)?;
    store.write::<(u8, u32)>(1)?;
    store.write::<Padded>(1)?;
    store.write::<bool>(1)?;
    store.map::<String>(1)?;
    store.write_tiles::<[char; 4]>(1, 1)?;
    Ok(())
}
