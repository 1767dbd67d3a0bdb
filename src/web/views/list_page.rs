//! A page cut from many rows: searched, filtered, sorted.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::web::fields::Fields;

/// A row of a list.
pub trait Row {
    /// What a search looks through, in small letters.
    fn search(&self) -> &str;
    /// What the row is, in a word: what filters choose by.
    fn word(&self) -> &str;
    /// The order by a column; one that is not there means the word.
    fn in_order(&self, other: &Self, column: usize) -> Ordering;
}

impl<R: Row> Row for std::sync::Arc<R> {
    fn search(&self) -> &str {
        (**self).search()
    }

    fn word(&self) -> &str {
        (**self).word()
    }

    fn in_order(&self, other: &Self, column: usize) -> Ordering {
        (**self).in_order(other, column)
    }
}

/// What is wanted of a list: the query of its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
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
}

/// A page of a list.
#[derive(Debug)]
pub struct ListPage<'r, R> {
    /// Its rows.
    pub rows: Vec<&'r R>,
    /// The page, from 1.
    pub page: usize,
    /// How many pages there are; 1 at least.
    pub pages: usize,
    /// How many rows were found on all pages.
    pub found: usize,
    /// How many rows there are of each word, among those that the search finds.
    pub words: BTreeMap<&'r str, usize>,
}

impl Wanted {
    /// From the query of a page. What makes no sense is as if it were not there.
    pub fn of(query: &Fields) -> Self {
        Self {
            search: query.get("q").chars().take(200).collect(),
            word: query.get("is").to_owned(),
            sort: query.get("sort").parse().ok(),
            is_down: query.get("down") == "1",
            page: query.number("page", 1..=1_000_000, 1),
            per: query.number("per", 1..=200, 50),
        }
    }

    /// The query for the same list with another page.
    pub fn to_page(&self, page: usize) -> String {
        Self { page, ..self.clone() }.query()
    }

    /// The query for the same list sorted by a column: the other way around, if it is that already.
    pub fn sorted(&self, column: usize) -> String {
        let is_down = self.sort == Some(column) && !self.is_down;
        Self { sort: Some(column), is_down, page: 1, ..self.clone() }.query()
    }

    /// The query for the same list of another word.
    pub fn being(&self, word: &str) -> String {
        Self { word: word.to_owned(), page: 1, ..self.clone() }.query()
    }

    /// The query, with its question mark.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        let mut add = |name: &str, value: &str| _ = query.append_pair(name, value);
        if !self.search.is_empty() {
            add("q", &self.search);
        }
        if !self.word.is_empty() {
            add("is", &self.word);
        }
        if let Some(sort) = self.sort {
            add("sort", &sort.to_string());
        }
        if self.is_down {
            add("down", "1");
        }
        if self.page > 1 {
            add("page", &self.page.to_string());
        }
        if self.per != 50 {
            add("per", &self.per.to_string());
        }
        query.finish()
    }

    /// Every row that is wanted, on whatever page, in order.
    pub fn all<'r, R: Row>(&self, rows: &'r [R]) -> Vec<&'r R> {
        let mut found: Vec<&R> = self.searched(rows).filter(|row| self.is_of(row.word())).collect();
        if let Some(column) = self.sort {
            found.sort_by(|a, b| a.in_order(b, column));
            if self.is_down {
                found.reverse();
            }
        }
        found
    }

    /// The page that is wanted; the last one, if there are not so many.
    pub fn cut<'r, R: Row>(&self, rows: &'r [R]) -> ListPage<'r, R> {
        let mut words = BTreeMap::new();
        for row in self.searched(rows) {
            *words.entry(row.word()).or_default() += 1;
        }
        let all = self.all(rows);
        let (found, per) = (all.len(), self.per.max(1));
        let pages = found.div_ceil(per).max(1);
        let page = self.page.clamp(1, pages);
        let rows = all.into_iter().skip((page - 1) * per).take(per).collect();
        ListPage { rows, page, pages, found, words }
    }

    fn searched<'r, R: Row>(&self, rows: &'r [R]) -> impl Iterator<Item = &'r R> {
        let search = self.search.to_lowercase();
        let words: Vec<String> = search.split_whitespace().map(str::to_owned).collect();
        rows.iter().filter(move |row| words.iter().all(|word| row.search().contains(word.as_str())))
    }

    fn is_of(&self, word: &str) -> bool {
        self.word.is_empty() || self.word.eq_ignore_ascii_case(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Name(String);

    impl Row for Name {
        fn search(&self) -> &str {
            &self.0
        }
        fn word(&self) -> &str {
            if self.0.ends_with('0') { "Round" } else { "Odd" }
        }
        fn in_order(&self, other: &Self, _: usize) -> Ordering {
            self.0.cmp(&other.0)
        }
    }

    fn cut(query: &str) -> (Vec<String>, usize, usize) {
        let rows: Vec<Name> = (1..=25).map(|number| Name(format!("row {number}"))).collect();
        let page = Wanted::of(&Fields::parse(query.as_bytes())).cut(&rows);
        (page.rows.iter().map(|row| row.0.clone()).collect(), page.page, page.found)
    }

    #[test]
    fn a_page_is_searched_filtered_sorted_and_cut() {
        assert_eq!(cut("per=2&page=2").0, ["row 3", "row 4"]);
        assert_eq!(cut("q=ROW+1&is=round").0, ["row 10"]);
        assert_eq!(cut("sort=0&down=1&per=1").0, ["row 9"]);
        assert_eq!(
            cut("per=10&page=99"),
            (
                vec!["row 21", "row 22", "row 23", "row 24", "row 25"]
                    .into_iter()
                    .map(String::from)
                    .collect(),
                3,
                25
            )
        );
        assert_eq!(cut("page=-1&per=x&sort=y").2, 25);
        assert_eq!(cut("q=nothing"), (vec![], 1, 0));
    }

    #[test]
    fn a_query_comes_back_as_it_was() {
        let query = "q=a+%26+b&is=Round&sort=2&down=1&page=3&per=20";
        assert_eq!(Wanted::of(&Fields::parse(query.as_bytes())).query(), format!("?{query}"));
    }
}
