//! What waits for a person, with what people have said of it.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Care, CareKey, PeopleStore};
use crate::rules::Program;
use crate::sync::stored::{CompanyFile, Moment, Store, StoreError};
use crate::sync::{Heap, HeapItem, heaps_of_connector};

/// A heap, with what people have said of it.
pub struct Waiting {
    /// The heap.
    pub heap: Arc<Heap>,
    /// Where those stand in it that wait now.
    pub open: Vec<usize>,
    /// Where those stand in it that were put off.
    pub later: Vec<usize>,
    /// What was said of them, by their place.
    pub cares: HashMap<usize, Care>,
}

impl Waiting {
    /// All that waits in a company file, the most urgent first: what keeps all of it from going on, then these heaps of
    /// its documents and records.
    ///
    /// # Errors
    /// The store failed.
    pub fn all(
        (store, people): (&dyn Store, &dyn PeopleStore),
        program: &Program,
        file: &CompanyFile,
        heaps: &[Arc<Heap>],
        now: Moment,
    ) -> Result<Vec<Self>, StoreError> {
        let cares = people.cares(file.id)?;
        let cares: HashMap<CareKey, Care> =
            cares.into_iter().map(|care| (care.about.clone(), care)).collect();
        let of_connector = heaps_of_connector(store, program, file, now)?;
        let all = of_connector.into_iter().map(Arc::new).chain(heaps.iter().cloned());
        Ok(all.map(|heap| Self::of(heap, &cares, now)).collect())
    }

    fn of(heap: Arc<Heap>, cares: &HashMap<CareKey, Care>, now: Moment) -> Self {
        let mut found = Self { open: Vec::new(), later: Vec::new(), cares: HashMap::new(), heap };
        let cause = found.heap.cause.name();
        for (place, item) in found.heap.items.iter().enumerate() {
            let care = (!cares.is_empty()).then(|| {
                let (cause, object) = (cause.clone(), found.heap.object.clone());
                cares.get(&CareKey { cause, object, id: item.id.clone() })
            });
            let care = care.flatten().filter(|care| care.seen == item.seen);
            let is_later = care.and_then(|care| care.until).is_some_and(|until| until > now);
            if is_later {
                found.later.push(place);
            } else {
                found.open.push(place);
            }
            found.cares.extend(care.map(|care| (place, care.clone())));
        }
        found
    }

    /// What waits now.
    pub fn items(&self) -> impl Iterator<Item = &HeapItem> {
        self.open.iter().filter_map(|place| self.heap.items.get(*place))
    }

    /// The money that it is about.
    pub fn amount(&self) -> Option<Decimal> {
        let amounts = self.items().filter_map(|item| item.amount);
        amounts.reduce(|sum, amount| sum.checked_add(amount).unwrap_or(sum))
    }
}
