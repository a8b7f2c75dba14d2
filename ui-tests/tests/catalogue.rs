//! Every message of the attributes is shown by a fixture.

use std::fs;
use std::path::Path;

/// Stands in a message for what the user wrote.
const ANYTHING: char = '\0';

macro_rules! catalogue {
    ($( $(#[$doc:meta])* $name:ident $({ $($value:ident),+ })? => $text:literal, )*) => {
        fn catalogue() -> Vec<(&'static str, String)> {
            vec![ $( (stringify!($name), format!($text $($(, $value = ANYTHING)+)?)), )* ]
        }
    };
}

include!("../../macros/src/diagnostics/catalogue.rs");

#[test]
fn every_message_has_a_fixture() {
    let mut shown = Vec::new();
    collect_errors(Path::new("fail"), &mut shown);
    let unseen: Vec<_> = catalogue()
        .into_iter()
        .filter(|(_, text)| {
            !shown
                .iter()
                .any(|error| is_made_from(&one_line(text), error))
        })
        .map(|(name, _)| name)
        .collect();
    assert!(unseen.is_empty(), "no fixture in fail/ shows {unseen:?}");
}

/// The text of every error in every `.stderr` below `folder`.
fn collect_errors(folder: &Path, errors: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("fixtures are readable") {
        let path = entry.expect("fixtures are readable").path();
        if path.is_dir() {
            collect_errors(&path, errors);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            let text = fs::read_to_string(path).expect("fixtures are readable");
            errors.extend(format!("\n{text}").split("\nerror: ").skip(1).map(message));
        }
    }
}

/// The lines before the place, as one.
fn message(error: &str) -> String {
    let text = error.split("--> ").next().unwrap_or_default();
    one_line(text)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_made_from(text: &str, error: &str) -> bool {
    let mut rest = Some(error);
    for part in text.split(ANYTHING) {
        rest = rest
            .and_then(|rest| rest.split_once(part))
            .map(|(_, after)| after);
    }
    rest.is_some()
}
