extern crate zkarena as renamed;

mod zkarena {}

mod inner {
    use renamed::zk_phase;

    #[zk_phase(crate = renamed)]
    pub fn prove() -> u32 {
        1
    }

    #[zk_phase(name = "verify", crate = ::renamed)]
    pub fn verify() -> u32 {
        2
    }
}

mod facade {
    pub mod zk {
        pub use renamed::*;
        pub use renamed::__private;
    }

    #[zk::zk_phase(crate = crate::facade::zk)]
    pub fn open() -> u32 {
        3
    }

    #[self::zk::zk_phase(crate = self::zk)]
    pub fn close() -> u32 {
        4
    }
}

fn main() {
    assert_eq!(inner::prove() + inner::verify(), 3);
    assert_eq!(facade::open() + facade::close(), 7);
}
