//! Ids of documents that are not of Steelhead: they were made of a record of QuickBooks, and keep its id.

/// What stands before the record's id.
const OF_RECORD: &str = "qb-";

/// The id of the document that is made of a record.
pub fn id_of_record(record_id: &str) -> String {
    format!("{OF_RECORD}{record_id}")
}

/// Whether a document with this id was made of a record.
pub fn is_id_of_record(id: &str) -> bool {
    id.len() > OF_RECORD.len() && id.starts_with(OF_RECORD)
}
