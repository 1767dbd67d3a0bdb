//! The closing date: up to that day QuickBooks takes nothing, so nothing is sent that it would refuse.

use crate::engine::{Decision, Note, Outcome};
use crate::qbxml::text_at;

/// The status code that QuickBooks answers with.
const CLOSED: &str = "3171";

/// Rejects what would write a transaction of a day on or before the closing date. Both are ISO dates, which stand
/// in the order of their text.
pub(in crate::sync) fn reject_closed(outcome: &mut Outcome, closed_until: Option<&str>) {
    let Some(closed) = closed_until else { return };
    let date = outcome.request().and_then(|request| text_at(&request.xml, &["TxnDate"]));
    let Some(date) = date.filter(|date| date.as_str() <= closed) else { return };
    let message = format!(
        "The date {date} is not after the closing date of the books, {closed}, so QuickBooks would refuse it. Change the date, or have an administrator of QuickBooks move the closing date (Edit > Preferences > Accounting > Company Preferences)."
    );
    let note = Note { code: CLOSED.to_owned(), message, ..Note::default() };
    outcome.decision = Decision::Reject(vec![note]);
}
