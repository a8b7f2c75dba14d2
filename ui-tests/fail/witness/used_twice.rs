use zkarena::Secret;

fn keep(_: Secret<u64>) {}

fn twice(key: Secret<u64>) {
    keep(key);
    keep(key);
}

fn main() {}
