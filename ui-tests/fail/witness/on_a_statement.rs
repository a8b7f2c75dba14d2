use zkarena::witness;

fn main() {
    #[witness]
    let _key = 1;
}
