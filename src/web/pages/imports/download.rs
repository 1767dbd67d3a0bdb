//! The list of the Imports page as a table for spreadsheets.

use std::collections::HashSet;

use crate::language::{marked, t};
use crate::sync::FieldUpdate;
use crate::sync::labelled;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::text::csv;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::names::Names;
use crate::web::pages::imports::list::{ImportList, kind, title};
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;
use crate::web::views::{ImportRow, Patience};

/// The heads of the columns.
const HEADS: [&str; 7] = [
    marked("Name"),
    marked("Type"),
    marked("State"),
    marked("Becomes"),
    marked("Why"),
    marked("Document"),
    marked("Record id"),
];

/// What is selected; if nothing is, all that the list shows, on all its pages.
pub fn download(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let view = visit.view(file, Patience::Long)?;
    let query = Fields::parse(visit.form.get("list").as_bytes());
    let list = ImportList::of(&query, visit.program(), file, &view);
    // What was selected is there as it is now, even if it has changed since the page was made.
    let which = |value: &str| value.rsplit_once(' ').map(|(which, _)| which.to_owned());
    let chosen: HashSet<String> = visit.form.all("record").filter_map(which).collect();
    let is_chosen = |row: &ImportRow| {
        chosen.is_empty() || chosen.contains(&format!("{} {}", row.key.record_type, row.key.id))
    };
    let names = Names::new(visit, file);
    let titled = |key: &DocumentKey| names.of(key).map_or_else(|| key.to_string(), |named| named.title);
    let mut text = csv::row(HEADS.iter().map(|head| csv::text(t(head))));
    for row in list.in_order(&view).into_iter().filter(|row| is_chosen(row)) {
        let updates = labelled(visit.program().list_of(&row.object), &row.updates);
        let updates: Vec<String> = updates.iter().map(in_words).collect();
        let becomes = if updates.is_empty() { row.summary.clone() } else { updates.join("; ") };
        let cells = [
            row.name.clone(),
            kind(&row.key.record_type),
            t(row.verdict.words().1).to_owned(),
            becomes,
            row.why.clone(),
            row.document.as_ref().map(titled).unwrap_or_default(),
            row.key.id.clone(),
        ];
        text.push_str(&csv::row(cells.iter().map(|cell| csv::text(cell))));
    }
    let called = title(visit.program(), &list.object).to_lowercase().replace(' ', "-");
    Ok(Done::table(format!("imports-{called}-{}.csv", visit.now.format("%Y-%m-%d")), &text))
}

/// A field with what it was and what it becomes.
fn in_words(update: &FieldUpdate) -> String {
    let old = update.old.as_deref().unwrap_or(t("nothing"));
    format!("{}: {old} → {}", update.field, update.new)
}
