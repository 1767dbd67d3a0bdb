//! Free-text addresses for QuickBooks' address fields.

mod abroad;
mod fit;
mod limits;
mod states;
mod town;

use std::borrow::Cow;

use abroad::{abroad, is_town};
use fit::{is_short, joined, wrap};
use limits::BESIDE_TOWN;
pub use limits::MAX_LINES;
use town::{Town, united_states};

/// An address in the parts that QuickBooks has fields for; every part fits its field.
///
/// It is printed as at most five lines. City, state and postal code are one of them, the country is another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Address lines of at most 41 characters: at most three beside a city, state, postal code or country,
    /// else at most five.
    pub lines: Vec<String>,
    /// City, at most 31 characters.
    pub city: Option<String>,
    /// State as it was written, at most 21 characters.
    pub state: Option<String>,
    /// ZIP code, or postal code.
    pub postal_code: Option<String>,
    /// Country as it was written, at most 31 characters.
    pub country: Option<String>,
    /// Lines that there was no room for, in order: reason not to send it.
    pub overflow: Vec<String>,
}

/// Takes an address apart.
///
/// If it ends like one in the United States (`Dayton, OH 45401`, `Dayton Ohio 45401-1234`, then
/// perhaps a line `USA`), its end becomes city, state, ZIP code and country, and what is before
/// become lines. So do addresses in Canada, the United Kingdom, Mexico and Germany that are regular.
/// Any other address becomes lines altogether. An address written on one line is
/// taken apart at its commas. Lines that are too long are broken between words. Spaces are made single;
/// commas around the city are dropped.
///
/// QuickBooks prints five lines. Where the address has more, its end becomes lines again if that helps, and
/// else lines are joined with commas. What finds no room even so is left in [`Address::overflow`].
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
/// let abroad = parse("12 King St\nToronto ON  M5V 2T6\nCanada");
/// assert_eq!(abroad.lines, ["12 King St"]);
/// assert_eq!(abroad.postal_code.as_deref(), Some("M5V 2T6"));
///
/// let long = parse("Zeta\nAttn: Receiving\n4100 Commerce Dr\nSuite 12\nHamilton, OH 45011\nUSA");
/// assert_eq!(long.lines, ["Zeta", "Attn: Receiving", "4100 Commerce Dr, Suite 12"]);
/// ```
pub fn parse(text: &str) -> Address {
    let lines: Vec<Cow<'_, str>> =
        text.split(['\n', '\r']).map(single_spaced).filter(|line| !line.is_empty()).collect();
    let parts = match lines.as_slice() {
        [line] => line.split(',').map(single_spaced).filter(|part| !part.is_empty()).collect(),
        lines => lines.iter().map(|line| Cow::Borrowed(line.as_ref())).collect(),
    };
    if let Some((street, town)) = united_states(parts) {
        // An address from one line may have more commas than there are lines.
        let street = match lines.as_slice() {
            [_] if street.len() > MAX_LINES => vec![street.join(", ")],
            _ => street.into_iter().map(Cow::into_owned).collect(),
        };
        return Address::of(street, town);
    }
    let lines: Vec<String> = lines.into_iter().map(Cow::into_owned).collect();
    match abroad(lines.clone()) {
        Some((lines, town)) => Address::of(lines, town),
        None => Address::of(lines, Town::default()),
    }
}

impl Address {
    fn of(lines: Vec<String>, town: Town) -> Self {
        let fit = lines.iter().all(|line| is_short(line));
        let lines: Vec<String> = if fit { lines } else { lines.into_iter().flat_map(wrap).collect() };
        // Most addresses are like this, and nothing of them has to be copied.
        if town != Town::default() && lines.len() <= BESIDE_TOWN {
            return Self::apart(lines, town);
        }
        Self::whole(&lines, &town)
            .or_else(|| Self::with_city(&lines, &town))
            .or_else(|| Self::with_joins(&lines, &town))
            .unwrap_or_else(|| Self::cut(lines, town))
    }

    /// Every line as it was written.
    fn whole(lines: &[String], town: &Town) -> Option<Self> {
        if *town != Town::default() && lines.len() <= BESIDE_TOWN {
            return Some(Self::apart(lines.to_vec(), town.clone()));
        }
        let all: Vec<String> = lines.iter().cloned().chain(end_lines(town)).collect();
        (all.len() <= MAX_LINES).then(|| Self { lines: all, ..Self::default() })
    }

