//! Tables, for a terminal and for a README.

use std::iter;

/// A table whose first column is text and whose other columns are figures.
#[derive(Clone, Debug)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// One without rows.
    pub fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|&cell| cell.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row of as many cells as the head has.
    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.head.len());
        self.rows.push(cells);
    }

    /// Aligned with spaces.
    pub fn text(&self) -> String {
        let widths = self.widths();
        let line = |cells: &Vec<String>| {
            let padded: Vec<_> = cells
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                })
                .collect();
            padded.join("  ").trim_end().to_owned() + "\n"
        };
        iter::once(&self.head).chain(&self.rows).map(line).collect()
    }

    /// As GitHub renders it.
    pub fn markdown(&self) -> String {
        let line = |cells: &Vec<String>| format!("| {} |\n", cells.join(" | "));
        let rule = format!(
            "|---|{}\n",
            "---:|".repeat(self.head.len().saturating_sub(1))
        );
        let rows: String = self.rows.iter().map(line).collect();
        line(&self.head) + &rule + &rows
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            let cells = iter::once(&self.head).chain(&self.rows);
            let widths = cells
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count());
            widths.max().unwrap_or(0)
        };
        (0..self.head.len()).map(width).collect()
    }
}

/// A figure with so many decimals, or a dash.
pub fn figure(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.decimals$}"))
}

/// A count, with commas.
pub fn thousands(value: Option<f64>) -> String {
    let digits = figure(value, 0);
    let len = digits.len();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (len - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["arm", "s"]);
        table.row(vec!["glibc".to_owned(), figure(Some(1.345), 2)]);
        table.row(vec!["zkarena".to_owned(), figure(None, 2)]);
        table
    }

    #[test]
    fn text_is_aligned() {
        assert_eq!(
            table().text(),
            "arm         s\nglibc    1.34\nzkarena     -\n"
        );
    }

    #[test]
    fn markdown_aligns_figures_right() {
        let expected = "| arm | s |\n|---|---:|\n| glibc | 1.34 |\n| zkarena | - |\n";
        assert_eq!(table().markdown(), expected);
    }

    #[test]
    fn thousands_have_commas() {
        assert_eq!(thousands(Some(168_600.0)), "168,600");
        assert_eq!(thousands(Some(12.0)), "12");
        assert_eq!(thousands(Some(1_000_000.4)), "1,000,000");
        assert_eq!(thousands(None), "-");
    }
}
