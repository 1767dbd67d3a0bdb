//! What happened, as a table for spreadsheets.

use crate::language::{marked, t};
use crate::sync::stored::CompanyFile;
use crate::text::csv;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::activity::page::{Most, TERMS, find, path};
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;

/// The heads of the columns.
const HEADS: [&str; 5] =
    [marked("When"), marked("What"), marked("Result"), marked("About"), marked("Details")];
/// Events that a table holds at most, the newest first; narrower days give the others.
const MOST: Most = Most { rows: 5_000, looked_at: 20_000 };

/// What the page shows, on all its pages.
pub fn download(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let query = Fields::parse(visit.form.get("query").as_bytes());
    let asked = Asked::of(path(file), &query, &TERMS).with("before", "");
    let found = find(visit, file, &asked, MOST)?;
    let mut text = csv::row(HEADS.iter().map(|head| csv::text(t(head))));
    for row in found.rows {
        let about = format!("{}{}{}", row.told.before, row.told.label, row.told.after);
        let cells = [row.what, row.word, &about, &row.told.details].map(csv::text);
        text.push_str(&csv::row(std::iter::once(row.at.to_rfc3339()).chain(cells)));
    }
    Ok(Done::table(format!("activity-{}.csv", visit.now.format("%Y-%m-%d")), &text))
}
