//! How often vectors in a phase grew and what they left behind is counted exactly, and the report says what to
//! reserve instead.

use serde_json::Value;
use std::thread;
use zkarena::{
    Bound, Growth, Phase, PhaseAlloc, PhaseGuard, Plan, Reservation, SiteReport, report, site,
    with_phase, witness, zk_phase,
};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// Growths; bytes copied, abandoned, and of the largest block that moved.
fn figures(growth: Growth) -> [u64; 4] {
    let Growth {
        growths,
        copied_bytes,
        abandoned_bytes,
        largest_bytes,
        ..
    } = growth;
    [growths, copied_bytes, abandoned_bytes, largest_bytes]
}

fn site_called(name: &str) -> SiteReport {
    let report = report();
    let mut sites = report.sites().iter().filter(|site| site.name == name);
    sites.next().expect("a phase of that name").clone()
}

/// A neighbour behind the vector has it move; alone it grows where it is.
fn grow_twice(phase: Phase<'_>) {
    let mut grown = phase.vec_with::<u8>(128);
    let _neighbour = phase.vec_with::<u8>(64);
    grown.reserve_exact(256);
    grown.reserve_exact(512);
}

#[test]
fn a_block_that_moved_left_its_place_behind() {
    with_phase(|phase| {
        assert_eq!(figures(phase.stats().growth), [0; 4]);
        grow_twice(*phase);
        assert_eq!(figures(phase.stats().growth), [2, 128, 128, 256]);
        let mut shrunk = phase.vec_with::<u8>(1000);
        let _neighbour = phase.vec_with::<u8>(64);
        shrunk.shrink_to(10);
        let empty = &mut phase.vec::<u64>();
        empty.reserve_exact(1);
        assert_eq!(
            figures(phase.stats().growth),
            [2, 128, 128, 256],
            "neither of them grew"
        );
        grow_twice(phase.scratch());
        // Packed by another arena, which never grows a block where it is.
        assert_eq!(
            figures(phase.stats().growth),
            [4, 128 + 384, 128 + 384, 512]
        );
    });
}

#[test]
fn pages_of_its_own_are_given_back() {
    with_phase(|phase| {
        let mut grown = phase.vec_with::<u8>(1 << 20);
        let _neighbours = [(); 8].map(|()| phase.vec_with::<u8>(1 << 20));
        while phase.stats().growth.copied_bytes == 0 {
            grown.reserve_exact(2 * grown.capacity());
        }
        assert_eq!(phase.stats().growth.abandoned_bytes, 0);
    });
}

#[test]
fn every_thread_counts() {
    let guard = PhaseGuard::root(site!("threads"), Plan::new());
    let phase = guard.handle();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(move || (0..30).for_each(|_| grow_twice(phase)));
        }
    });
    let growth = figures(phase.stats().growth);
    assert_eq!(growth, [480, 240 * 128, 240 * 128, 256]);
    drop(guard);
    assert_eq!(figures(site_called("threads").growth), growth);
}

#[zk_phase]
fn outer() {
    grow_twice(phase);
    inner(phase);
    inner(phase);
}

#[zk_phase(tmp in out)]
fn inner(out: Phase<'_>) {
    let _rows = out.vec_from(&[1]);
    (0..3).for_each(|_| grow_twice(tmp));
}

#[test]
fn each_phase_has_its_own() {
    outer();
    assert_eq!(figures(site_called("outer").growth), [2, 128, 128, 256]);
    assert_eq!(
        figures(site_called("inner").growth),
        [12, 6 * 128, 6 * 128, 256]
    );
    let report = report();
    let runs: Vec<_> = report
        .phases()
        .iter()
        .filter(|run| run.name == "inner")
        .collect();
    assert_eq!(runs.len(), 2);
    assert!(
        runs.iter()
            .all(|run| figures(run.growth) == [6, 3 * 128, 3 * 128, 256])
    );
}

