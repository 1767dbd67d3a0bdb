//! The plan as a table for spreadsheets.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::language::{marked, t};
use crate::sync::has_date;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::text::csv;
use crate::text::quotes::quoted;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::plan::page::{TERMS, is_shown, path};
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;
use crate::web::views::{Patience, PlanRow, PlanRows};

/// The heads of the columns.
const HEADS: [&str; 6] = [
    marked("What is done"),
    marked("Object"),
    marked("Document"),
    marked("Id in Steelhead"),
    marked("Amount"),
    marked("Why"),
];

/// Every step that the page shows, on all its pages.
pub fn download(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let query = Fields::parse(visit.form.get("query").as_bytes());
    let asked = Asked::of(path(file), &query, &TERMS);
    let Some(plans) = visit.site.plans.get(file, Patience::Sure)? else {
        let words = t("Ferrule is still working out the plan. Look at it again in a moment.");
        return Ok(Done::nothing(asked.link(), words));
    };
    let view = visit.view(file, Patience::Long)?;
    let rows = if asked.filter("of") == "queue" { &plans.queue } else { &plans.all };
    let mut text = csv::row(HEADS.iter().map(|head| csv::text(t(head))));
    let shown: Vec<PlanRow> = rows.rows.iter().filter(|row| is_shown(row, &asked)).cloned().collect();
    let amounts = view.amounts(shown.iter().map(|row| row.object.as_str()));
    for row in asked.all(&shown) {
        let (label, why) = told(rows, row);
        let object = visit.program().list_of(&row.object).map_or(&row.object, |list| &list.one);
        let id = row.key.as_ref().map_or("", |key| key.id.as_str());
        // A number is no formula, even if it is negative.
        let amount = amount(visit, &amounts, row);
        let texts = [t(row.action.told()), object, &label, id].map(csv::text);
        text.push_str(&csv::row(texts.into_iter().chain([amount, csv::text(&why.join(" "))])));
    }
    Ok(Done::table(format!("plan-{}.csv", visit.now.format("%Y-%m-%d")), &text))
}

/// What people call a document of the plan, and what is said of it.
fn told(rows: &PlanRows, row: &PlanRow) -> (String, Vec<String>) {
    if let Some(step) = rows.plan.steps.get(row.place) {
        let notes = step.outcome.rejections().iter().chain(&step.outcome.warnings);
        return (quoted(&step.outcome.label), notes.map(|note| quoted(&note.message)).collect());
    }
    let unread = row.place.checked_sub(rows.plan.steps.len()).and_then(|nth| rows.unreadable.get(nth));
    let label = unread.and_then(|it| it.origin.file.as_deref()).unwrap_or_default().to_owned();
    let problems = unread.into_iter().flat_map(|it| &it.problems);
    (label, problems.map(|it| quoted(&it.message)).collect())
}

fn amount(visit: &Visit, amounts: &HashMap<&DocumentKey, Decimal>, row: &PlanRow) -> String {
    let key = row.key.as_ref().filter(|key| has_date(visit.program(), &key.object));
    let amount = key.and_then(|key| amounts.get(key));
    amount.map(|amount| format!("{amount:.2}")).unwrap_or_default()
}
