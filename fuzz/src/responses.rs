//! What QuickBooks answers.

use ferrule::qbxml::{Company, Part, Parts, ReadError, Record, ResponseSet, pretty, read_response_set};

/// Longer input tells nothing new.
const LIMIT: usize = 1 << 16;

/// Part by part and as a whole the same is read; an error has a place in the text; a record that is
/// written again is the same record; a company file has the records or nothing of them.
///
/// # Panics
/// If that is not so.
pub fn run(data: &[u8]) {
    if data.len() > LIMIT {
        return;
    }
    let whole = read_response_set(data);
    let (parts, error) = by_parts(data);
    let mut company = Company::empty();
    let added = company.add_document(data);
    match &whole {
        Ok(set) => {
            assert_eq!((&parts, &error), (set, &None));
            assert!(added.is_ok());
            for record in set.responses.iter().flat_map(|response| &response.records) {
                same_again(record, &company);
            }
        }
        Err(known) => {
            assert_eq!(Some(known), error.as_ref());
            assert_eq!(added.as_ref(), Err(known));
            within(data, known);
        }
    }
    _ = pretty(data);
}

/// What is read part by part, until the first error.
fn by_parts(data: &[u8]) -> (ResponseSet, Option<ReadError>) {
    let mut set = ResponseSet::default();
    let parts = match Parts::new(data) {
        Ok(parts) => parts,
        Err(error) => return (set, Some(error)),
    };
    let mut is_open = false;
    for part in parts {
        match part {
            Ok(Part::Set(attributes)) => set.attributes.extend(attributes),
            Ok(Part::Open(head)) => {
                assert!(!is_open, "a response inside a response");
                is_open = true;
                set.responses.push(ferrule::qbxml::Response { head, records: Vec::new(), flaws: Vec::new() });
            }
            Ok(Part::Record(record)) => {
                assert!(is_open, "a record outside of responses");
                set.responses.last_mut().expect("one is open").records.push(record);
            }
            Ok(Part::Flaw(flaw)) => {
                assert!(is_open, "a flawed record outside of responses");
                set.responses.last_mut().expect("one is open").flaws.push(flaw);
            }
            Ok(Part::Close) => {
                assert!(is_open, "the end of nothing");
                is_open = false;
            }
            Err(error) => return (set, Some(error)),
        }
    }
    assert!(!is_open, "a response without an end");
    (set, None)
}

fn same_again(record: &Record, company: &Company) {
    let xml = record.to_xml();
    let again = Record::from_xml(&xml);
    assert_eq!(again.as_ref(), Ok(record));
    assert!(xml.is_ascii());
    assert!(pretty(xml.as_bytes()).len() >= xml.len());
    if let (Some(id), Some(_)) = (record.id().filter(|id| !id.is_empty()), record.full_name()) {
        _ = company.by_id(id);
        _ = company.near(&[record.name()], id, 3);
    }
}

/// The place of an error lies in the text.
fn within(data: &[u8], error: &ReadError) {
    let Some(at) = error.at() else { return };
    let before = data.get(..at.offset).expect("the place lies in the text");
    assert_eq!(at.line, before.split(|byte| *byte == b'\n').count(), "{error}");
}