    /// Where a postal code stands on a line of its own, the city before it goes to the same line.
    fn with_city(lines: &[String], town: &Town) -> Option<Self> {
        let (city, lines) = lines.split_last().filter(|(city, _)| is_town(city))?;
        let stands_alone = town.postal_code.is_some() && town.city.is_none();
        let town = Town { city: Some(city.clone()), ..town.clone() };
        (stands_alone && town.fits()).then(|| Self::whole(lines, &town))?
    }

    /// Neighbours joined with commas, as few as possible.
    fn with_joins(lines: &[String], town: &Town) -> Option<Self> {
        let end = end_lines(town);
        let left = MAX_LINES.saturating_sub(end.len());
        // Beside three lines the end can stay taken apart; where there is room for more, it becomes a line.
        if *town != Town::default() && left <= BESIDE_TOWN {
            if let Some(joined) = joined(lines, BESIDE_TOWN) {
                return Some(Self::apart(joined, town.clone()));
            }
        } else if let Some(joined) = joined(lines, left) {
            return Some(Self { lines: joined.into_iter().chain(end).collect(), ..Self::default() });
        }
        // The last resort: the country behind the town.
        let all: Vec<String> = lines.iter().cloned().chain(end).collect();
        Some(Self { lines: joined(&all, MAX_LINES)?, ..Self::default() })
    }

    /// What does not fit at all.
    fn cut(mut lines: Vec<String>, town: Town) -> Self {
        let most = if town == Town::default() { MAX_LINES } else { BESIDE_TOWN };
        let overflow = lines.split_off(lines.len().min(most));
        Self { overflow, ..Self::apart(lines, town) }
    }

    fn apart(lines: Vec<String>, town: Town) -> Self {
        let Town { city, state, postal_code, country } = town;
        Self { lines, city, state, postal_code, country, overflow: Vec::new() }
    }
}

/// The end of an address as lines.
fn end_lines(town: &Town) -> Vec<String> {
    let end = town.line().into_iter().chain(town.country.clone());
    end.flat_map(wrap).collect()
}

fn single_spaced(text: &str) -> Cow<'_, str> {
    if is_single_spaced(text) {
        return Cow::Borrowed(text);
    }
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    Cow::Owned(spaced)
}

