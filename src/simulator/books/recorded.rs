//! Taking over what a real company file has answered.

use thiserror::Error;

use super::books::Books;
use super::kept_record::{KeptRecord, id_of};
use super::names::Names;
use crate::catalogue::record;
use crate::simulator::elements::{Fill as _, is_reference, read_recorded, set, shape, shape_of, text, walk};
use crate::simulator::facts::facts;
use crate::simulator::time_zone::Bound;
use crate::xml::Node;

/// A document that holds no responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not a document of qbXML responses")]
pub struct NotResponses;

/// Takes over the records of recorded responses; gives their number.
pub(crate) fn take_over(books: &mut Books, document: &str) -> Result<usize, NotResponses> {
    let document = read_recorded(document).map_err(|_| NotResponses)?;
    let set = document.root.child("QBXMLMsgsRs").ok_or(NotResponses)?;
    let records: Vec<&Node> = set.children().iter().flat_map(Node::children).collect();
    let mut taking = TakingOver { books };
    for record in &records {
        match &*record.name {
            "CompanyRet" => taking.books.company = (*record).clone(),
            "HostRet" => taking.host(record),
            "PreferencesRet" => taking.books.preferences = (*record).clone(),
            _ if !id_of(record).is_empty() && record.child("EditSequence").is_some() => taking.record(record),
            _ => {}
        }
    }
    for record in &records {
        walk(record, &mut |node| {
            if is_reference(node) {
                taking.reference(node);
            }
        });
    }
    Ok(records.len())
}

/// Takes over one recorded record or reference after the other.
struct TakingOver<'b> {
    books: &'b mut Books,
}

impl TakingOver<'_> {
    /// The program and its edition.
    fn host(&mut self, host: &Node) {
        let settings = &mut self.books.settings;
        let parts = [("Country", &mut settings.country), ("ProductName", &mut settings.product_name)];
        for (name, part) in parts {
            if let Some(value) = text(host, name) {
                value.clone_into(part);
            }
        }
    }

    /// Takes a recorded record over.
    fn record(&mut self, node: &Node) {
        let zone = self.books.settings.time_zone;
        let time = |name: &str| text(node, name).and_then(|text| zone.read(text, Bound::From));
        // The edit sequence is the true time of the last change; the printed one may be an hour off.
        let sequence = text(node, "EditSequence").and_then(|text| text.parse().ok());
        let record = KeptRecord {
            node: node.clone(),
            created: time("TimeCreated").unwrap_or(self.books.now),
            modified: sequence.or_else(|| time("TimeModified")).unwrap_or(self.books.now),
        };
        self.give_way(record.id(), record.kind(), record.name());
        self.books.table.insert(record);
    }

    /// A new company file holds elements of its own. One that has the name of a recorded one gives way to it.
    fn give_way(&mut self, id: &str, kind: &str, name: Option<&str>) {
        let Some(name) = name else { return };
        let founded = self.books.table.named(kind, name).filter(|record| record.id() != id).cloned();
        if let Some(founded) = founded {
            Names::of(&mut self.books.table).point(founded.id(), id, name);
            self.books.table.remove(founded.id());
        }
    }

    /// Makes sure that a recorded reference leads somewhere.
    fn reference(&mut self, reference: &Node) {
        let Some(target) = facts().target(&reference.name) else {
            return;
        };
        let (Some(id), Some(name)) = (text(reference, "ListID"), text(reference, "FullName")) else {
            return;
        };
        if self.books.table.get(id).is_some() {
            return;
        }
        let known = target.kinds.iter().find_map(|kind| self.books.table.named(kind, name)).cloned();
        let mut record = match known {
            Some(known) => known,
            None => match self.stub(target.kinds.first().map_or("", String::as_str), name) {
                Some(stub) => stub,
                None => return,
            },
        };
        let was = record.id().to_owned();
        self.books.table.remove(&was);
        if let Some(element) = shape_of(&record.node) {
            set(&mut record.node, element, "ListID", id);
        }
        self.books.table.insert(record);
        Names::of(&mut self.books.table).point(&was, id, name);
    }

    /// An element of a list of which only the name is known.
    fn stub(&mut self, kind: &str, name: &str) -> Option<KeptRecord> {
        let element = record(&format!("{kind}Ret"))?;
        let time = self.books.time();
        let own = name.rsplit(':').next().unwrap_or(name);
        let sources = vec![
            Node::leaf("ListID", self.books.list_id()),
            Node::leaf("TimeCreated", time.clone()),
            Node::leaf("TimeModified", time),
            Node::leaf("EditSequence", self.books.sequence()),
            Node::leaf("Name", own),
            Node::leaf("Initial", own),
            Node::leaf("FullName", name),
            Node::leaf("IsActive", "true"),
            Node::leaf("Sublevel", name.matches(':').count().to_string()),
        ];
        let node = shape(element, sources, self.books);
        Some(self.books.kept(node, self.books.now))
    }
}
