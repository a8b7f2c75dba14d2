use zkarena::zk_phase;

trait Commit {
    const ROWS: u32;

    fn commit(&self) -> u32;

    #[zk_phase(name = "default")]
    fn open(&self) -> u32 {
        self.commit() + Self::ROWS
    }

    #[zk_phase]
    fn associated() -> u32
    where
        Self: Sized,
    {
        Self::ROWS
    }
}

impl Commit for u32 {
    const ROWS: u32 = 2;

    #[zk_phase]
    fn commit(&self) -> u32 {
        *self
    }
}

impl<T: Commit> Commit for Vec<T> {
    const ROWS: u32 = T::ROWS;

    #[zk_phase]
    fn commit(&self) -> u32 {
        self.iter().map(Commit::commit).sum()
    }
}

fn main() {
    assert_eq!(vec![1, 2].open(), 5);
    assert_eq!(<u32 as Commit>::associated(), 2);
}
