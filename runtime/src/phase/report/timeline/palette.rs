//! A colour per site.
#![forbid(unsafe_code)]

use super::super::PhaseReport;

/// Sites with a colour of their own. The colours are those of Okabe and Ito, which people of all
/// kinds of colour vision can tell apart; the style sheet has them as `c0` to `c6`.
const COLOURS: usize = 7;
/// All other sites, and several at once.
pub(super) const OTHERS: usize = COLOURS;
/// Outside all phases.
pub(super) const OUTSIDE: usize = COLOURS + 1;

/// A place in the source, whatever phase is around it.
type Site = (&'static str, &'static str, u32);

fn site(phase: &PhaseReport) -> Site {
    (phase.name, phase.file, phase.line)
}

/// Which sites have a colour: those that ran longest, in the order of their first run.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    coloured: Vec<Site>,
    others: Vec<Site>,
}

impl Palette {
    /// The colours for these phases.
    pub(super) fn of(phases: &[PhaseReport]) -> Self {
        let sites = seconds_by_site(phases);
        let mut ranks: Vec<usize> = (0..sites.len()).collect();
        ranks.sort_by(|&a, &b| sites[b].1.total_cmp(&sites[a].1));
        ranks.truncate(COLOURS);
        let pick = |coloured| {
            let chosen = (0..sites.len()).filter(|at| ranks.contains(at) == coloured);
            chosen.map(|at| sites[at].0).collect()
        };
        Self {
            coloured: pick(true),
            others: pick(false),
        }
    }

    /// The colour of a phase.
    pub(super) fn colour(&self, phase: &PhaseReport) -> usize {
        let site = site(phase);
        self.coloured
            .iter()
            .position(|&coloured| coloured == site)
            .unwrap_or(OTHERS)
    }

    /// What each colour stands for.
    pub(super) fn names(&self) -> impl Iterator<Item = (usize, String)> {
        let own = self.coloured.iter().map(|&(name, ..)| name.to_owned());
        let others = match self.others[..] {
            [] => None,
            [(name, ..)] => Some((OTHERS, name.to_owned())),
            _ => Some((OTHERS, format!("{} other phases", self.others.len()))),
        };
        own.enumerate().chain(others)
    }
}

/// Sites in the order of their first run.
fn seconds_by_site(phases: &[PhaseReport]) -> Vec<(Site, f64)> {
    let mut sites: Vec<(Site, f64)> = Vec::new();
    for phase in phases {
        match sites.iter_mut().find(|(known, _)| *known == site(phase)) {
            Some((_, seconds)) => *seconds += phase.wall_seconds,
            None => sites.push((site(phase), phase.wall_seconds)),
        }
    }
    sites
}

#[cfg(test)]
mod tests {
    use super::super::phase;
    use super::*;

    #[test]
    fn the_longest_sites_have_colours_of_their_own() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let phases: Vec<_> = (1u8..)
            .zip(names)
            .map(|(k, name)| phase(name, 0, f64::from(k), f64::from(k) / 10.0))
            .collect();
        let palette = Palette::of(&phases);
        let legend: Vec<_> = palette.names().map(|(_, name)| name).collect();
        assert_eq!(
            legend,
            ["c", "d", "e", "f", "g", "h", "i", "2 other phases"]
        );
        assert_eq!(
            (palette.colour(&phases[0]), palette.colour(&phases[2])),
            (OTHERS, 0)
        );
    }
}
