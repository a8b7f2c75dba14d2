use zkarena::scope;

fn main() {
    scope!("", tmp => { tmp.vec::<u32>().len() });
    scope!(7, tmp => { tmp.vec::<u32>().len() });
}
