use zkarena::zk_phase;

macro_rules! from_fragments {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($argument:ident: $ty:ty),*) -> $output:ty $body:block) => {
        $(#[$meta])*
        #[zk_phase]
        $vis fn $name($($argument: $ty),*) -> $output $body
    };
}

from_fragments! {
    /// Documented.
    pub(crate) fn add(a: u32, b: Option<u32>) -> u32 {
        a + b.unwrap_or(1)
    }
}

macro_rules! with_options {
    ($name:ident, $phase:literal, $value:expr) => {
        #[zk_phase(name = $phase, crate = ::zkarena)]
        fn $name() -> u32 {
            $value
        }
    };
}

with_options!(three, "three", 1 + 2);

macro_rules! attribute_from_outside {
    ($($tokens:tt)*) => { $($tokens)* };
}

attribute_from_outside! {
    #[zk_phase(name = "outside")]
    fn four() -> u32 { #![allow(unused)] let five = 5; 4 }
}

fn main() {
    assert_eq!(add(1, None), 2);
    assert_eq!(three(), 3);
    assert_eq!(four(), 4);
}
