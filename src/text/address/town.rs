//! Where an address ends in a town of the United States: city, state, ZIP code and country.

use std::borrow::Cow;

use super::limits::{MAX_CITY, MAX_COUNTRY, MAX_POSTAL_CODE, MAX_STATE, fits};
use super::states::{is_state, is_united_states};

/// The end of an address. QuickBooks prints city, state and postal code as one line, the country as another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Town {
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
}

impl Town {
    /// The line that city, state and postal code are printed as; nothing if there are none.
    pub fn line(&self) -> Option<String> {
        let code = [&self.state, &self.postal_code].into_iter().flatten().map(String::as_str);
        let code = code.collect::<Vec<_>>().join(" ");
        let between = if self.state.is_some() { ", " } else { " " };
        let parts = [self.city.clone(), Some(code).filter(|code| !code.is_empty())];
        let line = parts.into_iter().flatten().collect::<Vec<_>>().join(between);
        (!line.is_empty()).then_some(line)
    }

    /// Whether every part fits its element.
    pub fn fits(&self) -> bool {
        let fit = |part: &Option<String>, max| part.as_deref().is_none_or(|part| fits(part, max));
        fit(&self.city, MAX_CITY)
            && fit(&self.state, MAX_STATE)
            && fit(&self.postal_code, MAX_POSTAL_CODE)
            && fit(&self.country, MAX_COUNTRY)
    }
}

/// The lines before the city, and the parts from the city on; `None` if this is no such address.
pub(super) fn united_states(mut lines: Vec<Cow<'_, str>>) -> Option<(Vec<Cow<'_, str>>, Town)> {
    let country = take_country(&mut lines);
    let mut last = lines.pop()?;
    if is_zip(&last) {
        last = format!("{} {last}", lines.pop()?).into();
    }
    let (before, zip) = last.rsplit_once([' ', ','])?;
    let (city, state) = split_state(before.trim_end_matches([' ', ',']))?;
    let city = match city {
        "" => lines.pop()?.into_owned(),
        city => separate_city(city, &mut lines),
    };
    let is_city = !city.is_empty() && !city.chars().any(|c| c.is_ascii_digit());
    let is_whole = is_zip(zip) && is_city;
    let (state, zip) = (state.to_owned(), zip.to_owned());
    let town = Town { city: Some(city), state: Some(state), postal_code: Some(zip), country };
    (is_whole && town.fits()).then_some((lines, town))
}

/// Takes the country off the end: a line of its own, or the last words of the last line.
fn take_country(lines: &mut Vec<Cow<'_, str>>) -> Option<String> {
    let last = lines.last_mut()?;
    if is_united_states(last) {
        return lines.pop().map(Cow::into_owned);
    }
    let at = last.char_indices().find(|(at, c)| {
        matches!(c, ' ' | ',') && last.get(at + 1..).is_some_and(|rest| is_united_states(rest.trim_start()))
    });
    let (at, _) = at?;
    let last = last.to_mut();
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
fn separate_city(text: &str, lines: &mut Vec<Cow<'_, str>>) -> String {
    match text.rsplit_once(',') {
        Some((before, city)) => {
            lines.push(before.trim_end_matches([' ', ',']).to_owned().into());
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
