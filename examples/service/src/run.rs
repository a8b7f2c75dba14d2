//! From the command line to the end of the service.
#![forbid(unsafe_code)]

use crate::admission::{Admission, Rule};
use crate::args::{Asked, Design};
use crate::books::Books;
use crate::failure::Failure;
use crate::health;
use crate::http;
use crate::memory::Memory;
use crate::pools::Pools;
use crate::serve::{self, Service};
use crate::upkeep::Upkeep;
use crate::watch;
use crate::weight::PROCESS;
use crate::workshop::Workshop;
use rayon::ThreadPoolBuilder;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::sleep;
use zkarena::ops::{BlackBox, MemoryGate};
use zkarena::{Bytes, StorePlan};

/// Threads that speak HTTP; those that prove are others.
const HTTP_THREADS: usize = 2;

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// Every [`Failure`] but those of one proof.
pub(crate) fn run(asked: &Asked) -> Result<(), Failure> {
    let service = Arc::new(service(asked)?);
    let proofs = listen(asked, asked.port)?;
    let health = listen(asked, asked.health_port()?)?;
    let where_it_is = where_it_is(&proofs, &health, &service)?;
    let admission = Arc::clone(&service.admission);
    health::answer(health, Arc::new(move || admission.is_ready()))
        .map_err(Failure::of_system("a thread for /healthz"))?;
    watch::begin(Arc::clone(&service)).map_err(Failure::of_system("a thread to watch memory"))?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(HTTP_THREADS)
        .thread_name("http")
        .enable_all()
        .build()
        .map_err(Failure::of_system("threads for HTTP"))?;
    let done = runtime.block_on(async {
        // Before anybody knows the port: nobody ends the service without a drain.
        let ends = Ends::new()?;
        print(&where_it_is)?;
        serve(Arc::clone(&service), proofs, ends, asked.drain).await
    });
    service.workshop.end();
    // A proof that nobody waits for need not come to its end.
    runtime.shutdown_background();
    done
}

fn service(asked: &Asked) -> Result<Service, Failure> {
    if let Some(directory) = &asked.store {
        // What can be wrong with it is told now, not to a client.
        StorePlan::new().directory(directory).open()?;
    }
    let pools = Pools::new(asked.threads);
    // Weights of low-memory mode follow the threads of the pool that they are asked for in.
    ThreadPoolBuilder::new()
        .num_threads(pools.threads())
        .build_global()
        .map_err(io::Error::other)
        .map_err(Failure::of_system("threads"))?;
    let memory = Arc::new(Memory::new(asked.memory));
    let admission = admission(asked, &memory, pools.enough());
    let black_box = asked.black_box.as_deref().map(black_box);
    let workshop = Workshop::new(pools, asked.store.clone(), asked.isolate, black_box);
    Ok(Service {
        admission: Arc::new(admission),
        memory,
        workshop: Arc::new(workshop),
        books: Books::default(),
        upkeep: Upkeep::new(asked.recycle),
    })
}

/// Says where the last process vanished, if it did.
fn black_box(file: &Path) -> BlackBox {
    let (black_box, vanished) = BlackBox::open(file);
    if let Some(vanished) = vanished {
        eprintln!("service: {vanished}");
    }
    black_box
}

fn admission(asked: &Asked, memory: &Arc<Memory>, enough: u32) -> Admission {
    let process = if asked.isolate { PROCESS } else { Bytes(0) };
    let (rule, capacity) = match (asked.design, asked.workers) {
        (Design::Ratio, _) => (Rule::Ratio(Arc::clone(memory)), memory.capacity()),
        (Design::Gate, Some(workers)) => (Rule::Count, workers.into()),
        (Design::Gate, None) => (Rule::Gate { process }, memory.capacity()),
    };
    let patience = Duration::from_secs(asked.wait.into());
    Admission::new(
        rule,
        MemoryGate::new(capacity),
        (asked.queue.into(), patience),
        enough,
    )
}

fn listen(asked: &Asked, port: u16) -> Result<TcpListener, Failure> {
    let address = SocketAddr::new(asked.host, port);
    TcpListener::bind(address).map_err(|source| Failure::Listen { address, source })
}

/// Three lines, for people and for programs that let any port do.
fn where_it_is(
    proofs: &TcpListener,
    health: &TcpListener,
    service: &Service,
) -> Result<String, Failure> {
    let address = |listener: &TcpListener| {
        let address = listener.local_addr();
        address.map_err(Failure::of_system("a listener"))
    };
    let (proofs, health) = (address(proofs)?, address(health)?);
    let limit = service.memory.limit();
    let capacity = Bytes(service.admission.gate().stats().capacity);
    Ok(format!(
        "proofs: http://{proofs}\nhealth: http://{health}\nmemory: {limit}, of which {capacity} for proofs\n"
    ))
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let printed = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    printed.map_err(Failure::of_system("standard output"))
}

async fn serve(
    service: Arc<Service>,
    listener: TcpListener,
    mut ends: Ends,
    drain: u16,
) -> Result<(), Failure> {
    let refused = Failure::of_system("a listener");
    let listener = listener
        .set_nonblocking(true)
        .and_then(|()| tokio::net::TcpListener::from_std(listener));
    let listener = listener.map_err(refused)?;
    let (ended, ending) = oneshot::channel();
    let ending_service = Arc::clone(&service);
    let until = async move {
        tokio::select! {
            () = ends.come() => (),
            () = ending_service.upkeep.is_due() => (),
        }
        ending_service.admission.end();
        // Whoever would listen has ended already.
        let _ = ended.send(());
    };
    let overdue = async {
        let _ = ending.await;
        sleep(Duration::from_secs(drain.into())).await;
    };
    tokio::select! {
        () = http::serve(listener, serve::routes(service), until) => Ok(()),
        () = overdue => Err(Failure::Drain(drain)),
    }
}

/// The signals that ask for an end.
struct Ends {
    term: Signal,
    int: Signal,
}

impl Ends {
    /// From now on they no longer kill.
    fn new() -> Result<Self, Failure> {
        let on = |kind| signal(kind).map_err(Failure::of_system("a signal"));
        Ok(Self {
            term: on(SignalKind::terminate())?,
            int: on(SignalKind::interrupt())?,
        })
    }

    async fn come(&mut self) {
        tokio::select! {
            _ = self.term.recv() => (),
            _ = self.int.recv() => (),
        }
    }
}
