use zkarena::{ArenaAlloc, Detach, PVec, zk_phase};

/// Recursive in three ways, one of them by the name `Self`.
#[derive(ArenaAlloc, Detach)]
struct Tree<'ph, F> {
    digests: PVec<'ph, F>,
    left: Option<Box<Tree<'ph, F>>>,
    right: Option<Box<Self>>,
    others: Vec<Tree<'ph, F>>,
}

impl<'ph, F> Tree<'ph, F> {
    fn leaf(digests: PVec<'ph, F>) -> Self {
        Self { digests, left: None, right: None, others: Vec::new() }
    }
}

/// A parameter that stands for types in a phase.
#[derive(ArenaAlloc, Detach)]
struct Opened<'ph, T: ArenaAlloc, F> {
    tree: T,
    path: PVec<'ph, F>,
}

/// The same without a lifetime of its own.
#[derive(ArenaAlloc, Detach)]
struct Wrapper<T>(Vec<T>)
where
    T: zkarena::ArenaAlloc;

/// The same, said to the derive only.
#[derive(ArenaAlloc, Detach)]
#[arena(bound(T: ArenaAlloc))]
enum Either<'ph, T, F> {
    One(T),
    Other(PVec<'ph, F>),
}

/// Which lifetime is the phase's, where the others stay as they are.
#[derive(ArenaAlloc, Detach)]
struct Named<'name, 'ph> {
    rows: PVec<'ph, u32>,
    #[arena(skip)]
    name: &'name str,
}

#[derive(ArenaAlloc, Detach)]
#[arena(lifetime = 'arena)]
struct Chosen<'name, 'arena> {
    rows: PVec<'arena, u32>,
    #[arena(skip)]
    name: &'name str,
}

/// Bounds of one's own take the place of the usual ones.
trait Field: Copy + 'static {
    const ONE: Self;
}

impl Field for u64 {
    const ONE: Self = 1;
}

#[derive(ArenaAlloc, Detach)]
#[arena(bound = "F: Field")]
struct Bounded<'ph, F> {
    rows: PVec<'ph, F>,
}

#[zk_phase]
fn main() {
    let mut tree = Tree::leaf(phase.vec_from(&[1_u8]));
    tree.left = Some(Box::new(Tree::leaf(phase.vec_from(&[2]))));
    tree.right = Some(Box::new(Tree::leaf(phase.vec_from(&[3]))));
    tree.others.push(Tree::leaf(phase.vec_from(&[4])));
    assert!(tree.footprint().poly >= 4);
    let tree: Tree<'static, u8> = tree.copy_into(phase).detach();
    assert_eq!(tree.right.map(|right| right.digests[0]), Some(3));
    assert_eq!(tree.left.map(|left| left.digests[0]), Some(2));

    let opened = Opened { tree: Tree::leaf(phase.vec_from(&[5])), path: phase.vec_from(&[6]) };
    let opened: Opened<'static, Tree<'static, u8>, i32> = opened.detach();
    assert_eq!((opened.tree.digests[0], opened.path[0]), (5, 6));
    let wrapper = Wrapper(vec![phase.vec_from(&[7])]).detach();
    assert_eq!(wrapper.0[0][0], 7);
    for either in [Either::One(phase.vec_from(&[1])), Either::Other(phase.vec_from(&[2]))] {
        match either.detach() {
            Either::One(one) => assert_eq!(*one, [1]),
            Either::Other(other) => assert_eq!(*other, [2]),
        }
    }

    let name = String::from("x");
    let named = Named { rows: phase.vec_from(&[1]), name: &name }.detach();
    let chosen = Chosen { rows: phase.vec_from(&[1]), name: &name }.detach();
    assert_eq!((named.name, named.rows[0]), (chosen.name, chosen.rows[0]));
    assert_eq!(Bounded { rows: phase.vec_from(&[u64::ONE]) }.detach().rows[0], 1);
}
