//! The envelope around requests.

use super::pretty::pretty;
use crate::catalogue::Version;
use crate::xml::Writer;

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
    /// The version of qbXML that it is written in.
    pub version: Version,
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
        Self { version: Version::NEWEST, on_error: OnError::default(), new_id: None, old_id: None }
    }
}

impl MessageSet {
    /// The whole document in compact form, around ready-made requests in ASCII; they may be empty.
    ///
    /// [`crate::qbxml::pretty()`] gives the form for people.
    pub fn wrap(&self, requests: &[u8]) -> Vec<u8> {
        let mut writer = Writer::with_capacity(requests.len() + 240);
        writer.raw(b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml");
        writer.attribute("version", &self.version.to_string());
        writer.raw(b"?>\n<QBXML><QBXMLMsgsRq");
        if let Some(id) = &self.old_id {
            writer.attribute("oldMessageSetID", id);
        }
        if let Some(id) = &self.new_id {
            writer.attribute("newMessageSetID", id);
        }
        writer.attribute("onError", self.on_error.as_str());
        writer.raw(b">");
        writer.raw(requests);
        writer.raw(b"</QBXMLMsgsRq></QBXML>");
        writer.into_bytes()
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
