//! One element of a list becoming another.

use super::balances::Balances;
use super::books::Books;
use super::kept_record::KeptRecord;
use super::names::{Names, is_below};
use super::removal::take_out;
use super::table::Table;
use crate::simulator::elements::{number_in, text};

/// Whether one element can become another: both are of one list, the other does not stand below
/// it, and what stands below them has different names.
pub(crate) fn can_unite(table: &Table, old: &KeptRecord, kept: &KeptRecord) -> bool {
    let below = |record: &KeptRecord| -> Vec<String> {
        let all = table.of_kind(record.kind());
        let all = all.filter(|child| child.parent() == Some(record.id()));
        all.filter_map(|child| Some(text(&child.node, "Name")?.to_lowercase())).collect()
    };
    let (moved, staying) = (below(old), below(kept));
    old.kind() == kept.kind()
        && !is_below(table, kept.id(), old.id())
        && !moved.iter().any(|name| staying.contains(name))
}

/// Makes one element of a list another: all that refers to it refers to the other, which takes over
/// what it owes and what stands below it.
pub(crate) fn unite(books: &mut Books, old: &KeptRecord, kept: &KeptRecord) {
    let (id, name) = (kept.id().to_owned(), kept.name().unwrap_or_default().to_owned());
    let of = |name| number_in(&old.node, name).unwrap_or_default();
    let mut balances = Balances::of(books);
    balances.add_upwards(old.parent().map(str::to_owned), -of("TotalBalance"));
    balances.add_to(&id, "Balance", of("Balance"));
    balances.add_upwards(Some(id.clone()), of("TotalBalance"));
    Names::of(&mut books.table).point(old.id(), &id, &name);
    take_out(books, old);
    Names::of(&mut books.table).spread(&id, old.name().unwrap_or_default());
    let mut kept = books.table.get(kept.id()).unwrap_or(kept).clone();
    books.touch(&mut kept);
    books.table.insert(kept);
}
