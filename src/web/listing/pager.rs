//! The way from one page of a list to another.

use super::asked::Asked;
use super::cut::Cut;
use crate::language::{say, t};
use crate::web::words::when::{counted, grouped};

/// The way from one page of a list to another; the macro `pager` draws it.
#[derive(Debug, Default)]
pub struct Pager {
    /// Which rows are shown: `51–100 of 1,234 documents`.
    pub shown: String,
    /// Which page that is: `Page 2 of 25`; empty where one page holds all.
    pub place: String,
    /// To what stands before.
    pub back: Option<Turn>,
    /// To what stands behind.
    pub on: Option<Turn>,
    /// To any page, of any size; nothing where one page of the smallest size holds all.
    pub jump: Option<Jump>,
}

/// A form that leads to a page by its number, and sets how many rows a page has.
#[derive(Debug)]
pub struct Jump {
    /// The path of the list.
    pub path: String,
    /// What else it is asked for.
    pub kept: Vec<(&'static str, String)>,
    /// The page that is shown.
    pub page: usize,
    /// How many there are.
    pub pages: usize,
    /// The sizes to choose from, and whether it is that one.
    pub sizes: Vec<(usize, bool)>,
}

/// Rows of a page, to choose from.
const SIZES: [usize; 4] = [25, 50, 100, 200];

/// A link to another page.
#[derive(Debug)]
pub struct Turn {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub link: String,
}

impl Pager {
    /// The pager of a page that was cut from rows; people call a row by this noun.
    pub fn of<R>(asked: &Asked, cut: &Cut<'_, R>, noun: &str) -> Self {
        let Cut { rows, page, pages, found, .. } = cut;
        let first = (page - 1) * asked.per;
        let turn = |label, page| Turn { label, link: asked.on_page(page).link() };
        Self {
            shown: match (found, pages) {
                (0, _) => t("None").to_owned(),
                (_, 1) => counted(*found, noun),
                _ => say!(
                    "{from}–{to} of {count}",
                    from = grouped(first + 1),
                    to = grouped(first + rows.len()),
                    count = counted(*found, noun)
                ),
            },
            place: if *pages > 1 {
                say!("Page {page} of {pages}", page = grouped(*page), pages = grouped(*pages))
            } else {
                String::new()
            },
            back: (*page > 1).then(|| turn(t("Previous"), page - 1)),
            on: (page < pages).then(|| turn(t("Next"), page + 1)),
            jump: (*found > SIZES[0]).then(|| Jump::of(asked, *page, *pages)),
        }
    }
}

impl Jump {
    /// To the pages of a list; to none, where there is one page only.
    pub fn of(asked: &Asked, page: usize, pages: usize) -> Self {
        let mut sizes: Vec<usize> = SIZES.to_vec();
        if let Err(place) = sizes.binary_search(&asked.per) {
            sizes.insert(place, asked.per);
        }
        Self {
            path: asked.path.clone(),
            kept: asked.kept(&["per"]),
            page,
            pages,
            sizes: sizes.into_iter().map(|size| (size, size == asked.per)).collect(),
        }
    }
}
