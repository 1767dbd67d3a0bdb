//! The rows that answer what was asked: searched, filtered, sorted, and cut into pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::asked::Asked;

/// A row of a list.
pub trait Row {
    /// What a search looks through, in small letters.
    fn search(&self) -> &str;
    /// What the row is, in a word: what filters choose by.
    fn word(&self) -> &str;
    /// The order by a column. A column that the row does not have means its word.
    fn in_order(&self, other: &Self, column: usize) -> Ordering;
    /// Whether it has nothing in that column. Then it comes last, whichever way the list is sorted.
    fn is_blank(&self, _column: usize) -> bool {
        false
    }
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

    fn is_blank(&self, column: usize) -> bool {
        (**self).is_blank(column)
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Cut<'r, R> {
    /// Its rows.
    pub rows: Vec<&'r R>,
    /// The rows of all pages, in order.
    pub all: Vec<&'r R>,
    /// The page, from 1.
    pub page: usize,
    /// How many pages there are; 1 at least.
    pub pages: usize,
    /// How many rows were found on all pages.
    pub found: usize,
    /// How many rows there are of each word, among those that the search finds.
    pub words: BTreeMap<&'r str, usize>,
}

impl Asked {
    /// Every row that was asked for, on all pages, in order.
    pub fn all<'r, R: Row>(&self, rows: impl IntoIterator<Item = &'r R>) -> Vec<&'r R> {
        self.in_order(self.searched(rows).collect())
    }

    /// The page that was asked for, or the last one if there are fewer pages.
    pub fn cut<'r, R: Row>(&self, rows: impl IntoIterator<Item = &'r R>) -> Cut<'r, R> {
        let mut words = BTreeMap::new();
        let searched: Vec<&R> = self.searched(rows).collect();
        for row in &searched {
            *words.entry(row.word()).or_default() += 1;
        }
        let all = self.in_order(searched);
        let (found, per) = (all.len(), self.per.max(1));
        let pages = found.div_ceil(per).max(1);
        let page = self.page.clamp(1, pages);
        let rows = all.iter().copied().skip((page - 1) * per).take(per).collect();
        Cut { rows, all, page, pages, found, words }
    }

    fn in_order<'r, R: Row>(&self, searched: Vec<&'r R>) -> Vec<&'r R> {
        let mut found = searched;
        found.retain(|row| self.is_of(row.word()));
        if let Some(column) = self.sort {
            found.sort_by(|a, b| a.in_order(b, column));
            if self.is_down {
                found.reverse();
            }
            found.sort_by_key(|row| row.is_blank(column));
        }
        found
    }

    fn searched<'r, R: Row + 'r>(
        &self,
        rows: impl IntoIterator<Item = &'r R>,
    ) -> impl Iterator<Item = &'r R> {
        let search = self.search.to_lowercase();
        let words: Vec<(String, Option<String>)> = search
            .split_whitespace()
            .map(|word| (word.to_owned(), amount(word).or_else(|| straight(word))))
            .collect();
        let has = |text: &str, (word, other): &(String, Option<String>)| {
            text.contains(word.as_str()) || other.as_ref().is_some_and(|other| text.contains(other.as_str()))
        };
        rows.into_iter().filter(move |row| words.iter().all(|word| has(row.search(), word)))
    }

    fn is_of(&self, word: &str) -> bool {
        self.word.is_empty() || self.word.eq_ignore_ascii_case(word)
    }
}

/// A word that was copied from a message has the apostrophe of people; names have the one of keyboards.
fn straight(word: &str) -> Option<String> {
    word.contains('’').then(|| word.replace('’', "'"))
}

/// An amount as rows have it, if a word is one as people write it: `$1,204.50` is `1204.50`.
fn amount(word: &str) -> Option<String> {
    let plain = word.trim_start_matches('$').replace(',', "");
    (plain != word && plain.parse::<rust_decimal::Decimal>().is_ok()).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::ground::fields::Fields;
    use crate::web::listing::{Pager, Terms};

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
        fn is_blank(&self, _: usize) -> bool {
            self.0.ends_with('7')
        }
    }

    fn asked(query: &str) -> Asked {
        Asked::of("/list".to_owned(), &Fields::parse(query.as_bytes()), &Terms::PLAIN)
    }

    fn cut(query: &str) -> (Vec<String>, usize, usize) {
        let rows: Vec<Name> = (1..=25).map(|number| Name(format!("row {number}"))).collect();
        let page = asked(query).cut(&rows);
        (page.rows.iter().map(|row| row.0.clone()).collect(), page.page, page.found)
    }

    #[test]
    fn a_page_is_searched_filtered_sorted_and_cut() {
        assert_eq!(cut("per=2&page=2").0, ["row 3", "row 4"]);
        assert_eq!(cut("q=ROW+1&is=round").0, ["row 10"]);
        assert_eq!(cut("sort=0&down=1&per=1").0, ["row 9"]);
        for way in ["sort=0", "sort=0&down=1"] {
            let mut last = cut(&format!("{way}&per=2&page=12")).0.concat()
                + &cut(&format!("{way}&per=2&page=13")).0.concat();
            last.retain(|it| it.is_ascii_digit());
            assert!(["177", "717"].iter().any(|it| last.ends_with(it)), "blanks come last: {last}");
        }
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
        assert_eq!(cut("q=row+$2,5").0, ["row 25"], "an amount as people write it");
        assert_eq!(cut("q=row+2,x").0, [""; 0]);
    }

    #[test]
    fn a_pager_leads_to_the_pages_before_and_after() {
        let rows: Vec<Name> = (1..=25).map(|number| Name(format!("row {number}"))).collect();
        let pager = |query: &str| {
            let asked = asked(query);
            Pager::of(&asked, &asked.cut(&rows), "row")
        };
        let middle = pager("per=10&page=2&sort=0");
        assert_eq!((middle.shown.as_str(), middle.place.as_str()), ("11–20 of 25 rows", "Page 2 of 3"));
        let turns = middle.back.iter().chain(&middle.on).map(|turn| turn.link.as_str()).collect::<Vec<_>>();
        assert_eq!(turns, ["/list?sort=0&per=10", "/list?sort=0&page=3&per=10"]);
        let (whole, none) = (pager(""), pager("q=nothing"));
        assert_eq!(
            (whole.shown.as_str(), none.shown.as_str(), whole.place.as_str()),
            ("25 rows", "None", "")
        );
        assert!(whole.back.is_none() && whole.on.is_none());
    }
}
