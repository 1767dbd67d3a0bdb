//! The mark of a document on its record: an `ExternalGUID`, by which the record is found again when
//! the answer of QuickBooks was lost, whatever the rules know to look for.

use sha2::{Digest as _, Sha256};

use crate::catalogue::{self, Kind, Version};
use crate::engine::Request;
use crate::rules::program::Export;
use crate::xml::Writer;

/// The element that carries it.
pub(in crate::sync) const ELEMENT: &str = "ExternalGUID";
/// What all of them are derived from, so that no other application derives the same.
const SPACE: &str = "ferrule/document";

/// The mark of a document. Ids of Steelhead are unique across its domains, so nothing else goes into
/// it: a company file that is joined to a store that was set up anew is still recognized, and a plan
/// over files shows the bytes that are sent. In the layout of RFC 9562, version 8.
pub(in crate::sync) fn of(object: &str, id: &str) -> String {
    let digest = Sha256::digest(format!("{SPACE}\0{object}\0{id}"));
    let mut bytes = [0_u8; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, from)| *byte = from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().braced().to_string()
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

/// Whether a request that was sent carries a mark of ours.
pub(in crate::sync) fn is_on(request: &str, mark: &str) -> bool {
    request.contains(&format!("<{ELEMENT}>{mark}</{ELEMENT}>"))
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
        let mark = of("invoice", "1");
        let data_type = catalogue::operation("CustomerAdd").unwrap().fields().child(ELEMENT).unwrap();
        assert!(data_type.data_type().unwrap().accepts(&mark), "{mark}");
        assert_eq!((mark.as_bytes()[15], mark.len()), (b'8', 38));
        assert_ne!(mark, of("invoice", "2"));
        assert_ne!(mark, of("bill", "1"));
        assert_ne!(of("a", "b1"), of("ab", "1"));
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
