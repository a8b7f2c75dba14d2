use zkarena::{PVec, Secret, witness};

#[witness]
enum Choice<'ph> {
    #[public]
    Left,
    Right {
        #[public]
        #[public]
        rows: usize,
        #[public(read)]
        columns: usize,
        #[public]
        values: PVec<'ph, u64, Secret>,
    },
}

fn main() {}
