//! The screen as a picture: what a terminal shows, in letters of one width.

use std::fmt::Write;

use crate::finding::Verdict;
use crate::screen::{Screen, Style};

const LETTER_WIDTH: usize = 8;
const LINE_HEIGHT: usize = 18;
const MARGIN: usize = 16;

const STYLE: &str = "\
text{font:13px ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre;fill:#1f2328}
.paper{fill:#fff;stroke:#d1d9e0}.head{font-weight:700}.advice{fill:#59636e}
.good{fill:#1a7f37}.fair{fill:#9a6700}.poor{fill:#d1242f}.unknown{fill:#59636e}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.paper{fill:#0d1117;stroke:#3d444d}.advice{fill:#9198a1}
.good{fill:#3fb950}.fair{fill:#d29922}.poor{fill:#f85149}.unknown{fill:#9198a1}}
";

/// The picture as an SVG document.
pub(crate) fn of(screen: &Screen) -> String {
    let lines = screen.lines();
    let longest = lines.iter().map(|(_, line)| line.chars().count()).max();
    let width = 2 * MARGIN + LETTER_WIDTH * longest.unwrap_or_default();
    let height = 2 * MARGIN + LINE_HEIGHT * lines.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"What doctor found\">\n<style>\n{STYLE}</style>\n\
         <rect class=\"paper\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
        width - 1,
        height - 1
    );
    for (number, (style, line)) in (1..).zip(&lines) {
        let y = MARGIN + LINE_HEIGHT * number - LINE_HEIGHT / 4;
        // A `String` takes everything.
        let _ = writeln!(
            svg,
            "<text class=\"{}\" x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\">{}</text>",
            class(*style),
            escaped(line)
        );
    }
    svg + "</svg>\n"
}

const fn class(style: Style) -> &'static str {
    match style {
        Style::Head => "head",
        Style::Advice => "advice",
        Style::Finding(Verdict::Good) => "good",
        Style::Finding(Verdict::Fair) => "fair",
        Style::Finding(Verdict::Poor) => "poor",
        Style::Finding(Verdict::Unknown) => "unknown",
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;
    use zkarena_measure::Machine;

    use super::*;
    use crate::finding::{Finding, Section};

    #[test]
    fn the_picture_has_every_line_as_it_is() {
        let screen = Screen {
            machine: Machine::of_now(),
            sections: vec![Section::new(
                "store",
                vec![Finding::poor(
                    "directory",
                    "<tmp> & \"more\"\u{7}",
                    "another -> one",
                )],
            )],
        };
        let svg = of(&screen);
        let document = Document::parse(&svg).expect("well-formed XML");
        let texts = document
            .descendants()
            .filter(|node| node.has_tag_name("text"));
        let texts: Vec<_> = texts.map(|node| node.text().unwrap_or_default()).collect();
        let lines = screen.lines();
        assert_eq!(texts.len(), lines.len());
        for (text, (_, line)) in texts.iter().zip(&lines) {
            assert_eq!(*text, line.replace('\u{7}', " "));
        }
    }
}
