//! The picture, read back as XML.
#![forbid(unsafe_code)]

use super::super::AllocatorState;
use super::scenes::{all, deep, of, threads};
use super::*;
use crate::size::Bytes;
use roxmltree::{Document, Node};

fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute)
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{attribute} of {node:?}"))
}

fn has(node: Node<'_, '_>, class: &str) -> bool {
    node.attribute("class")
        .is_some_and(|classes| classes.split(' ').any(|has| has == class))
}

fn class<'a, 'i: 'a>(document: &'a Document<'i>, name: &'a str) -> Vec<Node<'a, 'i>> {
    document
        .descendants()
        .filter(|&node| has(node, name))
        .collect()
}

/// The rectangles of the runs.
fn bands<'a, 'i: 'a>(document: &'a Document<'i>) -> Vec<Node<'a, 'i>> {
    let rects = document
        .descendants()
        .filter(|node| node.has_tag_name((SVG, "rect")));
    rects
        .filter(|rect| {
            rect.children()
                .any(|child| child.has_tag_name((SVG, "title")))
        })
        .collect()
}

const SVG: &str = "http://www.w3.org/2000/svg";

fn text(node: Node<'_, '_>) -> String {
    node.descendants()
        .filter_map(|node| node.text().filter(|_| node.is_text()))
        .collect()
}

#[test]
fn every_picture_is_well_formed_and_finite() {
    for report in all() {
        let svg = svg(&report);
        let document = Document::parse(&svg).unwrap_or_else(|why| panic!("{why}: {svg}"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        let height = number(document.root_element(), "height");
        assert!((100.0..540.0).contains(&height), "{height}");
    }
}

#[test]
fn a_report_has_one_picture() {
    assert_eq!(svg(&deep()), svg(&deep()));
}

#[test]
fn names_are_escaped() {
    let mut report = proving_loop();
    for phase in &mut report.phases {
        (phase.name, phase.path) = ("<b>&\"'\u{7}", "<i>&\"'\u{7}".to_owned());
    }
    let svg = svg(&report);
    let document = Document::parse(&svg).expect("well-formed");
    assert!(
        class(&document, "on")
            .iter()
            .any(|&name| text(name).starts_with("<b>&\"'\u{fffd}"))
    );
    assert!(
        bands(&document)
            .iter()
            .all(|&band| text(band).starts_with("<i>&\"'\u{fffd}: "))
    );
}

#[test]
fn the_greatest_sample_is_marked() {
    let report = proving_loop();
    let svg = svg(&report);
    let document = Document::parse(&svg).expect("well-formed");
    let most = report
        .timeline
        .iter()
        .map(|point| point.in_use_bytes)
        .max()
        .expect("samples");
    let label = class(&document, "peak")
        .into_iter()
        .find(|node| node.has_tag_name((SVG, "text")));
    let label = label.map(text).expect("a label");
    assert_eq!(
        label,
        format!("high-water mark {} in quotient", Bytes(most))
    );
}

#[test]
fn memory_before_and_after_is_cropped() {
    let phases = vec![phase("prove", 0, 0.0, 10.0)];
    let points = vec![
        point(-50.0, 1, 1),
        point(-40.0, 99, 99),
        point(-30.0, 2, 2),
        point(5.0, 3, 3),
        point(60.0, 90, 90),
    ];
    let report = of(phases, points);
    let frame = Frame::of(&report);
    assert!(
        (-0.5..0.0).contains(&frame.from) && (10.0..10.5).contains(&frame.to),
        "{frame:?}"
    );
    assert!(svg(&report).contains("high-water mark 3 MiB in prove"));
}

#[test]
fn runs_never_cover_each_other() {
    for report in all() {
        let svg = svg(&report);
        let document = Document::parse(&svg).expect("well-formed");
        for pair in bands(&document)
            .windows(2)
            .filter(|pair| pair[0].attribute("y") == pair[1].attribute("y"))
        {
            let end = number(pair[0], "x") + number(pair[0], "width");
            // A run that is too short to be seen is drawn a little longer.
            assert!(end <= number(pair[1], "x") + 0.95, "{pair:?}");
        }
    }
}

#[test]
fn a_name_stays_in_its_band() {
    for report in all() {
        let svg = svg(&report);
        let document = Document::parse(&svg).expect("well-formed");
        for name in class(&document, "on") {
            let band = name
                .prev_sibling_element()
                .expect("a name follows its band");
            let end = number(band, "x") + number(band, "width");
            assert!(
                number(name, "x") + xml::width(&text(name)) <= end + 0.2,
                "{name:?}"
            );
        }
    }
}

#[test]
fn every_run_is_in_a_band_or_counted() {
    let runs = |svg: &str, word: &str| -> usize {
        let document = Document::parse(svg).expect("well-formed");
        let texts = document
            .descendants()
            .filter(Node::is_text)
            .filter_map(|node| node.text());
        let counts = texts.filter_map(|text| {
            text.split_once(word)?
                .0
                .split(' ')
                .next_back()?
                .parse::<usize>()
                .ok()
        });
        counts.sum()
    };
    let report = threads(60);
    let svg = svg(&report);
    let drawn = bands(&Document::parse(&svg).expect("well-formed")).len();
    assert_eq!(
        drawn + runs(&svg, " phases that are deeper"),
        report.phases.len()
    );
}

#[test]
fn without_samples_the_picture_says_why() {
    let mut report = of(vec![phase("prove", 0, 0.0, 1.0)], vec![]);
    assert!(svg(&report).contains(">no memory was sampled yet<"));
    report.allocator = AllocatorState::NotInstalled;
    let svg = svg(&report);
    assert!(
        svg.contains(">memory is not measured<") && svg.contains("global allocator: not installed")
    );
}
