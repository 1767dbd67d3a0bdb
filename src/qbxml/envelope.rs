//! qbXML as it comes over the wire: the text inside a Web Connector envelope.

use super::NodeRef;

/// The qbXML that a SOAP envelope carries in its `response` element; nothing if the document is no
/// envelope, or carries none.
pub(super) fn response_in(document: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(document).ok()?;
    let start = text.find('<').filter(|_| text.contains("Envelope"))?;
    let body = text.get(start..)?;
    let envelope = match body.strip_prefix("<?xml") {
        Some(prolog) => prolog.get(prolog.find("?>")? + 2..)?,
        None => body,
    };
    let record = super::read::read_leniently(envelope.trim().as_bytes()).ok()?;
    if local(record.name()) != "Envelope" {
        return None;
    }
    find(record.root(), "response").map(str::to_owned)
}

fn find<'a>(node: NodeRef<'a>, name: &str) -> Option<&'a str> {
    if local(node.name()) == name {
        return node.text();
    }
    node.children().find_map(|child| find(child, name))
}

/// A name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_is_taken_out_of_its_envelope() {
        let envelope = br#"<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="x"><soap:Body>
            <receiveResponseXML xmlns="y"><ticket>t</ticket><response>&lt;QBXML/&gt;</response><hresult /></receiveResponseXML>
            </soap:Body></soap:Envelope>"#;
        assert_eq!(response_in(envelope).as_deref(), Some("<QBXML/>"));
        assert_eq!(response_in(b"<QBXML><response>x</response></QBXML>"), None);
    }
}
