//! Texts in the order in which people count.

use std::cmp::Ordering;

/// Two texts in order; what are digits in both is compared as a number.
pub fn as_people_count(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let ((x, a_rest), (y, b_rest)) = (a.split_at(digits(a)), b.split_at(digits(b)));
        let order = if x.is_empty() || y.is_empty() {
            let (mut one, mut other) = (a.chars(), b.chars());
            let order = one.next().cmp(&other.next());
            if a.is_empty() || b.is_empty() {
                return order;
            }
            (a, b) = (one.as_str(), other.as_str());
            order
        } else {
            (a, b) = (a_rest, b_rest);
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::as_people_count;

    #[test]
    fn numbers_in_texts_are_in_the_order_in_which_people_count() {
        let mut all = ["SH:10", "SH:9", "SH:09b", "sh", "2026-11-02", "2026-3-02", "", "10", "9"];
        all.sort_by(|a, b| as_people_count(a, b));
        assert_eq!(all, ["", "9", "10", "2026-3-02", "2026-11-02", "SH:9", "SH:09b", "SH:10", "sh"]);
    }
}
