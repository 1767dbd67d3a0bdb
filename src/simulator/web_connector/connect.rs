//! Beginning a session with QuickBooks.

use super::session::{End, Session};
use super::update::Ending;
use crate::simulator::hresult::HResult;
use crate::wire::Call;
use crate::xml::Node;

/// How often the server may name another company file. The real Web Connector is not known to count.
const MOST_PATHS: usize = 10;

impl Session<'_> {
    /// Begins a session with QuickBooks, in the company file that the server wants; gives what
    /// QuickBooks says of itself, its company and its preferences.
    pub(super) fn connect(&mut self, mut wanted: String) -> Result<String, End> {
        for _ in 0..MOST_PATHS {
            // It tries again once by itself.
            let Err(hresult) = self.begin(&wanted).or_else(|_| self.begin(&wanted)) else {
                return self.introduce();
            };
            let call = Call::ConnectionError {
                ticket: self.ticket.clone(),
                hresult: hresult.to_string(),
                message: words(hresult),
            };
            let answer = self.text(&call).map_err(|error| error.end("QBWC1045"))?;
            let answer = answer.unwrap_or_default();
            if answer.eq_ignore_ascii_case("done") {
                return Err(End::coded(Ending::NotConnected, "QBWC1013", &words(hresult)));
            }
            wanted = answer;
        }
        let why = "the server names one company file after the other";
        Err(End::coded(Ending::NotConnected, "QBWC1009", why))
    }

    fn begin(&mut self, wanted: &str) -> Result<(), HResult> {
        if !wanted.is_empty() && !wanted.eq_ignore_ascii_case(&self.file.settings().path) {
            return Err(HResult::OTHER_FILE);
        }
        self.file.begin_session()
    }

    /// Writes the `FileID` into the company file, as the Web Connector does when an application is added
    /// to it, and asks what the server is told with its first request.
    fn introduce(&mut self) -> Result<String, End> {
        let owner = self.application.identity.as_ref().map(|(owner, _)| owner.clone());
        let failed = |hresult: HResult| {
            let why = format!("no response from QuickBooks: {}", words(hresult));
            End::coded(Ending::NotConnected, "QBWC1014", &why)
        };
        if let Some((owner, file)) = self.application.identity.clone() {
            let known = self.file.process(&about(Some(&owner))).map_err(failed)?;
            if !known.contains("<DataExtName>FileID</DataExtName>") {
                self.file.process(&mark(&owner, &file)).map_err(failed)?;
            }
        }
        self.file.process(&about(owner.as_deref())).map_err(failed)
    }
}

/// What the Web Connector says to an HRESULT.
pub(super) fn words(hresult: HResult) -> String {
    hresult.happened().map_or_else(|| format!("error {hresult}"), str::to_owned)
}

/// What the Web Connector asks QuickBooks first.
fn about(owner: Option<&str>) -> String {
    let owner = owner.map(|owner| Node::leaf("OwnerID", owner));
    let requests = [("HostQueryRq", None), ("CompanyQueryRq", owner), ("PreferencesQueryRq", None)];
    let requests = requests.into_iter().enumerate().map(|(place, (name, part))| {
        Node::aggregate(name, part.into_iter().collect()).with_attribute("requestID", place.to_string())
    });
    document(requests)
}

/// What writes a `FileID` into a company file.
fn mark(owner: &str, file: &str) -> String {
    let field = |parts: &[(&'static str, &str)]| -> Vec<Node> {
        let all = [("OwnerID", owner), ("DataExtName", "FileID")];
        all.iter().chain(parts).map(|(name, value)| Node::leaf(*name, *value)).collect()
    };
    let definition = field(&[("DataExtType", "STR255TYPE"), ("AssignToObject", "Company")]);
    let value = field(&[("OtherDataExtType", "Company"), ("DataExtValue", file)]);
    let request = |name: &'static str, body: &'static str, parts| {
        Node::aggregate(name, vec![Node::aggregate(body, parts)])
    };
    document([
        request("DataExtDefAddRq", "DataExtDefAdd", definition),
        request("DataExtAddRq", "DataExtAdd", value),
    ])
}

fn document(requests: impl IntoIterator<Item = Node>) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML>");
    text.push_str("<QBXMLMsgsRq onError=\"continueOnError\">");
    text.extend(requests.into_iter().map(|request| request.to_xml()));
    text.push_str("</QBXMLMsgsRq></QBXML>");
    text
}
