//! The report as a picture: memory over time, and below it a lane of bands per depth of phases.
//!
//! ```text
//! title and settings
//! 2 GiB |        ____             high-water mark
//! 1 GiB |   ____|    |____        area: in use, in the colour of the innermost phase
//!     0 |__|______________|____   line: in use and kept warm
//!  root   [prove            ]
//! depth 1   [commit][open]        a band per run, a row per run at the same time
//!       0 s        1 s        2 s
//! legend
//! ```
//!
//! The picture stands alone: no scripts, no fonts, no references; one style sheet for light and dark.
#![forbid(unsafe_code)]

mod axes;
mod band;
mod curve;
mod frame;
mod lanes;
mod legend;
#[cfg(test)]
mod made_up;
mod palette;
mod peak;
#[cfg(test)]
mod scenes;
#[cfg(test)]
mod tests;
mod xml;

#[cfg(test)]
pub(super) use made_up::{empty, phase, point, proving_loop, site};

use super::{Report, text};
use curve::Curve;
use frame::{Frame, LEFT, TITLE, WIDTH};
use lanes::Lanes;
use legend::Legend;
use palette::Palette;
use std::fmt;
use xml::Text;

/// The report as an SVG document.
pub(super) fn svg(report: &Report) -> String {
    Picture(report).to_string()
}

struct Picture<'a>(&'a Report);

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frame = Frame::of(self.0);
        let palette = Palette::of(&self.0.phases);
        let lanes = Lanes::of(self.0, &frame, &palette);
        let curve = Curve::of(self.0, &frame, &palette);
        let legend = Legend::of(&palette, &curve, lanes.bottom() + axes::HEIGHT);
        open(f, legend.bottom())?;
        title(f, self.0)?;
        if frame.sampled {
            axes::memory(f, &frame)?;
        }
        if frame.sampled || !self.0.phases.is_empty() {
            axes::time(f, &frame, lanes.bottom())?;
        }
        curve.draw(f, &frame)?;
        lanes.draw(f)?;
        peak::draw(f, self.0, &frame, &curve)?;
        legend.draw(f)?;
        f.write_str("</svg>\n")
    }
}

fn open(f: &mut fmt::Formatter<'_>, height: f64) -> fmt::Result {
    writeln!(
        f,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"zkarena\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"Memory over time, by phase\">"
    )?;
    writeln!(f, "<style>\n{}</style>", include_str!("style.css"))?;
    writeln!(
        f,
        "<rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>"
    )
}

fn title(f: &mut fmt::Formatter<'_>, report: &Report) -> fmt::Result {
    let settings = text::settings(report);
    writeln!(
        f,
        "<text class=\"title\" x=\"{LEFT}\" y=\"{TITLE}\">Memory over time\
         <tspan class=\"faint\" dx=\"12\">global allocator: {}</tspan></text>",
        Text(&settings)
    )
}
