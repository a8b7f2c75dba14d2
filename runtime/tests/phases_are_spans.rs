//! With the feature `tracing`, a phase is a span that ends with it and says what it took; what the subscriber
//! allocates is nobody's.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};
use zkarena::{PhaseAlloc, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// A span as a subscriber sees it.
#[derive(Clone, Debug, Default)]
struct Seen {
    depth: usize,
    fields: BTreeMap<&'static str, String>,
    closed: bool,
}

impl Visit for Seen {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// Keeps everything, and wastes memory at every turn.
#[derive(Clone, Default)]
struct Keeper {
    seen: Arc<Mutex<Vec<(u64, Seen)>>>,
    waste: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Keeper {
    fn at(&self, id: &Id, change: impl FnOnce(&mut Seen)) {
        self.waste.lock().expect("no panic").push(vec![1; 1 << 20]);
        let mut seen = self.seen.lock().expect("no panic");
        let known = seen
            .iter_mut()
            .rev()
            .find(|(known, _)| *known == id.into_u64());
        change(&mut known.expect("a span").1);
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Keeper {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut span = Seen {
            depth: context.span_scope(id).map_or(0, |scope| scope.count() - 1),
            ..Seen::default()
        };
        attributes.record(&mut span);
        self.seen
            .lock()
            .expect("no panic")
            .push((id.into_u64(), span));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.at(id, |span| values.record(span));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.at(&id, |span| span.closed = true);
    }
}

fn prove() -> Vec<u8> {
    phase("prove", || {
        phase("trace", || drop(vec![1u8; 8 << 20]));
        vec![1u8; 1 << 20]
    })
}

#[test]
fn spans_say_what_phases_took() {
    let keeper = Keeper::default();
    drop(prove()); // without a subscriber, nobody is told
    let proof = subscriber::with_default(Registry::default().with(keeper.clone()), prove);
    let seen: Vec<_> = keeper.seen.lock().expect("no panic").drain(..).collect();
    let report = zkarena::report();
    let names: Vec<_> = seen
        .iter()
        .map(|(_, span)| &span.fields["name"][..])
        .collect();
    assert_eq!(names, ["prove", "trace"]);
    for (_, span) in &seen {
        let phases = report.phases().iter();
        let mut of_that_name = phases
            .rev()
            .filter(|phase| phase.name == span.fields["name"]);
        let phase = of_that_name.next().expect("a phase of that name");
        assert!(span.closed);
        assert_eq!(span.depth, phase.depth as usize);
        for (field, figure) in [
            ("high_water_bytes", phase.high_water_bytes),
            ("allocated_bytes", phase.allocated_bytes),
            ("survivor_bytes", phase.survivors.bytes),
            ("minor_faults", phase.minor_faults),
            ("line", phase.line.into()),
        ] {
            assert_eq!(span.fields[field], figure.to_string(), "{field}");
        }
        assert_eq!(span.fields["file"], phase.file);
    }
    assert_eq!(proof.len(), 1 << 20);
    let prove = &report.phases()[2];
    assert_eq!(
        prove.allocated_bytes,
        9 << 20,
        "and nothing of the subscriber's"
    );
    assert_eq!(prove.survivors.bytes, 1 << 20);
    assert!(keeper.waste.lock().expect("no panic").len() >= 4);
}
