use zkarena::{PhaseGuard, Plan, Site};

static PROVE: Site = Site::new("prove", module_path!(), file!(), line!());

async fn prove() {
    let guard = PhaseGuard::root(&PROVE, Plan::new());
    std::future::ready(()).await;
    drop(guard);
}

fn spawn(_task: impl Future<Output = ()> + Send) {}

fn main() {
    spawn(prove());
}
