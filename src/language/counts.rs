//! Numbers as people read them, and how many there are of something.

use crate::language::fill;
use crate::language::spoken::spoken;
use crate::text::counted::plural;

/// `1 error`, `2 errors`, `2 queries`, `12,000 records`.
pub fn counted(count: usize, noun: &str) -> String {
    if let Some(form) = spoken().and_then(|language| language.noun(noun, count)) {
        return fill(form, &[("n", &grouped(count))]);
    }
    if count == 1 {
        return format!("1 {noun}");
    }
    format!("{} {}", grouped(count), plural(noun))
}

/// `12,000`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_things_counted() {
        assert_eq!((counted(12_000, "query"), counted(1, "key")), ("12,000 queries".into(), "1 key".into()));
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(grouped).each_ref().map(String::as_str)
        );
    }
}
