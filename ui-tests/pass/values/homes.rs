//! Code that is told where to put its result: a phase, or the heap.
use zkarena::{AllocError, ArenaAlloc, Build, Coeffs, Detach, Home, PBox, PVec, Poly, zk_phase};

fn powers<'ph>(n: usize, home: impl Into<Home<'ph>>) -> Result<PVec<'ph, usize>, AllocError> {
    PVec::filled(home.into(), n, n, 64, |power| 1 << power)
}

fn built<'ph, V: Build<'ph, Item = usize>>(home: Home<'ph>) -> Result<V, AllocError> {
    V::filled(home, 2, 2, 8, |index| index)
}

fn moved<'to, T: ArenaAlloc>(value: T, to: Home<'to>) -> T::In<'to> {
    value.try_move_to(to).expect("there is memory")
}

fn detached<T: Detach>(value: T) -> T::In<'static> {
    value.detach()
}

#[zk_phase(try)]
fn proved() -> Result<PVec<'static, usize>, AllocError> {
    let here = powers(3, phase.scratch())?;
    let poly: Poly<'_, usize, Coeffs> = built(phase.into())?;
    let name = PBox::try_new_in("proof", Home::from(phase).witness())?;
    assert_eq!((poly[1], detached((name, Some(1))).0.len()), (1, 5));
    let all = moved(vec![here], Home::Heap);
    all.into_iter().next().map_or_else(|| powers(0, Home::Heap), Ok)
}

fn main() {
    assert_eq!(proved().expect("there is memory")[..], [1, 2, 4]);
}
