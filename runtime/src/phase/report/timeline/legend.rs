//! What colours and lines stand for.
#![forbid(unsafe_code)]

use super::curve::Curve;
use super::frame::{LEFT, RIGHT};
use super::palette::{OUTSIDE, Palette};
use super::xml::{Text, fitted, width};
use std::fmt::{Formatter, Result};

/// Height of a line.
const LINE: f64 = 20.0;
/// Room below the last.
const MARGIN: f64 = 12.0;
/// Width of a sign with its gap, and of the gap to the next entry.
const SIGN: f64 = 20.0;
const GAP: f64 = 14.0;
/// Room for a name.
const NAME: f64 = 280.0;

/// Less of a colour needs no explanation.
const VISIBLE: f64 = 4.0;

/// The entries, each in its place.
#[derive(Clone, Debug)]
pub(super) struct Legend {
    entries: Vec<Entry>,
    bottom: f64,
}

#[derive(Clone, Debug)]
struct Entry {
    sign: Sign,
    name: String,
    x: f64,
    /// Upper edge of its line.
    y: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Used,
    Backed,
    Colour(usize),
}

impl Legend {
    /// Entries for what the picture shows, in lines from `top` on.
    pub(super) fn of(palette: &Palette, curve: &Curve, top: f64) -> Self {
        let (mut x, mut y) = (LEFT, top);
        let mut entries = Vec::new();
        for (sign, name) in signs(palette, curve) {
            let wide = SIGN + width(&name) + GAP;
            if x + wide > RIGHT && x > LEFT {
                (x, y) = (LEFT, y + LINE);
            }
            entries.push(Entry { sign, name, x, y });
            x += wide;
        }
        let bottom = if entries.is_empty() { top } else { y + LINE };
        Self {
            entries,
            bottom: bottom + MARGIN,
        }
    }

    /// The lower edge, which is that of the picture.
    pub(super) fn bottom(&self) -> f64 {
        self.bottom
    }

    /// Draws all entries.
    pub(super) fn draw(&self, f: &mut Formatter<'_>) -> Result {
        self.entries.iter().try_for_each(|entry| entry.draw(f))
    }
}

fn signs(palette: &Palette, curve: &Curve) -> Vec<(Sign, String)> {
    let mut signs = Vec::new();
    if curve.peak().is_some() {
        signs.push((Sign::Used, "in use".to_owned()));
        signs.push((Sign::Backed, "in use and kept warm".to_owned()));
    }
    let names = palette.names();
    signs.extend(
        names.map(|(colour, name)| (Sign::Colour(colour), fitted(&name, NAME).into_owned())),
    );
    if curve.width_of(OUTSIDE) > VISIBLE {
        signs.push((Sign::Colour(OUTSIDE), "outside phases".to_owned()));
    }
    signs
}

impl Entry {
    fn draw(&self, f: &mut Formatter<'_>) -> Result {
        let (x, y) = (self.x, self.y + LINE / 2.0);
        match self.sign {
            Sign::Used => used(f, x, y),
            Sign::Backed => write!(f, "<path class=\"backed\" d=\"M{x:.1} {y:.1}h14\"/>"),
            Sign::Colour(colour) => {
                let y = y - 5.5;
                write!(
                    f,
                    "<rect class=\"c{colour} edge\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"14\" height=\"11\" rx=\"2\"/>"
                )
            }
        }?;
        writeln!(
            f,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            x + SIGN,
            y + 4.0,
            Text(&self.name)
        )
    }
}

/// A little area of several colours.
fn used(f: &mut Formatter<'_>, x: f64, y: f64) -> Result {
    for (colour, shift, height) in [(0, 0.0, 5.0), (1, 5.0, 11.0), (2, 10.0, 8.0)] {
        let (x, y) = (x + shift, y + 5.5 - height);
        write!(
            f,
            "<rect class=\"area c{colour}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"5\" height=\"{height}\"/>"
        )?;
    }
    Ok(())
}
