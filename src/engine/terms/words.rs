//! Names of QuickBooks' lists as words, for messages.

use crate::document::Code;
use crate::qbxml::Flaw;

use super::fault::Fault;

/// What people call a record of a list: `OtherNameRet` and `OtherName` are `other name`, `ItemDiscount` is `discount item`.
pub(in crate::engine) fn noun(name: &str) -> String {
    let names = name.split(" or ").map(|name| {
        let name = name.strip_suffix("Ret").unwrap_or(name);
        match name.strip_prefix("Item").filter(|kind| !kind.is_empty()) {
            Some(kind) => format!("{} item", lower(kind)),
            None => lower(name),
        }
    });
    names.collect::<Vec<_>>().join(" or ")
}

/// The words of a name in small letters.
fn lower(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// The same with its article: `an employee`.
pub(in crate::engine) fn one(name: &str) -> String {
    let noun = noun(name);
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// Why nothing is done that a record might be about which cannot be read: it may be or have this.
pub(in crate::engine) fn perhaps(flaw: &Flaw, may: &str) -> Fault {
    let message = format!("{} in QuickBooks may {may}, and cannot be read: {}", flaw.label(), flaw.reason);
    Fault::new(Code::SetAside, message)
}

/// Quoted names as one says them: "`A`, `B` or `C`"; with `and` or any other word before the last.
pub(in crate::engine) fn listed(names: &[String], word: &str) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

/// The beginning of a text that may be long, with dots where it goes on; on one line.
pub(in crate::engine) fn clipped(text: &str, most: usize) -> String {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    let line_end = text.find(['\n', '\r']);
    match [end, line_end].into_iter().flatten().min() {
        Some(end) => format!("{}...", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_clipped_between_characters() {
        assert_eq!(clipped("Zinc", 4), "Zinc");
        assert_eq!(clipped("Zïnç é plate", 5), "Zïnç...");
        assert_eq!(clipped("Zinc\r\nplate", 80), "Zinc...");
    }

    #[test]
    fn names_become_words() {
        assert_eq!(noun("ItemSalesTax or ItemSalesTaxGroup"), "sales tax item or sales tax group item");
        assert_eq!(noun("ItemRet"), "item");
        assert_eq!(one("EmployeeRet"), "an employee");
        assert_eq!(one("CustomerRet"), "a customer");
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(listed(&names, "or"), "a, b or c");
        assert_eq!(listed(&names[..1], "or"), "a");
    }
}