/// Whether spaces are single already, as far as bytes can tell: most lines are ASCII.
fn is_single_spaced(text: &str) -> bool {
    let mut is_behind_space = true;
    let is_single = text.bytes().all(|byte| {
        let was_space = std::mem::replace(&mut is_behind_space, byte == b' ');
        byte.is_ascii_graphic() || byte == b' ' && !was_space
    });
    is_single && !is_behind_space
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::limits::{MAX_CITY, MAX_LINE, MAX_STATE, fits};
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
            "12 King St\nToronto ON M5V 2T\nQuebec",
            "12 King St\nParis\nFrance",
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
            assert_eq!(address.lines.join(" "), wrap(single_spaced(text).into_owned()).join(" "), "{text}");
        }
        assert_eq!(parse(" \n "), Address::default());
    }

    #[test]
    fn long_lines_are_broken_between_words_and_the_rest_is_named() {
        let address = parse("The Very Long Name Of A Fastener Company Incorporated\nDayton, OH 45401");
        assert_eq!(address.lines, ["The Very Long Name Of A Fastener Company", "Incorporated"]);
        let long = "x".repeat(50);
        assert_eq!(parse(&long).lines, ["x".repeat(41), "x".repeat(9)]);
        let address = parse("a, b, c, d, e, f, Toledo, OH 43604");
        assert_eq!(address.lines, ["a, b, c, d, e, f"]);
    }

    /// The lines that are printed, as QuickBooks writes them.
    fn printed(address: &Address) -> Vec<String> {
        let Address { lines, city, state, postal_code, country, .. } = address.clone();
        let town = Town { city, state, postal_code, country };
        lines.into_iter().chain(town.line()).chain(town.country).collect()
    }

    #[test]
    fn addresses_abroad_are_taken_apart_where_they_are_printed_as_they_were_written() {
        for (text, expected) in [
            ("12 King St\nOttawa ON  K1A 0B1", "12 King St | Ottawa | ON | K1A 0B1"),
            (
                "12 King St\nToronto, Ontario M5V 2T6\nCanada",
                "12 King St | Toronto | Ontario | M5V 2T6 | Canada",
            ),
            ("1 A St\nSt. John's NL A1C 5S7\nCANADA", "1 A St | St. John's | NL | A1C 5S7 | CANADA"),
            (
                "1 A St\nVancouver, British Columbia, V6B 1A1",
                "1 A St | Vancouver | British Columbia | V6B 1A1",
            ),
            ("1 rue A\nMontréal (Québec) H2Y 1C6\nCanada", "1 rue A / Montréal (Québec) H2Y 1C6 | Canada"),
            (
                "10 Mill Rd\nLondon SW1A 1AA\nUnited Kingdom",
                "10 Mill Rd | London | SW1A 1AA | United Kingdom",
            ),
            ("10 Mill Rd\nMaidstone, Kent ME14 1XX\nUK", "10 Mill Rd | Maidstone | Kent | ME14 1XX | UK"),
            ("10 Mill Rd\nSheffield\nS1 2BX\nEngland", "10 Mill Rd / Sheffield | S1 2BX | England"),
            ("Av. A 5\nCP 64000 Monterrey, N.L.\nMéxico", "Av. A 5 | CP 64000 Monterrey | N.L. | México"),
            ("Av. A 5\n64000 Monterrey\nMexico", "Av. A 5 | 64000 Monterrey | Mexico"),
            ("Weg 1\nD-70173 Stuttgart\nGermany", "Weg 1 | D-70173 Stuttgart | Germany"),
            ("Weg 1\n70173 Stuttgart\nDeutschland", "Weg 1 | 70173 Stuttgart | Deutschland"),
            ("Weg 1\nStuttgart\nGermany", "Weg 1 / Stuttgart | Germany"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
            let words =
                |text: &str| text.replace(',', " ").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let there: Vec<_> = text.lines().map(words).collect();
            assert_eq!(
                printed(&parse(text)).iter().map(|line| words(line)).collect::<Vec<_>>(),
                there,
                "{text}"
            );
        }
    }

    #[test]
    fn what_has_more_lines_than_are_printed_becomes_lines_or_is_joined() {
        for (text, expected) in [
            // Beside a town there are three lines; five lines alone are printed as well.
            ("a\nb\nc\nToledo, OH 43604\nUSA", "a / b / c | Toledo | OH | 43604 | USA"),
            ("a\nb\nc\nd\nToledo, OH 43604", "a / b / c / d / Toledo, OH 43604 | "),
            ("a\nb\nc\nd\ne\nToledo, OH 43604", "a / b / c / d, e / Toledo, OH 43604 | "),
            (
                "Zeta Mfg\nBuilding 7, Dock 12\nAttn: Receiving\n4100 Commerce Dr\nSuite 12\nHamilton, OH 45011\nUSA",
                "Zeta Mfg / Building 7, Dock 12, Attn: Receiving / 4100 Commerce Dr, Suite 12 | Hamilton | OH | 45011 | USA",
            ),
            (
                "Hale\n1 A Road\nAttercliffe\nSheffield\nS1 2BX\nUnited Kingdom",
                "Hale / 1 A Road / Attercliffe | Sheffield | S1 2BX | United Kingdom",
            ),
            (
                "The Long Name Of A Company In The County\nThe Long Name Of A Building In A Street\nThe Long Name Of A Street In The County\nAttn: A Person With Quite A Long Name\nToledo, OH 43604\nUSA",
                "The Long Name Of A Company In The County / The Long Name Of A Building In A Street / The Long Name Of A Street In The County / Attn: A Person With Quite A Long Name / Toledo, OH 43604, USA | ",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let long = "A Line That No Other Line Fits Beside At All";
        let address = parse(&format!("{}Toledo, OH 43604", format!("{long}\n").repeat(5)));
        assert!(!address.overflow.is_empty(), "{address:?}");
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
                "([A-Za-z0-9é]{1,12}[ ,\n]{1,2}){0,12}\n(Ottawa ON  K1A 0B1|London\nSW1A 1AA|CP 64000 Monterrey, N.L.|D-70173 Stuttgart)(\nCanada|\nUK|\nMexico|\nGermany|)",
            ]
        ) {
            let address = parse(&text);
            let tail = [&address.city, &address.state, &address.postal_code, &address.country];
            let parts = address.lines.iter().chain(&address.overflow).chain(tail.into_iter().flatten());
            prop_assert_eq!(letters(parts), letters([&text]));
            let has_town = tail.iter().any(|part| part.is_some());
            let most = if has_town { BESIDE_TOWN } else { MAX_LINES };
            prop_assert!(address.lines.len() <= most);
            prop_assert!(printed(&address).len() <= MAX_LINES);
            prop_assert!(address.lines.iter().all(|line| !line.is_empty() && fits(line, MAX_LINE)));
            prop_assert!(address.city.as_deref().is_none_or(|city| !city.is_empty() && fits(city, MAX_CITY)));
            prop_assert!(address.state.as_deref().is_none_or(|state| !state.is_empty() && fits(state, MAX_STATE)));
        }
    }
}
