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
        a + phase.vec_from(&[b.unwrap_or(1)])[0]
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

macro_rules! with_a_body {
    ($name:ident) => {
        #[zk_phase]
        fn $name(rows: &[u32]) -> u32 {
            phase.vec_from(rows)[0]
        }
    };
}

with_a_body!(first);

macro_rules! with_a_handle {
    ($handle:ident in $parent:ident, $value:expr) => {
        #[zk_phase($handle in $parent)]
        fn nested($parent: zkarena::Phase<'_>) -> u32 {
            $value
        }
    };
}

with_a_handle!(tmp in out, tmp.vec_from(&out.vec_from(&[5]))[0]);

macro_rules! sum {
    ($rows:expr) => {
        zkarena::scope!(tmp => { tmp.vec_from($rows).iter().sum::<u32>() })
    };
}

#[zk_phase]
fn main() {
    assert_eq!(add(1, None), 2);
    assert_eq!(three(), 3);
    assert_eq!(four(), 4);
    assert_eq!(first(&[6]), 6);
    assert_eq!(nested(phase), 5);
    let tmp = [7];
    assert_eq!(sum!(&tmp), 7);
}
