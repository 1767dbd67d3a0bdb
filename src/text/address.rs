//! Free-text addresses for QuickBooks' address fields.

use super::states::{is_state, is_united_states};

/// The most address lines (`Addr1` to `Addr5`).
pub const MAX_LINES: usize = 5;
/// The most characters of an address line.
pub const MAX_LINE: usize = 41;
const MAX_CITY: usize = 31;
const MAX_STATE: usize = 21;
const MAX_POSTAL_CODE: usize = 13;
const MAX_COUNTRY: usize = 31;

/// An address in the parts that QuickBooks has fields for; every part fits its field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Address lines, at most five of at most 41 characters.
    pub lines: Vec<String>,
    /// City, at most 31 characters.
    pub city: Option<String>,
    /// State as it was written, at most 21 characters.
    pub state: Option<String>,
    /// ZIP code.
    pub postal_code: Option<String>,
    /// Country as it was written, at most 31 characters.
    pub country: Option<String>,
    /// Lines that there was no room for, in order: reason for a warning.
    pub overflow: Vec<String>,
}

/// Takes an address apart.
///
/// If it ends like one in the United States (`Dayton, OH 45401`, `Dayton Ohio 45401-1234`, then
/// perhaps a line `USA`), its end becomes city, state, ZIP code and country, and what is before
/// become lines. Any other address becomes lines altogether. An address written on one line is
/// taken apart at its commas. Lines that are too long are broken between words. What finds no room
/// in five lines is left in [`Address::overflow`]. Spaces are made single; commas around the city
/// are dropped.
///
/// ```
/// # use ferrule::text::address::parse;
/// let address = parse("PO Box 118\nDayton, OH 45401\nUSA");
/// assert_eq!(address.lines, ["PO Box 118"]);
/// assert_eq!(address.city.as_deref(), Some("Dayton"));
/// assert_eq!(address.state.as_deref(), Some("OH"));
/// assert_eq!(address.postal_code.as_deref(), Some("45401"));
/// assert_eq!(address.country.as_deref(), Some("USA"));
///
/// let abroad = parse("12 King St\nToronto ON M5V 2T6\nCanada");
/// assert_eq!(abroad.lines, ["12 King St", "Toronto ON M5V 2T6", "Canada"]);
/// ```
pub fn parse(text: &str) -> Address {
    let lines: Vec<String> =
        text.split(['\n', '\r']).map(single_spaced).filter(|line| !line.is_empty()).collect();
    let parts = match lines.as_slice() {
        [line] => line.split(',').map(single_spaced).filter(|part| !part.is_empty()).collect(),
        _ => lines.clone(),
    };
    if let Some((street, mut address)) = united_states(parts) {
        // An address from one line may have more commas than there are lines.
        let street =
            if lines.len() == 1 && street.len() > MAX_LINES { vec![street.join(", ")] } else { street };
        address.set_lines(&street);
        return address;
    }
    let mut address = Address::default();
    address.set_lines(&lines);
    address
}

impl Address {
    fn set_lines(&mut self, lines: &[String]) {
        let mut wrapped: Vec<String> = lines.iter().flat_map(|line| wrap(line)).collect();
        self.overflow = wrapped.split_off(wrapped.len().min(MAX_LINES));
        self.lines = wrapped;
    }
}

