use zkarena::scope;

fn main() {
    rayon::scope(|tasks| {
        scope!(tmp => { tasks.spawn(move |_| drop(tmp.zeroed::<u8>(1))) });
    });
}
