//! The connections of one company file, found by their documents and by their records.

use std::collections::{BTreeSet, HashMap};

use super::document::is_of_record;
use crate::sync::stored::{Connection, DocumentKey, RecordKey};

/// The connections of one company file.
#[derive(Debug, Default)]
pub struct Connections {
    by_document: HashMap<DocumentKey, Connection>,
    by_record: HashMap<RecordKey, BTreeSet<DocumentKey>>,
}

impl Connections {
    /// The connection of a document, archived or not.
    pub fn get(&self, document: &DocumentKey) -> Option<&Connection> {
        self.by_document.get(document)
    }

    /// All documents that have one.
    pub fn documents(&self) -> impl Iterator<Item = &DocumentKey> {
        self.by_document.keys()
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Connection> {
        self.by_document.values()
    }

    /// The connections of a record, archived or not, by document.
    pub fn of_record(&self, record: &RecordKey) -> impl Iterator<Item = &Connection> {
        self.by_record.get(record).into_iter().flatten().filter_map(|document| self.get(document))
    }

    /// Another document that has the record as its counterpart. What was imported stands for no document
    /// of Steelhead yet.
    pub fn owner(&self, record: &RecordKey, but: &DocumentKey) -> Option<&DocumentKey> {
        let counts = |it: &&Connection| !it.is_archived && it.document != *but && !is_of_record(&it.document);
        self.of_record(record).find(counts).map(|it| &it.document)
    }

    /// Takes over a connection, in the place of the one that its document had.
    pub fn insert(&mut self, connection: Connection) {
        let (document, record) = (connection.document.clone(), connection.record());
        let before = self.by_document.insert(document.clone(), connection);
        if let Some(before) = before.map(|before| before.record()).filter(|before| *before != record)
            && let Some(documents) = self.by_record.get_mut(&before)
        {
            documents.remove(&document);
            if documents.is_empty() {
                self.by_record.remove(&before);
            }
        }
        self.by_record.entry(record).or_default().insert(document);
    }
}

impl FromIterator<Connection> for Connections {
    fn from_iter<I: IntoIterator<Item = Connection>>(all: I) -> Self {
        let mut connections = Self::default();
        all.into_iter().for_each(|connection| connections.insert(connection));
        connections
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::stored::Moment;

    fn connection(document: &str, record: &str) -> Connection {
        Connection {
            document: DocumentKey { object: "customer".to_owned(), id: document.to_owned() },
            record_type: "CustomerRet".to_owned(),
            record_id: record.to_owned(),
            connected_at: Moment::default(),
            is_archived: false,
            may_share: true,
            generation: 0,
        }
    }

    #[test]
    fn a_document_that_is_connected_anew_leaves_its_record() {
        let (first, second) = (connection("1", "A"), connection("2", "A"));
        let mut all: Connections = [second.clone(), first.clone()].into_iter().collect();
        let of = |all: &Connections, record: &str| {
            let record = RecordKey { record_type: "CustomerRet".to_owned(), id: record.to_owned() };
            all.of_record(&record).map(|it| it.document.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(of(&all, "A"), ["1", "2"]);
        all.insert(connection("1", "B"));
        assert_eq!((of(&all, "A"), of(&all, "B")), (vec!["2".to_owned()], vec!["1".to_owned()]));
        assert_eq!(all.get(&first.document), Some(&connection("1", "B")));
        all.insert(Connection { is_archived: true, ..second.clone() });
        all.insert(connection("2", "B"));
        assert_eq!((of(&all, "A"), of(&all, "B").len(), all.documents().count()), (Vec::new(), 2, 2));
        assert!(all.by_record.len() == 1, "nothing is left of a record without documents");
    }
}
