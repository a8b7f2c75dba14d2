use zkarena::{Secret, witness};

struct Key {
    left: u64,
}

#[witness]
fn patterns(keys: [u64; 2], option: Option<u64>) {
    #[witness]
    let [left, right] = keys;
    #[witness]
    let Some(key) = option else { return };
    #[witness]
    let ref reference = keys;
    if let Some(key) = Some(Key { left: key + left + right + reference[0] }) {
        #[witness]
        let Key { left: _ } = key;
    }
}

#[witness]
fn values(choice: bool) {
    #[witness]
    let late;
    #[witness]
    let later: u64;
    #[witness]
    let never = 1 else { return };
    late = 1;
    later = late + never.declassify();
    #[witness]
    #[zkarena::witness(wipe)]
    let twice = if choice { later } else { 0 };
    drop(twice);
}

#[witness]
fn types() -> u64 {
    #[witness]
    let typed: u64 = "key";
    #[witness]
    let key = 1;
    let plain: u64 = key;
    let other: Secret<u32> = typed;
    plain
}

fn main() {}
