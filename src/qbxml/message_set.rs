//! The envelope around requests.

use super::escape::escape_attribute_into;
use super::pretty::pretty;

/// What QuickBooks does with the rest of a message set once one request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Each request is answered.
    #[default]
    Continue,
    /// Done requests stay done; those after the failing one get status 3231.
    Stop,
}

impl OnError {
    fn as_str(self) -> &'static str {
        match self {
            Self::Continue => "continueOnError",
            Self::Stop => "stopOnError",
        }
    }
}

/// The envelope of one document of requests.
///
/// QuickBooks Desktop knows no transactions, so `rollbackOnError` is not offered.
///
/// ```
/// # use ferrule::qbxml::MessageSet;
/// let xml = MessageSet::default().wrap(b"<ClassQueryRq></ClassQueryRq>");
/// assert_eq!(String::from_utf8_lossy(&xml), concat!(
///     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"13.0\"?>\n",
///     "<QBXML><QBXMLMsgsRq onError=\"continueOnError\"><ClassQueryRq></ClassQueryRq></QBXMLMsgsRq></QBXML>"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSet {
    /// qbXML version, for example `13.0`.
    pub version: String,
    /// What happens after an error.
    pub on_error: OnError,
    /// `newMessageSetID`: QuickBooks keeps the answer under it and gives it again instead of doing
    /// the same set twice. At most 24 characters.
    pub new_id: Option<String>,
    /// `oldMessageSetID`: QuickBooks may forget the answer it keeps under this.
    pub old_id: Option<String>,
}

impl Default for MessageSet {
    fn default() -> Self {
        Self { version: "13.0".to_owned(), on_error: OnError::default(), new_id: None, old_id: None }
    }
}

impl MessageSet {
    /// The whole document in compact form, around ready-made requests in ASCII; they may be empty.
    ///
    /// [`crate::qbxml::pretty()`] gives the form for people.
    pub fn wrap(&self, requests: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(requests.len() + 240);
        out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"");
        escape_attribute_into(&mut out, &self.version);
        out.extend_from_slice(b"\"?>\n<QBXML><QBXMLMsgsRq");
        push_attribute(&mut out, "oldMessageSetID", self.old_id.as_deref());
        push_attribute(&mut out, "newMessageSetID", self.new_id.as_deref());
        push_attribute(&mut out, "onError", Some(self.on_error.as_str()));
        out.push(b'>');
        out.extend_from_slice(requests);
        out.extend_from_slice(b"</QBXMLMsgsRq></QBXML>");
        out
    }

    /// The form for people in two parts, what stands before requests and what stands behind them. Between
    /// them belongs [`pretty_inside`](crate::qbxml::pretty_inside) of each request, inside [`MessageSet::DEPTH`] elements.
    pub fn around(&self) -> (String, String) {
        let empty = pretty(&self.wrap(b"<Rq></Rq>"));
        let (before, behind) = empty.split_once("    <Rq></Rq>\n").unwrap_or_default();
        (before.to_owned(), behind.to_owned())
    }

    /// How many elements stand around a request.
    pub const DEPTH: usize = 2;
}

fn push_attribute(out: &mut Vec<u8>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"=\"");
        escape_attribute_into(out, value);
        out.push(b'"');
    }
}
