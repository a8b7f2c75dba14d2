use zkarena::zk_phase;

unsafe extern "C" {
    #[zk_phase]
    fn printf(format: *const u8, ...) -> i32;
}

fn main() {}