fn single_spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// Lines of at most 41 characters, broken between words, or within one that is longer.
fn wrap(line: &str) -> Vec<String> {
    // Most lines fit, and have no more characters than bytes.
    if !line.is_empty() && line.len() <= MAX_LINE {
        return vec![line.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let characters: Vec<char> = word.chars().collect();
        for (index, piece) in characters.chunks(MAX_LINE).enumerate() {
            match lines.last_mut() {
                Some(last) if index == 0 && last.chars().count() + 1 + piece.len() <= MAX_LINE => {
                    last.push(' ');
                    last.extend(piece);
                }
                _ => lines.push(piece.iter().collect()),
            }
        }
    }
    lines
}

/// The lines before the city, and the parts from the city on; `None` if this is no such address.
fn united_states(mut lines: Vec<String>) -> Option<(Vec<String>, Address)> {
    let country = take_country(&mut lines);
    let mut last = lines.pop()?;
    if is_zip(&last) {
        last = format!("{} {last}", lines.pop()?);
    }
    let (before, zip) = last.rsplit_once([' ', ','])?;
    let (city, state) = split_state(before.trim_end_matches([' ', ',']))?;
    let city = match city {
        "" => lines.pop()?,
        city => separate_city(city, &mut lines),
    };
    let is_city = !city.is_empty() && !city.chars().any(|c| c.is_ascii_digit()) && fits(&city, MAX_CITY);
    let is_fitting =
        fits(zip, MAX_POSTAL_CODE) && country.as_deref().is_none_or(|country| fits(country, MAX_COUNTRY));
    if !is_zip(zip) || !is_city || !fits(state, MAX_STATE) || !is_fitting {
        return None;
    }
    let address = Address {
        city: Some(city),
        state: Some(state.to_owned()),
        postal_code: Some(zip.to_owned()),
        country,
        ..Address::default()
    };
    Some((lines, address))
}

/// Takes the country off the end: a line of its own, or the last words of the last line.
fn take_country(lines: &mut Vec<String>) -> Option<String> {
    let last = lines.last_mut()?;
    if is_united_states(last) {
        return lines.pop();
    }
    let at = last.char_indices().find(|(at, c)| {
        matches!(c, ' ' | ',') && last.get(at + 1..).is_some_and(|rest| is_united_states(rest.trim_start()))
    });
    let (at, _) = at?;
    let country = last.split_off(at).trim_start_matches([' ', ',']).to_owned();
    last.truncate(last.trim_end_matches([' ', ',']).len());
    Some(country)
}

/// Splits `Dayton, OH` into city and state; the longest state's name counts, so the city may be empty.
fn split_state(text: &str) -> Option<(&str, &str)> {
    let starts = std::iter::once(0).chain(text.match_indices([' ', ',']).map(|(at, _)| at + 1));
    let candidates = starts.filter_map(|at| Some((text.get(..at)?, text.get(at..)?)));
    let (city, state) =
        candidates.map(|(city, state)| (city, state.trim())).find(|(_, state)| is_state(state))?;
    Some((city.trim_end_matches([' ', ',']), state))
}

/// The city is what follows the last comma; what is before it goes to the lines.
fn separate_city(text: &str, lines: &mut Vec<String>) -> String {
    match text.rsplit_once(',') {
        Some((before, city)) => {
            lines.push(before.trim_end_matches([' ', ',']).to_owned());
            lines.retain(|line| !line.is_empty());
            city.trim().to_owned()
        }
        None => text.to_owned(),
    }
}

/// Five digits, perhaps followed by a hyphen and four more.
fn is_zip(text: &str) -> bool {
    let (five, four) = text.split_once('-').map_or((text, None), |(five, four)| (five, Some(four)));
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(five, 5) && four.is_none_or(|four| digits(four, 4))
}

fn fits(text: &str, max: usize) -> bool {
    text.chars().count() <= max
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines, city, state, ZIP code and country, separated by bars.
    fn shown(text: &str) -> String {
        let address = parse(text);
        assert!(address.overflow.is_empty(), "{address:?}");
        let tail = [address.city, address.state, address.postal_code, address.country];
        let tail: Vec<_> = tail.into_iter().flatten().collect();
        format!("{} | {}", address.lines.join(" / "), tail.join(" | "))
    }

    #[test]
    fn addresses_of_the_united_states_are_taken_apart() {
        for (text, expected) in [
            ("410 Mill Rd\nDayton, OH 45402", "410 Mill Rd | Dayton | OH | 45402"),
            ("410 Mill Rd\nDayton OH 45401-1234\n", "410 Mill Rd | Dayton | OH | 45401-1234"),
            (
                "Hale\n1 A St\nNew York, New York 10001\nUnited States",
                "Hale / 1 A St | New York | New York | 10001 | United States",
            ),
            (
                "1 A St\nCharleston West Virginia 25301 U.S.A.",
                "1 A St | Charleston | West Virginia | 25301 | U.S.A.",
            ),
            ("1 A St\r\nWashington, D.C., 20001, usa", "1 A St | Washington | D.C. | 20001 | usa"),
            ("1 A St\nDayton\nOH\n45401", "1 A St | Dayton | OH | 45401"),
            ("1 A St\nDayton\nOH 45401", "1 A St | Dayton | OH | 45401"),
            ("1 A St\nDayton, Ohio\n45401", "1 A St | Dayton | Ohio | 45401"),
            ("1 A St\nBuilding 4, Dayton, OH 45401", "1 A St / Building 4 | Dayton | OH | 45401"),
            (
                "PO Box 118, Suite 5, Dayton, OH 45401, USA",
                "PO Box 118 / Suite 5 | Dayton | OH | 45401 | USA",
            ),
            ("PO Box 118, Dayton, OH, 45401", "PO Box 118 | Dayton | OH | 45401"),
            ("Dayton, OH 45401", " | Dayton | OH | 45401"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_stays_lines() {
        for text in [
            "12 King St\nToronto ON M5V 2T6\nCanada",
            "Smith & Sons, Co",
            "410 Mill Rd Dayton OH 45401",
            "1 A St\nDayton, OH",
            "OH 45401",
            "1 A St\nSaipan Northern Mariana Islands 96950",
            "1 A St\nThe city with a name of more than 31 characters OH 45401",
            "USA",
            "Suite 5",
        ] {
            let address = parse(text);
            assert_eq!((&address.city, &address.country), (&None, &None), "{text}");
            assert_eq!(address.lines.join(" "), wrap(&single_spaced(text)).join(" "), "{text}");
        }
        assert_eq!(parse(" \n "), Address::default());
    }

    #[test]
    fn long_lines_are_broken_between_words_and_the_rest_is_named() {
        let address = parse("The Very Long Name Of A Fastener Company Incorporated\nDayton, OH 45401");
        assert_eq!(address.lines, ["The Very Long Name Of A Fastener Company", "Incorporated"]);
        let long = "x".repeat(50);
        assert_eq!(parse(&long).lines, ["x".repeat(41), "x".repeat(9)]);
        let address = parse("a\nb\nc\nd\ne\nf\nToledo, OH 43604");
        assert_eq!((address.lines.len(), address.overflow), (5, vec!["f".to_owned()]));
        let address = parse("a, b, c, d, e, f, Toledo, OH 43604");
        assert_eq!(address.lines, ["a, b, c, d, e, f"]);
    }

    /// All characters but white space and commas, in order.
    fn letters<'a>(parts: impl IntoIterator<Item = &'a String>) -> String {
        parts.into_iter().flat_map(|part| part.chars()).filter(|c| !c.is_whitespace() && *c != ',').collect()
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn nothing_is_lost_and_everything_fits(
            text in prop_oneof![
                any::<String>(),
                "([A-Za-z0-9é]{1,12}[ ,\n]{1,2}){0,30}(Dayton|New York|),? ?(OH|Ohio|West Virginia|XX),? ?[0-9]{5}(-[0-9]{4})?(\nUSA| US|)",
            ]
        ) {
            let address = parse(&text);
            let tail = [&address.city, &address.state, &address.postal_code, &address.country];
            let parts = address.lines.iter().chain(&address.overflow).chain(tail.into_iter().flatten());
            prop_assert_eq!(letters(parts), letters([&text]));
            prop_assert!(address.lines.len() <= MAX_LINES);
            prop_assert!(address.lines.iter().all(|line| !line.is_empty() && fits(line, MAX_LINE)));
            prop_assert!(address.city.as_deref().is_none_or(|city| !city.is_empty() && fits(city, MAX_CITY)));
            prop_assert!(address.state.as_deref().is_none_or(|state| is_state(state) && fits(state, MAX_STATE)));
        }
    }
}
