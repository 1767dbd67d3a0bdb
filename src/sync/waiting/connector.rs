//! What keeps the whole company file from going on.

use std::collections::BTreeMap;

use super::heap::{Heap, HeapItem};
use crate::language::{many, say};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Moment, RefusedSignIn, Store, StoreError, Trouble};
use crate::sync::{Cause, NotSent, held_up, told_at};

/// What keeps the whole company file from going on at this moment.
///
/// # Errors
/// The store failed.
pub fn heaps_of_connector(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    now: Moment,
) -> Result<Vec<Heap>, StoreError> {
    let mut heaps = Vec::new();
    for reason in held_up(Some(program), file, now) {
        if let NotSent::NoVisit(last) = reason {
            let told = say!("It last called at {at}.", at = told_at(program, file, last));
            heaps.push(heap(Cause::Silent, "visit", told, last));
        }
    }
    for refused in by_address(refused_since(store, file)?) {
        let times = usize::try_from(refused.times).unwrap_or_default();
        let told = many!(
            "{n} sign-in was refused from {address}.",
            "{n} sign-ins were refused from {address}.",
            times,
            address = refused.address
        );
        // Those before it was let in are over.
        let since = file.last_contact.map_or(refused.first_at, |last| last.max(refused.first_at));
        heaps.push(heap(Cause::SignInRefused, &refused.address, told, since));
    }
    for trouble in store.troubles(file.id)?.iter().filter(|it| Trouble::repeats(it)) {
        let told = say!(
            "{subject}, {times} times: {reason}",
            subject = trouble.subject,
            times = trouble.times,
            reason = trouble.reason.trim()
        );
        heaps.push(heap(Cause::Failing, &trouble.subject.text(), told, trouble.first_at));
    }
    Ok(heaps)
}

/// A heap of one thing. How often it happened is told of the thing only: what is said of the heap stays the same.
fn heap(cause: Cause, id: &str, told: String, since: Moment) -> Heap {
    let item = HeapItem {
        id: id.to_owned(),
        label: String::new(),
        amount: None,
        told,
        seen: since.timestamp().to_string(),
        since: Some(since),
    };
    Heap { cause, object: String::new(), told: id.to_owned(), setting: None, items: vec![item] }
}

/// The sign-ins that were refused since the Web Connector was let in last.
///
/// # Errors
/// The store failed.
pub fn refused_since(store: &dyn Store, file: &CompanyFile) -> Result<Vec<RefusedSignIn>, StoreError> {
    let mut all = store.refused_sign_ins(file.id)?;
    all.retain(|refused| file.last_contact.is_none_or(|last| refused.last_at > last));
    Ok(all)
}

/// The same, one for each address, whether somebody looked at the password or there had been too many.
fn by_address(all: Vec<RefusedSignIn>) -> impl Iterator<Item = RefusedSignIn> {
    let mut found: BTreeMap<String, RefusedSignIn> = BTreeMap::new();
    for refused in all {
        let known = found.entry(refused.address.clone());
        known
            .and_modify(|known| {
                known.first_at = known.first_at.min(refused.first_at);
                known.times = known.times.saturating_add(refused.times);
            })
            .or_insert(refused);
    }
    found.into_values()
}
