//! Whole responses in memory.

use std::ops::Deref;
use std::sync::Arc;

use super::read::attribute;
use super::{Attributes, Flaw, Part, Parts, ReadError, Record, ResponseHead};

/// One response with its records.
///
/// ```
/// # use ferrule::qbxml::read_responses;
/// let xml = br#"<QBXML><QBXMLMsgsRs><ItemQueryRs requestID="7" statusCode="1" statusSeverity="Info"
///   statusMessage="A query request did not find a matching object in QuickBooks" /></QBXMLMsgsRs></QBXML>"#;
/// let responses = read_responses(xml)?;
/// assert_eq!(responses[0].name, "ItemQueryRs");
/// assert_eq!(responses[0].request_id.as_deref(), Some("7"));
/// assert!(responses[0].is_success() && responses[0].records.is_empty());
/// # Ok::<(), ferrule::qbxml::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Name, status and attributes; also reachable on the response itself.
    pub head: ResponseHead,
    /// The elements directly inside the response, in order: see [`Part::Record`].
    pub records: Vec<Arc<Record>>,
    /// Its records that could not be read as they stand, in order.
    pub flaws: Vec<Flaw>,
}

impl Deref for Response {
    type Target = ResponseHead;

    fn deref(&self) -> &ResponseHead {
        &self.head
    }
}

/// All responses of a document, with the attributes of the message set around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseSet {
    /// The attributes of the message set, for example `messageSetStatusCode`.
    pub attributes: Attributes,
    /// The responses, in the order of the requests.
    pub responses: Vec<Response>,
}

impl ResponseSet {
    /// The value of the message set's attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        attribute(&self.attributes, name)
    }
}

/// Reads all responses of a document.
///
/// # Errors
/// A [`ReadError`] with the place, also for a document that is cut off: nothing of it is returned.
pub fn read_responses(document: &[u8]) -> Result<Vec<Response>, ReadError> {
    read_response_set(document).map(|set| set.responses)
}

/// Reads all responses of a document, and what it says about the message set.
///
/// # Errors
/// As [`read_responses`].
pub fn read_response_set(document: &[u8]) -> Result<ResponseSet, ReadError> {
    let mut set = ResponseSet::default();
    for part in Parts::new(document)? {
        match part? {
            Part::Set(attributes) => set.attributes.extend(attributes),
            Part::Open(head) => {
                set.responses.push(Response { head, records: Vec::new(), flaws: Vec::new() });
            }
            Part::Record(record) => {
                if let Some(response) = set.responses.last_mut() {
                    response.records.push(record);
                }
            }
            Part::Flaw(flaw) => {
                if let Some(response) = set.responses.last_mut() {
                    response.flaws.push(flaw);
                }
            }
            Part::Close => {}
        }
    }
    Ok(set)
}
