//! Where an address ends in a town of Canada, the United Kingdom, Mexico or Germany.
//!
//! QuickBooks prints a town as its American edition writes one: city, state, postal code. An address is taken
//! apart only so that it is printed as it was written. So where the postal code comes before the city, the two
//! stay together in the city.

use std::sync::LazyLock;

use regex::Regex;

use super::town::Town;

/// Abbreviation and name of the provinces and territories of Canada.
const PROVINCES: [(&str, &str); 14] = [
    ("AB", "Alberta"),
    ("BC", "British Columbia"),
    ("MB", "Manitoba"),
    ("NB", "New Brunswick"),
    ("NL", "Newfoundland and Labrador"),
    ("NS", "Nova Scotia"),
    ("NT", "Northwest Territories"),
    ("NU", "Nunavut"),
    ("ON", "Ontario"),
    ("PE", "Prince Edward Island"),
    ("QC", "Quebec"),
    ("QC", "Québec"),
    ("SK", "Saskatchewan"),
    ("YT", "Yukon"),
];

/// A country whose addresses are regular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Country {
    Canada,
    UnitedKingdom,
    Mexico,
    Germany,
}

/// What each country is called.
const COUNTRIES: [(Country, &[&str]); 4] = [
    (Country::Canada, &["Canada"]),
    (
        Country::UnitedKingdom,
        &["United Kingdom", "UK", "GB", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    ),
    (Country::Mexico, &["Mexico", "México", "MX"]),
    (Country::Germany, &["Germany", "Deutschland", "DE"]),
];

/// A pattern that is written here, and that a test tries.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// `Ottawa ON  K1A 0B1`, `Ottawa, Ontario, K1A 0B1`: city, province, postal code.
static CANADA: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^([^\d,]+?)(?:, ?| )([\p{L}. ]+?),? ((?i)[A-Z]\d[A-Z] ?\d[A-Z]\d)$"));
/// `Maidstone, Kent ME14 1XX`, `London SW1A 1AA`: town, perhaps a county, postcode.
static UNITED_KINGDOM: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^([^\d,]+?)(?:, ?([^\d,]+?))?,? ([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})$"));
/// `SW1A 1AA`: a postcode on a line of its own.
static POSTCODE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"));
/// `CP 64000 Monterrey, N.L.`: postal code and city, perhaps a state.
static MEXICO: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^((?:C\.? ?P\.? ?)?\d{5},? [^\d,]+?)(?:, ?([^\d,]+))?$"));
/// `D-70173 Stuttgart`: postal code and city.
static GERMANY: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"^(?:DE?-? ?)?\d{5} [^\d,]+$"));

/// The lines before the town, and the parts from the town on; `None` if this is no such address.
pub(super) fn abroad(mut lines: Vec<String>) -> Option<(Vec<String>, Town)> {
    let named = lines.last().and_then(|last| country(last));
    let country = named.and_then(|_| lines.pop());
    let last = lines.pop()?;
    let mut town = match named {
        Some(Country::Canada) => canada(&last),
        Some(Country::UnitedKingdom) => united_kingdom(&last),
        Some(Country::Mexico) => mexico(&last),
        Some(Country::Germany) => germany(&last),
        // What only these two countries have may stand without the country.
        None => canada(&last).or_else(|| united_kingdom(&last)),
    };
    // Of an address that is not regular the country is known all the same.
    if town.is_none() && named.is_some() {
        lines.push(last);
        town = Some(Town::default());
    }
    let town = Town { country, ..town? };
    (town.fits() && !lines.is_empty()).then_some((lines, town))
}

/// Whether a line can be the name of a town: what stands before a postcode that has a line of its own.
pub(super) fn is_town(line: &str) -> bool {
    !line.contains(|c: char| c.is_ascii_digit() || matches!(c, ',' | ':' | '&'))
}

fn country(line: &str) -> Option<Country> {
    let plain = line.replace('.', "").to_lowercase();
    let is_called = |names: &[&str]| names.iter().any(|name| name.to_lowercase() == plain);
    COUNTRIES.iter().find(|(_, names)| is_called(names)).map(|(country, _)| *country)
}

fn canada(line: &str) -> Option<Town> {
    // The province may have several words, so the shortest city counts that leaves one.
    let found = CANADA.as_ref()?.captures(line)?;
    let (start, code) = (found.get(1)?.start(), found.get(3)?);
    let before = line.get(start..code.start())?.trim_end_matches([' ', ',']);
    let cuts = before.match_indices([' ', ',']).map(|(at, _)| at);
    let parts = cuts.filter_map(|at| Some((before.get(..at)?, before.get(at + 1..)?.trim())));
    let (city, province) = parts.into_iter().find(|(_, province)| is_province(province))?;
    Some(Town {
        city: Some(city.trim_end_matches([' ', ',']).to_owned()),
        state: Some(province.to_owned()),
        postal_code: Some(code.as_str().to_owned()),
        country: None,
    })
}

fn is_province(text: &str) -> bool {
    let plain = text.replace('.', "").to_lowercase();
    PROVINCES.iter().any(|(short, name)| plain == short.to_lowercase() || plain == name.to_lowercase())
}

fn united_kingdom(line: &str) -> Option<Town> {
    if POSTCODE.as_ref()?.is_match(line) {
        return Some(Town { postal_code: Some(line.to_owned()), ..Town::default() });
    }
    let found = UNITED_KINGDOM.as_ref()?.captures(line)?;
    let part = |at| found.get(at).map(|part: regex::Match<'_>| part.as_str().to_owned());
    Some(Town { city: part(1), state: part(2), postal_code: part(3), country: None })
}

fn mexico(line: &str) -> Option<Town> {
    let found = MEXICO.as_ref()?.captures(line)?;
    let part = |at| found.get(at).map(|part: regex::Match<'_>| part.as_str().to_owned());
    Some(Town { city: part(1), state: part(2), ..Town::default() })
}

fn germany(line: &str) -> Option<Town> {
    let is_it = GERMANY.as_ref()?.is_match(line);
    is_it.then(|| Town { city: Some(line.to_owned()), ..Town::default() })
}
