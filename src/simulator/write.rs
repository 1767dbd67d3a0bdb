//! Writing a document of responses in the form QuickBooks writes it: one element per line, no
//! indentation, ASCII.

use std::fmt::Write as _;

use super::status::Status;
use crate::qbxml::element::{Content, Node};

/// The answer to one request.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: Status,
    /// The attributes behind the status, such as `retCount`.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// The records.
    pub(super) content: Vec<Node>,
}

impl From<Status> for Answer {
    fn from(status: Status) -> Answer {
        Answer { status, attributes: Vec::new(), content: Vec::new() }
    }
}

/// The beginning of every document, up to the attributes of the message set.
const HEAD: &str = "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs";

/// The whole document around `responses`, which [`response`] has written.
pub(super) fn document(attributes: &[(&str, String)], responses: &str) -> String {
    let mut text = String::with_capacity(responses.len() + 120);
    text.push_str(HEAD);
    push_attributes(attributes, &mut text);
    if responses.is_empty() {
        text.push_str(" />\n</QBXML>\n");
    } else {
        text.push_str(">\n");
        text.push_str(responses);
        text.push_str("</QBXMLMsgsRs>\n</QBXML>\n");
    }
    text
}

/// Appends the response called `name`.
pub(super) fn response(name: &str, request_id: Option<&str>, answer: &Answer, text: &mut String) {
    let status = &answer.status;
    let mut attributes = Vec::new();
    attributes.extend(request_id.map(|id| ("requestID", id.to_owned())));
    attributes.push(("statusCode", status.code.to_string()));
    attributes.push(("statusSeverity", status.severity.clone()));
    attributes.push(("statusMessage", status.message.clone()));
    attributes.extend(answer.attributes.iter().cloned());
    text.push('<');
    text.push_str(name);
    push_attributes(&attributes, text);
    if answer.content.is_empty() {
        text.push_str(" />\n");
        return;
    }
    text.push_str(">\n");
    answer.content.iter().for_each(|node| push_node(node, text));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "</{name}>");
}

fn push_attributes(attributes: &[(&str, String)], text: &mut String) {
    for (name, value) in attributes {
        // A node without content escapes an attribute as needed, and shows it in its tag.
        let tag = Node::leaf("", "").with_attribute(*name, value).to_xml();
        text.push_str(tag.strip_prefix('<').and_then(|tag| tag.strip_suffix("></>")).unwrap_or_default());
    }
}

fn push_node(node: &Node, text: &mut String) {
    match &node.content {
        Content::Text(_) => {
            node.write_xml(text);
            text.push('\n');
        }
        Content::Children(children) => {
            let _ = writeln!(text, "<{}>", node.name);
            for child in children {
                push_node(child, text);
            }
            let _ = writeln!(text, "</{}>", node.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::status::Reason;

    #[test]
    fn an_error_looks_as_recorded() {
        let mut text = String::new();
        let answer = Answer::from(Status::new(Reason::NameInUse, &["Zinc & \"Nickel\""]));
        response("ItemServiceAddRs", Some("7"), &answer, &mut text);
        assert_eq!(
            document(&[], &text),
            "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<ItemServiceAddRs requestID=\"7\" statusCode=\"3100\" \
             statusSeverity=\"Error\" statusMessage=\"The name &quot;Zinc &amp; &quot;Nickel&quot;&quot; of the list \
             element is already in use.\" />\n</QBXMLMsgsRs>\n</QBXML>\n"
        );
    }
}
