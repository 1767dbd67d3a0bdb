//! Values: as QuickBooks keeps them, and as it calculates with them.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::catalogue::{DataType, Element};
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// The value of a number; nothing for what is none.
pub(crate) fn number(text: &str) -> Option<Decimal> {
    text.trim().parse().ok()
}

/// The number in the element `name` of `node`.
pub(crate) fn number_in(node: &Node, name: &str) -> Option<Decimal> {
    number(node.child(name)?.text()?)
}

/// An amount with its two decimals, rounded half away from zero.
///
/// # Errors
/// 3040 if it has more digits than an amount may have; `field` is the element it was meant for.
pub(crate) fn amount(value: Decimal, field: &str) -> Result<String, Status> {
    let text = fixed(value, 2);
    if DataType::Amount.accepts(&text) {
        return Ok(text);
    }
    Err(Status::new(Reason::NotAnAmount, &[&text, field]))
}

/// The sum of two amounts.
///
/// # Errors
/// 3040 if no number is large enough for it; `field` is the element it was meant for.
pub(crate) fn plus(one: Decimal, other: Decimal, field: &str) -> Result<Decimal, Status> {
    one.checked_add(other).ok_or_else(|| Status::new(Reason::NotAnAmount, &["", field]))
}

/// A price with two to five decimals; `None` if it has more digits than a price may have.
pub(crate) fn price(value: Decimal) -> Option<String> {
    let rounded = value.round_dp_with_strategy(5, RoundingStrategy::MidpointAwayFromZero);
    let rounded = rounded.normalize();
    let text = fixed(rounded, rounded.scale().clamp(2, 5));
    DataType::Price.accepts(&text).then_some(text)
}

fn fixed(value: Decimal, decimals: u32) -> String {
    let mut rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    if rounded.is_zero() {
        rounded = Decimal::ZERO;
    }
    format!("{rounded:.*}", decimals as usize)
}

/// Brings what a request holds into the form in which QuickBooks keeps it, and drops the elements
/// that are empty; those are kept if `keeps_empty`, for a modification clears by them.
pub(crate) fn normalize(node: &mut Node, element: Element, keeps_empty: bool) {
    match (&mut node.content, element.data_type()) {
        (Content::Text(text), Some(data_type)) => *text = kept(text, data_type),
        (Content::Children(children), _) => {
            for child in children.iter_mut() {
                if let Some(element) = element.child(&child.name) {
                    normalize(child, element, keeps_empty);
                }
            }
            children.retain(|child| keeps_empty || !is_empty(child));
        }
        (Content::Text(_), None) => node.content = Content::Children(Vec::new()),
    }
}

/// Whether an element says nothing.
pub(crate) fn is_empty(node: &Node) -> bool {
    match &node.content {
        Content::Text(text) => text.is_empty(),
        Content::Children(children) => children.is_empty(),
    }
}

fn kept(text: &str, data_type: DataType) -> String {
    let decimal = |form: fn(Decimal) -> String| number(text).map_or_else(|| text.to_owned(), form);
    match data_type {
        DataType::Amount => decimal(|value| fixed(value, 2)),
        DataType::Price => decimal(|value| fixed(value, value.scale().clamp(2, 5))),
        DataType::Quantity | DataType::Percent | DataType::Float => decimal(|value| value.to_string()),
        DataType::Bool => match text.trim() {
            "1" => "true".to_owned(),
            "0" => "false".to_owned(),
            other => other.to_owned(),
        },
        DataType::Date => text.trim().get(..10).unwrap_or(text.trim()).to_owned(),
        DataType::Text => text.chars().map(kept_letter).collect(),
        _ => text.to_owned(),
    }
}

/// A company file keeps the characters of Windows-1252 and turns others into `?`.
fn kept_letter(letter: char) -> char {
    const BEYOND_LATIN_1: &str = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    if letter < '\u{80}' || matches!(letter, '\u{a0}'..='\u{ff}') || BEYOND_LATIN_1.contains(letter) {
        letter
    } else {
        '?'
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_form_they_are_kept_in() {
        assert_eq!(kept("+5", DataType::Amount), "5.00");
        assert_eq!(kept("-0", DataType::Amount), "0.00");
        assert_eq!(kept("0.125", DataType::Price), "0.125");
        assert_eq!(kept("3", DataType::Price), "3.00");
        assert_eq!(kept("1", DataType::Bool), "true");
        assert_eq!(kept("2024-02-29Z", DataType::Date), "2024-02-29");
        assert_eq!(
            kept("Gr\u{f6}\u{df}e \u{2265} 5 \u{20ac}", DataType::Text),
            "Gr\u{f6}\u{df}e ? 5 \u{20ac}"
        );
    }

    #[test]
    fn numbers_are_rounded_away_from_zero() {
        let number = |text| number(text).unwrap();
        assert_eq!(amount(number("0.125"), "Amount").unwrap(), "0.13");
        assert_eq!(amount(number("-0.125"), "Amount").unwrap(), "-0.13");
        assert_eq!(price(number("1.1000004")).unwrap(), "1.10");
        assert_eq!(price(number("0.3333333")).unwrap(), "0.33333");
        assert_eq!(amount(number("12345678901234"), "Amount").unwrap_err().code, 3040);
        assert_eq!(price(number("12345678901")), None);
    }
}
