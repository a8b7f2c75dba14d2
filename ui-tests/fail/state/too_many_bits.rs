use zkarena::KeyedState;

#[derive(KeyedState)]
#[state(key = u32)]
struct Flags {
    #[state(flag, rollback = never)]
    f0: bool,
    #[state(flag, rollback = never)]
    f1: bool,
    #[state(flag, rollback = never)]
    f2: bool,
    #[state(flag, rollback = never)]
    f3: bool,
    #[state(flag, rollback = never)]
    f4: bool,
    #[state(flag, rollback = never)]
    f5: bool,
    #[state(flag, rollback = never)]
    f6: bool,
    #[state(flag, rollback = never)]
    f7: bool,
    #[state(flag, rollback = never)]
    f8: bool,
    #[state(flag, rollback = never)]
    f9: bool,
    #[state(flag, rollback = never)]
    f10: bool,
    #[state(flag, rollback = never)]
    f11: bool,
    #[state(flag, rollback = never)]
    f12: bool,
    #[state(flag, rollback = never)]
    f13: bool,
    #[state(flag, rollback = never)]
    f14: bool,
    #[state(flag, rollback = never)]
    f15: bool,
    #[state(flag, rollback = never)]
    f16: bool,
    #[state(flag, rollback = never)]
    f17: bool,
    #[state(flag, rollback = never)]
    f18: bool,
    #[state(flag, rollback = never)]
    f19: bool,
    #[state(flag, rollback = never)]
    f20: bool,
    #[state(flag, rollback = never)]
    f21: bool,
    #[state(flag, rollback = never)]
    f22: bool,
    #[state(flag, rollback = never)]
    f23: bool,
    #[state(flag, rollback = never)]
    f24: bool,
    #[state(flag, rollback = never)]
    f25: bool,
    #[state(flag, rollback = never)]
    f26: bool,
    #[state(flag, rollback = never)]
    f27: bool,
    #[state(flag, rollback = never)]
    f28: bool,
    #[state(flag, rollback = never)]
    f29: bool,
    #[state(flag, rollback = never)]
    f30: bool,
    #[state(flag, rollback = never)]
    f31: bool,
    #[state(flag, rollback = never)]
    f32: bool,
    #[state(flag, rollback = never)]
    f33: bool,
    #[state(flag, rollback = never)]
    f34: bool,
    #[state(flag, rollback = never)]
    f35: bool,
    #[state(flag, rollback = never)]
    f36: bool,
    #[state(flag, rollback = never)]
    f37: bool,
    #[state(flag, rollback = never)]
    f38: bool,
    #[state(flag, rollback = never)]
    f39: bool,
    #[state(flag, rollback = never)]
    f40: bool,
    #[state(flag, rollback = never)]
    f41: bool,
    #[state(flag, rollback = never)]
    f42: bool,
    #[state(flag, rollback = never)]
    f43: bool,
    #[state(flag, rollback = never)]
    f44: bool,
    #[state(flag, rollback = never)]
    f45: bool,
    #[state(flag, rollback = never)]
    f46: bool,
    #[state(flag, rollback = never)]
    f47: bool,
    #[state(flag, rollback = never)]
    f48: bool,
    #[state(flag, rollback = never)]
    f49: bool,
    #[state(flag, rollback = never)]
    f50: bool,
    #[state(flag, rollback = never)]
    f51: bool,
    #[state(flag, rollback = never)]
    f52: bool,
    #[state(flag, rollback = never)]
    f53: bool,
    #[state(flag, rollback = never)]
    f54: bool,
    #[state(flag, rollback = never)]
    f55: bool,
    #[state(flag, rollback = never)]
    f56: bool,
    #[state(flag, rollback = never)]
    f57: bool,
    #[state(flag, rollback = never)]
    f58: bool,
    #[state(flag, rollback = never)]
    f59: bool,
    #[state(flag, rollback = never)]
    f60: bool,
    #[state(flag, rollback = never)]
    f61: bool,
    #[state(flag, rollback = never)]
    f62: bool,
    #[state(flag, rollback = never)]
    f63: bool,
    #[state(flag, rollback = never)]
    f64: bool,
}

fn main() {}
