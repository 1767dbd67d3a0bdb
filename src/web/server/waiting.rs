//! What waits for a person at this moment: what lists know, what concerns the whole company file, and what people have
//! said of it.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::people::{Care, CareKey};
use crate::sync::stored::{CompanyFile, RefusedSignIn, Trouble as Repeated};
use crate::sync::{Cause, NotSent, held_up};
use crate::web::ground::trouble::Trouble;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, Heap, HeapItem};

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
    /// The money that the open ones are about.
    pub fn amount(&self) -> Option<Decimal> {
        let amounts = self.open.iter().filter_map(|place| self.heap.items.get(*place)?.amount);
        amounts.reduce(|sum, amount| sum.checked_add(amount).unwrap_or(sum))
    }
}

/// All that waits in a company file, the most urgent first.
///
/// # Errors
/// The store failed.
pub fn waiting(visit: &Visit, file: &CompanyFile, view: &CompanyView) -> Result<Vec<Waiting>, Trouble> {
    let cares = visit.site.people.cares(file.id)?;
    let cares: HashMap<CareKey, Care> = cares.into_iter().map(|care| (care.about.clone(), care)).collect();
    let all = of_connector(visit, file)?.into_iter().map(Arc::new).chain(view.heaps().iter().cloned());
    Ok(all.map(|heap| sorted(visit, heap, &cares)).collect())
}

fn sorted(visit: &Visit, heap: Arc<Heap>, cares: &HashMap<CareKey, Care>) -> Waiting {
    let mut found = Waiting { open: Vec::new(), later: Vec::new(), cares: HashMap::new(), heap };
    let cause = found.heap.cause.name();
    for (place, item) in found.heap.items.iter().enumerate() {
        let care = (!cares.is_empty()).then(|| {
            let (cause, object) = (cause.clone(), found.heap.object.clone());
            cares.get(&CareKey { cause, object, id: item.id.clone() })
        });
        let care = care.flatten().filter(|care| care.seen == item.seen);
        let is_later = care.and_then(|care| care.until).is_some_and(|until| until > visit.now);
        if is_later {
            found.later.push(place);
        } else {
            found.open.push(place);
        }
        found.cares.extend(care.map(|care| (place, care.clone())));
    }
    found
}

/// What keeps the whole company file from going on.
fn of_connector(visit: &Visit, file: &CompanyFile) -> Result<Vec<Heap>, Trouble> {
    let heap = |cause, id: &str, told: String, seen: String| {
        let item =
            HeapItem { id: id.to_owned(), label: String::new(), amount: None, told: told.clone(), seen };
        Heap { cause, object: String::new(), told, setting: None, items: vec![item] }
    };
    let mut heaps = Vec::new();
    for reason in held_up(Some(visit.program()), file, visit.now) {
        if let NotSent::NoVisit(last) = reason {
            let told = format!("It last called {}.", visit.times(file).ago(&last));
            heaps.push(heap(Cause::Silent, "visit", told, last.timestamp().to_string()));
        }
    }
    for refused in refused_since(visit, file)? {
        let told = format!("{} refused from {}.", counted_times(refused.times), refused.address);
        let seen = refused.last_at.timestamp().to_string();
        heaps.push(heap(Cause::SignInRefused, &refused.address, told, seen));
    }
    for trouble in visit.site.store.troubles(file.id)?.iter().filter(|it| Repeated::repeats(it)) {
        let told = format!("{}, {} times: {}", trouble.subject, trouble.times, trouble.reason.trim());
        heaps.push(heap(
            Cause::Failing,
            &trouble.subject.text(),
            told,
            trouble.first_at.timestamp().to_string(),
        ));
    }
    Ok(heaps)
}

/// The sign-ins that were refused since the Web Connector was let in last.
///
/// # Errors
/// The store failed.
pub fn refused_since(visit: &Visit, file: &CompanyFile) -> Result<Vec<RefusedSignIn>, Trouble> {
    let mut all = visit.site.store.refused_sign_ins(file.id)?;
    all.retain(|refused| file.last_contact.is_none_or(|last| refused.last_at > last));
    Ok(all)
}

fn counted_times(times: u32) -> String {
    if times == 1 { "1 sign-in was".to_owned() } else { format!("{times} sign-ins were") }
}