/// Two runs, of which the second is the longer one.
#[zk_phase(name = "replay", reserve(events, refunds = 100, costs <= n, unused: u8))]
fn replay(n: usize) {
    for step in 0..n {
        events.push([step; 4]);
        let _neighbour = phase.vec_with::<u64>(8).leak();
        costs.push(1u16);
    }
    assert!(unused.is_empty());
    refunds.extend(0..n / 100);
    costs.truncate(1);
}

#[test]
fn the_report_has_a_clause_to_paste() {
    replay(500);
    replay(1000);
    let site = site_called("replay");
    let [events, refunds, costs] = ["events", "refunds", "costs"].map(|name| {
        let mut of_name = site.reservations.iter().filter(|of| of.name == name);
        *of_name.next().expect("it is reported")
    });
    assert_eq!(
        (events.bound, events.runs, events.used, events.most),
        (Bound::Unknown, 2, 1500, 1000)
    );
    assert_eq!((events.element_bytes, events.reserved), (32, 0));
    // From 4 elements to 512 and to 1024; each neighbour was behind it.
    assert_eq!(events.growths, 7 + 8);
    let doubled = |times: u32| 32 * 4 * (2u64.pow(times) - 1);
    let in_chunks = (doubled(7), doubled(8));
    assert_eq!(events.abandoned_bytes, in_chunks.0 + in_chunks.1);
    assert_eq!(
        (
            refunds.bound,
            refunds.reserved,
            refunds.used,
            refunds.unused()
        ),
        (Bound::Exact, 200, 15, 185)
    );
    assert_eq!(
        (costs.bound, costs.reserved, costs.used, costs.growths),
        (Bound::AtMost, 1500, 1500, 0)
    );
    let text = report().to_string();
    let has = |line: &str| text.lines().any(|other| other == line);
    assert!(
        has("reserve: replay: refunds used 15 of 200 elements"),
        "{text}"
    );
    assert!(
        has("reserve: replay: add events <= 1_000 (grew 15x, 48 KiB abandoned)"),
        "{text}"
    );
    let json: Value = serde_json::from_str(&report().to_json()).expect("JSON");
    let sites = json["sites"].as_array().expect("a list");
    let replayed = sites
        .iter()
        .find(|site| site["name"] == "replay")
        .expect("it ran");
    assert_eq!(replayed["growth"]["growths"], 15);
    assert_eq!(replayed["reservations"][0]["bound"], "unknown");
}

#[witness]
#[zk_phase(name = "secret", reserve(bits <= bound))]
fn of_a_witness(bound: usize, secret: usize) -> usize {
    bits.extend((0..secret).map(|row| row % 3 == 0));
    bits.try_push(true).map_or(0, |()| bits.len())
}

/// The bound is public, how much of it was used is not.
#[test]
fn lengths_in_a_witness_phase_are_nobodys_business() {
    assert_eq!((of_a_witness(4, 3), of_a_witness(4, 4)), (4, 0));
    assert!(site_called("secret").reservations.is_empty());
    let guard = PhaseGuard::root(site!("half secret"), Plan::new());
    let phase = guard.handle();
    let mut bits = Reservation::at_most("bits", 9).open(phase.witness());
    bits.extend([true; 3]);
    drop((bits, Reservation::<u8>::at_most("rows", 9).open(phase)));
    drop(guard);
    let reported = site_called("half secret").reservations;
    let names: Vec<_> = reported.iter().map(|of| of.name).collect();
    assert_eq!(names, ["rows"]);
}

#[test]
fn each_vector_is_reported_once() {
    let guard = PhaseGuard::root(site!("once"), Plan::new());
    let open = |name| Reservation::exact(name, 2).open(guard.handle());
    let mut rows = open("rows").into_vec();
    rows.extend([1u8, 2, 3]);
    drop(open("rows").into_vec());
    assert_eq!(open("others").len(), 0);
    drop(rows);
    drop(guard);
    let reservations = site_called("once").reservations;
    let runs: Vec<_> = reservations
        .iter()
        .map(|of| (of.name, of.runs, of.used))
        .collect();
    assert_eq!(runs, [("others", 1, 0), ("rows", 2, 0)]);
}
