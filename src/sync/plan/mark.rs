//! The mark of a document on its record: an `ExternalGUID`, by which the record is found again when
//! the answer of QuickBooks was lost, whatever the rules know to look for.
//!
//! It has a generation. A document whose record is gone, and whose connection a person has put aside, becomes a
//! second record; nobody knows whether QuickBooks takes the mark of the first one again, so the second has
//! another one. Whoever sends the same create again sends the same mark. All generations of a document are alike
//! but for their last byte, and each of them is known as the document's.

use sha2::{Digest as _, Sha256};

use crate::catalogue::{self, Kind, Version};
use crate::engine::Request;
use crate::qbxml::Record;
use crate::rules::program::Export;
use crate::sync::stored::{Connection, DocumentKey};
use crate::xml::Writer;

/// The element that carries it.
pub(in crate::sync) const ELEMENT: &str = "ExternalGUID";
/// Which of the marks of a document it is. After 256 of them they begin anew.
pub(in crate::sync) type Generation = u8;
/// What all of them are derived from, so that no other application derives the same.
const SPACE: &str = "ferrule/document";

/// A mark of a document. Ids of Steelhead are unique across its domains, so nothing else goes into
/// it: a company file that is joined to a store that was set up anew is still recognized, and a plan
/// over files shows the bytes that are sent. In the layout of RFC 9562, version 8.
pub(in crate::sync) fn of(object: &str, id: &str, generation: Generation) -> String {
    let digest = Sha256::digest(format!("{SPACE}\0{object}\0{id}"));
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, from)| *byte = from);
    let [.., last] = &mut bytes;
    *last = last.wrapping_add(generation);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().braced().to_string()
}

/// Which mark of a document this is; nothing if it is none of its marks.
pub(in crate::sync) fn generation(object: &str, id: &str, mark: &str) -> Option<Generation> {
    let known = uuid::Uuid::parse_str(&of(object, id, 0)).ok()?;
    let found = uuid::Uuid::parse_str(mark.trim()).ok()?;
    let ([known @ .., first], [found @ .., last]) = (known.as_bytes(), found.as_bytes());
    (known == found).then(|| last.wrapping_sub(*first))
}

/// The mark that the next record of a document carries. As long as it has none, or one that is not put aside,
/// that is the mark of the create that may be out; else the next one.
pub(in crate::sync) fn next(connection: Option<&Connection>) -> Generation {
    let made = connection.map_or(0, |it| it.generation);
    made.wrapping_add(u8::from(connection.is_some_and(|it| it.is_archived)))
}

/// The newest mark that any record of a document has carried, once it is connected to this one: that of the record,
/// unless a newer one is known.
pub(in crate::sync) fn newest(document: &DocumentKey, record: &Record, known: Generation) -> Generation {
    let carried = record.get(ELEMENT).and_then(|mark| generation(&document.object, &document.id, mark));
    carried.filter(|carried| !is_older(*carried, known)).unwrap_or(known)
}

/// Whether a mark was given before another one. They go round, so the nearer way counts.
pub(in crate::sync) fn is_older(mark: Generation, other: Generation) -> bool {
    mark.wrapping_sub(other) >= Generation::MAX / 2
}

/// The types of records that documents of an object become, as far as they carry a mark.
pub(in crate::sync) fn records(export: &Export, version: Version) -> Vec<&'static str> {
    let mut records: Vec<&'static str> = Vec::new();
    for variant in &export.variants {
        let is_marked = catalogue::record(variant.record)
            .and_then(|record| record.child(ELEMENT))
            .is_some_and(|element| element.since() <= version);
        if is_marked && !records.contains(&variant.record) {
            records.push(variant.record);
        }
    }
    records
}

/// A mark, and where in a request it belongs.
#[derive(Debug)]
pub struct PlacedMark {
    at: usize,
    mark: String,
}

/// The place for a mark in a request; none, if it makes no record, its message has no such element in this
/// version, or the rules have written one themselves.
pub(in crate::sync) fn put(request: &Request, mark: String, version: Version) -> Option<PlacedMark> {
    let operation = catalogue::operation(request.message).filter(|it| it.kind == Kind::Add)?;
    let body = operation.fields();
    let rank = body.child(ELEMENT).filter(|it| it.since() <= version).and(body.rank(ELEMENT))?;
    let at = place(&request.xml, |name| body.rank(name).map(|found| found.cmp(&rank)))?;
    Some(PlacedMark { at, mark })
}

impl PlacedMark {
    /// Writes the request with the mark in it.
    pub(in crate::sync) fn write(&self, request: &[u8], writer: &mut Writer) {
        let (before, after) = request.split_at_checked(self.at).unwrap_or((request, &[]));
        writer.raw(before);
        writer.leaf(ELEMENT, &self.mark);
        writer.raw(after);
    }
}

/// Where the first child of a message begins that stands behind the element, or the message ends;
/// nothing if the element is there. For messages that were written here, as [`text_at`] is.
///
/// [`text_at`]: crate::qbxml::text_at
fn place(xml: &[u8], order: impl Fn(&str) -> Option<std::cmp::Ordering>) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, _) in xml.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
        let tag = xml.get(at + 1..)?;
        if tag.starts_with(b"/") {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
            continue;
        }
        if depth == 1 {
            let name = std::str::from_utf8(tag.split(|byte| *byte == b'>').next()?).ok()?;
            match order(name) {
                Some(std::cmp::Ordering::Equal) => return None,
                Some(std::cmp::Ordering::Greater) => return Some(at),
                _ => {}
            }
        }
        depth += 1;
    }
    None
}

