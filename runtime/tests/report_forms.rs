//! A report says the same as a value, as text, as JSON and as a picture.
#![forbid(unsafe_code)]

use roxmltree::Document;
use serde_json::Value;
use std::sync::OnceLock;
use zkarena::{AllocatorState, Bytes, PhaseAlloc, Report, phase};

#[global_allocator]
static ALLOC: PhaseAlloc = PhaseAlloc::new();

/// The report of three little proofs; taken once, so that all forms are of one moment.
fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let kept: Vec<_> = (0..3).map(|_| phase("prove & \"verify\"", prove)).collect();
        let report = zkarena::report();
        drop(kept);
        report
    })
}

fn prove() -> Vec<u8> {
    let trace = phase("trace", || vec![1u8; 8 << 20]);
    phase("lde <4x>", || drop(vec![1u8; 4 * trace.len()]));
    phase("open", || vec![1u8; 1 << 20])
}

#[test]
fn the_text_names_settings_and_all_sites() {
    let text = report().to_string();
    assert!(text.starts_with("global allocator: zkarena, "), "{text}");
    assert!(
        text.contains("├─ lde <4x> ") && text.contains("└─ open "),
        "{text}"
    );
    assert!(
        text.contains("memory that outlived its phase; not an error"),
        "{text}"
    );
}

#[test]
fn json_has_the_same_numbers() {
    let report = report();
    let json: Value = serde_json::from_str(&report.to_json()).expect("JSON");
    assert_eq!(report.allocator(), AllocatorState::Installed);
    assert_eq!(json["allocator"], "installed");
    assert_eq!(
        json["heap"]["high_water_bytes"],
        report.heap().high_water_bytes
    );
    assert_eq!(json["untracked_phases"], report.untracked_phases());
    for (site, json) in report
        .sites()
        .iter()
        .zip(list(&json, "sites", report.sites().len()))
    {
        assert_eq!(
            (&json["path"], &json["runs"]),
            (&site.path.as_str().into(), &site.runs.into())
        );
        assert_eq!(json["wall_seconds"].as_f64(), Some(site.wall_seconds));
        assert_eq!(
            json["survivors"]["largest_bytes"],
            site.survivors.largest_bytes
        );
    }
    for (phase, json) in report
        .phases()
        .iter()
        .zip(list(&json, "phases", report.phases().len()))
    {
        assert_eq!(
            json["started_seconds"].as_f64(),
            Some(phase.started_seconds)
        );
        assert_eq!(json["high_water_bytes"], phase.high_water_bytes);
    }
    for (point, json) in
        report
            .timeline()
            .iter()
            .zip(list(&json, "timeline", report.timeline().len()))
    {
        assert_eq!(json["in_use_bytes"], point.in_use_bytes);
    }
}

fn list<'a>(json: &'a Value, name: &str, len: usize) -> &'a [Value] {
    let list = json[name].as_array().expect("a list");
    assert_eq!(list.len(), len, "{name}");
    list
}

#[test]
fn the_picture_marks_the_greatest_sample() {
    let svg = report().to_svg();
    let document = Document::parse(&svg).expect("well-formed XML");
    let texts: Vec<_> = document
        .descendants()
        .filter_map(|node| node.text())
        .collect();
    let most = report()
        .timeline()
        .iter()
        .map(|point| point.in_use_bytes)
        .max()
        .expect("samples");
    let label = format!("high-water mark {} in ", Bytes(most));
    assert!(
        texts.iter().any(|text| text.starts_with(&label)),
        "{label}: {texts:?}"
    );
}

#[test]
fn the_picture_has_a_band_for_every_name() {
    let svg = report().to_svg();
    let document = Document::parse(&svg).expect("well-formed XML");
    let tips: Vec<_> = document
        .descendants()
        .filter(|node| node.has_tag_name("title"))
        .filter_map(|node| node.text())
        .collect();
    for phase in report().phases() {
        assert!(
            tips.iter().any(|tip| tip.contains(&phase.path)),
            "{}: {tips:?}",
            phase.path
        );
    }
}
