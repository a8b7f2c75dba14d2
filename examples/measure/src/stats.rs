//! Medians and ratios.

/// The middle value, or the mean of the two in the middle; `None` without values.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let above = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(above);
    }
    let below = values.get(middle.checked_sub(1)?)?;
    Some(f64::midpoint(*below, above))
}

/// `value` in units of `reference`; `None` if either is missing or there is nothing to divide by.
pub fn ratio(value: Option<f64>, reference: Option<f64>) -> Option<f64> {
    let (value, reference) = (value?, reference?);
    (reference > 0.0).then(|| value / reference)
}

/// A counter as a number that medians can be taken of.
#[expect(
    clippy::cast_precision_loss,
    reason = "counters of a run, far below 2^52"
)]
pub fn count(value: u64) -> f64 {
    value as f64
}

/// KiB in MiB.
pub fn mib(kib: u64) -> f64 {
    count(kib) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(value: Option<f64>, expected: f64) -> bool {
        value.is_some_and(|value| (value - expected).abs() < 1e-9)
    }

    #[test]
    fn medians_take_the_middle() {
        assert!(about(median([3.0, 1.0, 2.0]), 2.0));
        assert!(about(median([4.0, 1.0, 3.0, 2.0]), 2.5));
        assert!(about(median([7.0]), 7.0));
        assert_eq!(median([]), None);
    }

    #[test]
    fn ratios_need_both_values() {
        assert!(about(ratio(Some(3.0), Some(2.0)), 1.5));
        assert_eq!(ratio(None, Some(2.0)), None);
        assert_eq!(ratio(Some(3.0), None), None);
        assert_eq!(ratio(Some(3.0), Some(0.0)), None);
    }
}
