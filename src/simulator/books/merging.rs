//! Merging one element of a list into another.

use super::balances::Balances;
use super::books::Books;
use super::kept_record::KeptRecord;
use super::names::{Names, is_below};
use super::removal::take_out;
use super::table::Table;
use crate::simulator::elements::{number_in, text};

/// Whether one element can be merged into another: both are of one list, the other does not stand below
/// it, and no two elements below them have the same name.
pub(crate) fn can_merge(table: &Table, old: &KeptRecord, kept: &KeptRecord) -> bool {
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

/// Merges one element of a list into another: what refers to the first refers to the other from now on,
/// and its balance and the elements below it go over.
pub(crate) fn merge_into(books: &mut Books, old: &KeptRecord, kept: &KeptRecord) {
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
