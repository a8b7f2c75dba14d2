use std::pin::Pin;
use std::rc::Rc;
use zkarena::zk_phase;

#[derive(Clone)]
struct Prover {
    rows: u32,
}

impl Prover {
    #[zk_phase]
    fn new(rows: u32) -> Self {
        Self { rows }
    }

    #[zk_phase]
    fn by_reference(&self) -> &u32 {
        &self.rows
    }

    #[zk_phase]
    fn by_mutable_reference(&mut self) -> &mut u32 {
        &mut self.rows
    }

    #[zk_phase]
    fn by_named_lifetime<'a>(&'a self, _other: &u32) -> &'a u32 {
        &self.rows
    }

    #[zk_phase]
    fn by_value(mut self) -> u32 {
        self.rows += 1;
        self.rows
    }

    #[zk_phase]
    fn by_box(self: Box<Self>) -> u32 {
        self.rows
    }

    #[zk_phase]
    fn by_rc(self: Rc<Self>) -> u32 {
        self.rows
    }

    #[zk_phase]
    fn by_pin(self: Pin<&mut Self>) -> u32 {
        self.rows
    }
}

fn main() {
    let mut prover = Prover::new(1);
    *prover.by_mutable_reference() += 1;
    assert_eq!(*prover.by_reference(), 2);
    assert_eq!(*prover.by_named_lifetime(&0), 2);
    assert_eq!(Pin::new(&mut prover).by_pin(), 2);
    assert_eq!(Rc::new(prover.clone()).by_rc(), 2);
    assert_eq!(Box::new(prover.clone()).by_box(), 2);
    assert_eq!(prover.by_value(), 3);
}
