use zkarena::Secret;

fn show(key: &Secret<u64>) -> String {
    format!("{key:x}")
}

fn main() {}
