//! What a list is asked for: the path and the query of its page.

use chrono::{Datelike as _, NaiveDate};

use crate::language::t;
use crate::web::ground::fields::{Fields, link};

/// The longest text of a query, in characters.
pub const LONGEST: usize = 200;

/// What the page of a list can be asked for, besides a search, a word, an order and a page.
#[derive(Debug)]
pub struct Terms {
    /// The names of its own filters, in the order in which addresses have them.
    pub filters: &'static [&'static str],
    /// Rows of a page, unless the query has another number.
    pub per: usize,
}

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The path of its page.
    pub path: String,
    /// `q`: words that must all occur.
    pub search: String,
    /// `is`: the word that a row must be, in any case; empty for all.
    pub word: String,
    /// `sort`: the column, from 0; nothing for the order of the list itself.
    pub sort: Option<usize>,
    /// `down`: the greatest first.
    pub is_down: bool,
    /// `page`: from 1.
    pub page: usize,
    /// `per`: rows of a page.
    pub per: usize,
    /// Rows of a page, if the query does not say.
    usual: usize,
    /// The page's own filters.
    filters: Vec<(&'static str, String)>,
}

impl Terms {
    /// The terms of a list without filters of its own.
    pub const PLAIN: Self = Self { filters: &[], per: 50 };
}

impl Asked {
    /// What a query asks the page at that path for. What makes no sense counts as not said.
    pub fn of(path: String, query: &Fields, terms: &Terms) -> Self {
        let text = |name: &str| -> String { query.get(name).chars().take(LONGEST).collect() };
        Self {
            path,
            search: text("q"),
            word: text("is"),
            sort: query.get("sort").parse().ok(),
            is_down: query.get("down") == "1",
            page: query.number("page", 1..=1_000_000, 1),
            per: query.number("per", 1..=200, terms.per),
            usual: terms.per,
            filters: terms.filters.iter().map(|name| (*name, text(name))).collect(),
        }
    }

    /// What a list is asked for by a search alone.
    pub fn searching(search: &str) -> Self {
        Self { search: search.to_owned(), ..Self::default() }
    }

    /// The value of one of the page's own filters; empty if it is not set.
    pub fn filter(&self, name: &str) -> &str {
        self.filters.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The same with another value of one of the page's own filters.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut asked = self.clone();
        if let Some((_, place)) = asked.filters.iter_mut().find(|(known, _)| *known == name) {
            value.clone_into(place);
        }
        asked
    }

    /// Another page of the same list.
    #[must_use]
    pub fn on_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same list by a column; the other way around, if it is by that column already.
    #[must_use]
    pub fn by_column(&self, column: usize) -> Self {
        let is_down = self.sort == Some(column) && !self.is_down;
        Self { sort: Some(column), is_down, page: 1, ..self.clone() }
    }

    /// The same list, of the rows that are another word.
    #[must_use]
    pub fn being(&self, word: &str) -> Self {
        self.of_word(word).on_page(1)
    }

    /// The same page, of the rows that are another word.
    #[must_use]
    pub fn of_word(&self, word: &str) -> Self {
        Self { word: word.to_owned(), ..self.clone() }
    }

    /// The same rows in no order, which is quicker where only their number counts.
    #[must_use]
    pub fn unsorted(&self) -> Self {
        Self { sort: None, ..self.clone() }
    }

    /// Whether it asks for some of the rows only.
    pub fn is_narrow(&self) -> bool {
        !self.search.is_empty()
            || !self.word.is_empty()
            || self.filters.iter().any(|(_, value)| !value.is_empty())
    }

    /// The days that it is about, from the first to the last: its filters `from` and `to`.
    ///
    /// # Errors
    /// What is wrong with them, for people.
    pub fn days(&self) -> Result<(Option<NaiveDate>, Option<NaiveDate>), &'static str> {
        let day = |name: &str| match self.filter(name) {
            "" => Ok(None),
            text => text
                .parse()
                .ok()
                .filter(|day: &NaiveDate| (1970..9999).contains(&day.year()))
                .map(Some)
                .ok_or(()),
        };
        match (day("from"), day("to")) {
            (Ok(Some(from)), Ok(Some(to))) if from > to => Err(t("The first day is after the last one.")),
            (Ok(from), Ok(to)) => Ok((from, to)),
            _ => Err(t("A day is written like 2026-07-01.")),
        }
    }

    /// What a form has to carry hidden, so that it keeps all that is asked for but these and the page.
    pub fn kept(&self, but: &[&str]) -> Vec<(&'static str, String)> {
        let mut pairs = self.on_page(1).pairs();
        pairs.retain(|(name, value)| !value.is_empty() && !but.contains(name));
        pairs
    }

    /// The address of the page with this list.
    pub fn link(&self) -> String {
        link(&self.path, self.pairs().iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// The address of a page below that one, with the same query.
    pub fn below(&self, step: &str) -> String {
        Self { path: format!("{}{step}", self.path), ..self.clone() }.link()
    }

    /// What stands behind the question mark of that address: what a form carries to come back to the list.
    pub fn query(&self) -> String {
        let link = self.link();
        link.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let number =
            |number: usize, usual: usize| if number == usual { String::new() } else { number.to_string() };
        let mut pairs = self.filters.clone();
        pairs.extend([
            ("q", self.search.clone()),
            ("is", self.word.clone()),
            ("sort", self.sort.map(|sort| sort.to_string()).unwrap_or_default()),
            ("down", if self.is_down { "1".to_owned() } else { String::new() }),
            ("page", number(self.page, 1)),
            ("per", number(self.per, self.usual)),
        ]);
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_back_as_it_was() {
        let query = "object=bill&q=a+%26+b&is=Round&sort=2&down=1&page=3&per=20";
        let terms = Terms { filters: &["object", "of"], per: 25 };
        let asked = Asked::of("/list".to_owned(), &Fields::parse(query.as_bytes()), &terms);
        assert_eq!((asked.link(), asked.query()), (format!("/list?{query}"), query.to_owned()));
        assert_eq!((asked.filter("object"), asked.filter("of")), ("bill", ""));
        let other = asked.being("").by_column(2).with("object", "").with("of", "queue");
        assert_eq!(other.link(), "/list?of=queue&q=a+%26+b&sort=2&per=20");
        let plain = Asked::of("/list".to_owned(), &Fields::default(), &Terms::PLAIN);
        assert_eq!((plain.link(), plain.query()), ("/list".to_owned(), String::new()));
        let kept: Vec<&str> = asked.kept(&["q", "object"]).iter().map(|(name, _)| *name).collect();
        assert_eq!(kept, ["is", "sort", "down", "per"], "neither what the form asks for itself nor the page");
    }

    #[test]
    fn days_are_told_to_be_wrong() {
        let terms = Terms { filters: &["from", "to"], per: 50 };
        let days = |query: &str| Asked::of(String::new(), &Fields::parse(query.as_bytes()), &terms).days();
        assert_eq!(
            days("from=2026-07-01").map(|(from, to)| (from.is_some(), to.is_some())),
            Ok((true, false))
        );
        assert_eq!(days(""), Ok((None, None)));
        assert_eq!(days("from=2026-07-02&to=2026-07-01"), Err("The first day is after the last one."));
        for wrong in ["from=soon", "to=2026-13-01", "to=12026-01-01"] {
            assert_eq!(days(wrong), Err("A day is written like 2026-07-01."), "{wrong}");
        }
    }
}