/// Whether a request that was sent carries a mark of the document, of whatever generation.
pub(in crate::sync) fn is_on(request: &str, document: &DocumentKey) -> bool {
    let opening = format!("<{ELEMENT}>");
    let marks = request.split(opening.as_str()).skip(1).filter_map(|rest| rest.split('<').next());
    marks.into_iter().any(|mark| generation(&document.object, &document.id, mark).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(message: &'static str, xml: &str) -> Request {
        Request::new(message, "", [].into(), xml.as_bytes().to_vec())
    }

    fn marked(message: &'static str, xml: &str) -> Option<String> {
        let placed = put(&request(message, xml), "{1}".to_owned(), Version::NEWEST)?;
        let mut writer = Writer::new();
        placed.write(xml.as_bytes(), &mut writer);
        Some(writer.into_string())
    }

    #[test]
    fn a_mark_is_a_guid_of_its_own_for_every_document() {
        let mark = of("invoice", "1", 0);
        let data_type = catalogue::operation("CustomerAdd").unwrap().fields().child(ELEMENT).unwrap();
        assert!(data_type.data_type().unwrap().accepts(&mark), "{mark}");
        assert_eq!((mark.as_bytes()[15], mark.len()), (b'8', 38));
        assert_ne!(mark, of("invoice", "2", 0));
        assert_ne!(mark, of("bill", "1", 0));
        assert_ne!(of("a", "b1", 0), of("ab", "1", 0));
    }

    #[test]
    fn the_first_generation_is_what_documents_have_always_had() {
        assert_eq!(of("invoice", "1031042", 0), "{8f332e44-635c-85e5-82d0-797c64bc6e1b}");
    }

    #[test]
    fn every_generation_is_another_mark_and_known_as_the_documents() {
        let all: std::collections::BTreeSet<String> = (0..=255).map(|it| of("bill", "7", it)).collect();
        assert_eq!(all.len(), 256);
        for it in [0, 1, 128, 255] {
            let mark = of("bill", "7", it);
            assert_eq!(generation("bill", "7", &mark), Some(it));
            assert_eq!(generation("bill", "7", &mark.to_uppercase()), Some(it));
            assert_eq!((generation("bill", "8", &mark), generation("invoice", "7", &mark)), (None, None));
        }
        assert_eq!((generation("bill", "7", "0"), generation("bill", "7", "")), (None, None));
    }

    fn connection(generation: Generation, is_archived: bool) -> Connection {
        Connection {
            document: DocumentKey { object: "bill".to_owned(), id: "7".to_owned() },
            record_type: "BillRet".to_owned(),
            record_id: "A".to_owned(),
            connected_at: crate::sync::stored::Moment::default(),
            is_archived,
            may_share: false,
            generation,
        }
    }

    #[test]
    fn only_what_is_put_aside_moves_on_to_the_next_mark() {
        assert_eq!(next(None), 0);
        assert_eq!(next(Some(&connection(2, false))), 2);
        assert_eq!(next(Some(&connection(2, true))), 3);
    }

    #[test]
    fn a_record_of_an_older_mark_or_of_none_takes_nothing_back() {
        let document = connection(0, false).document;
        let record = |mark: &str| Record::builder("BillRet").leaf(ELEMENT, mark).finish();
        let newest = |mark: &str, before| newest(&document, &record(mark), before);
        assert_eq!(newest(&of("bill", "7", 3), 2), 3);
        assert_eq!(newest(&of("bill", "7", 1), 2), 2);
        assert_eq!(newest(&of("bill", "8", 9), 2), 2);
        assert_eq!(newest(&of("bill", "7", 0), 255), 0);
    }

    #[test]
    fn it_stands_where_the_schema_wants_it() {
        let before = "<CustomerAdd><Name>A</Name><BillAddress><Addr1>B</Addr1></BillAddress><CurrencyRef><FullName>C</FullName></CurrencyRef></CustomerAdd>";
        let after = before.replace("<CurrencyRef>", "<ExternalGUID>{1}</ExternalGUID><CurrencyRef>");
        assert_eq!(marked("CustomerAdd", before), Some(after));
        let last = "<CustomerAdd><Name>A</Name><ExternalGUID>{1}</ExternalGUID></CustomerAdd>";
        assert_eq!(marked("CustomerAdd", "<CustomerAdd><Name>A</Name></CustomerAdd>").as_deref(), Some(last));
    }

    #[test]
    fn nothing_is_marked_that_cannot_be_or_is() {
        assert_eq!(marked("CustomerAdd", "<CustomerAdd><ExternalGUID>0</ExternalGUID></CustomerAdd>"), None);
        assert_eq!(marked("CustomerMod", "<CustomerMod><ListID>1</ListID></CustomerMod>"), None);
        assert_eq!(marked("ClassAdd", "<ClassAdd><Name>A</Name></ClassAdd>"), None);
        let old = Version { major: 7, minor: 0 };
        let new = request("CustomerAdd", "<CustomerAdd><Name>A</Name></CustomerAdd>");
        assert!(put(&new, "{1}".to_owned(), old).is_none());
    }
}
