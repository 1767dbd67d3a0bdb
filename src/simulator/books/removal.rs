//! Taking records out of the books, with all that followed from them.

use super::balances::Balances;
use super::books::Books;
use super::deleted::DeletedRecord;
use super::kept_record::{KeptRecord, id_of};
use super::payments::Payments;
use crate::xml::Node;

/// Takes a record out of the books, with all that follows from it.
pub(crate) fn take_out(books: &mut Books, record: &KeptRecord) -> DeletedRecord {
    let id = record.id().to_owned();
    if record.is_transaction() {
        take_back(books, &record.node);
    }
    books.table.remove(&id);
    let deleted = DeletedRecord {
        kind: record.kind().to_owned(),
        id,
        is_transaction: record.is_transaction(),
        created: record.created,
        at: books.now,
        name: record.label().map(str::to_owned),
    };
    books.deleted.note(deleted.clone());
    deleted
}

/// Takes back what a transaction did to payments and balances.
pub(crate) fn take_back(books: &mut Books, transaction: &Node) {
    Payments::of(books).unlink(transaction);
    Payments::of(books).unapply(id_of(transaction));
    Balances::of(books).post(transaction, -1);
}
