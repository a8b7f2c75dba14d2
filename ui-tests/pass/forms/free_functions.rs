use zkarena::zk_phase;

#[zk_phase]
fn plain(rows: u32) -> u32 {
    rows + 1
}

#[zk_phase(name = "fri::fold")]
pub(crate) fn named((a, b): (u32, u32), mut c: u32) -> u32 {
    c += a;
    b + c
}

#[zk_phase()]
fn empty() {}

#[zk_phase(tmp)]
fn a_parameter_called_phase(phase: u32) -> u32 {
    tmp.vec_from(&[phase])[0]
}

#[zk_phase]
fn never() -> ! {
    std::process::exit(0)
}

#[zk_phase]
fn main() {
    #[zk_phase]
    fn inside_a_function() -> u32 {
        4
    }
    assert_eq!(plain(1), 2);
    assert_eq!(named((1, 2), 3), 6);
    assert_eq!(a_parameter_called_phase(3), 3);
    assert_eq!(inside_a_function(), 4);
    empty();
    never()
}
