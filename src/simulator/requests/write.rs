//! Writing a document of responses in the form QuickBooks writes it: one element per line, no
//! indentation, ASCII.

use super::answer::Answer;
use crate::xml::{Content, Node, Writer, is_forbidden};

/// The beginning of every document, up to the attributes of the message set.
const HEAD: &[u8] = b"<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs";

/// The responses of a message set, as they are written.
#[derive(Default)]
pub(crate) struct Responses(Writer);

impl Responses {
    /// Responses that were kept: see [`Responses::to_text`].
    pub(crate) fn kept(text: &str) -> Responses {
        let mut writer = Writer::new();
        writer.raw(text.as_bytes());
        Responses(writer)
    }

    /// The responses without the document around them.
    pub(crate) fn to_text(&self) -> String {
        self.0.clone().into_string()
    }

    /// Appends the response called `name`.
    pub(crate) fn push(&mut self, name: &str, request_id: Option<&str>, answer: &Answer) {
        let (writer, status) = (&mut self.0, &answer.status);
        writer.raw(b"<");
        writer.raw(name.as_bytes());
        if let Some(id) = request_id {
            writer.attribute("requestID", id);
        }
        writer.attribute("statusCode", &status.code.to_string());
        writer.attribute("statusSeverity", &status.severity);
        writer.attribute("statusMessage", &status.message);
        for (name, value) in &answer.attributes {
            writer.attribute(name, value);
        }
        if answer.content.is_empty() {
            return writer.raw(b" />\n");
        }
        writer.raw(b">\n");
        answer.content.iter().for_each(|node| push_node(node, writer));
        close(name, writer);
    }

    /// The whole document, with these attributes of the message set.
    pub(crate) fn document(&self, attributes: &[(&str, &str)]) -> String {
        let responses = self.0.as_bytes();
        let mut writer = Writer::with_capacity(responses.len() + 120);
        writer.raw(HEAD);
        for (name, value) in attributes {
            writer.attribute(name, value);
        }
        if responses.is_empty() {
            writer.raw(b" />\n</QBXML>\n");
        } else {
            writer.raw(b">\n");
            writer.raw(responses);
            writer.raw(b"</QBXMLMsgsRs>\n</QBXML>\n");
        }
        writer.into_string()
    }
}

fn push_node(node: &Node, writer: &mut Writer) {
    match &node.content {
        Content::Text(text) if text.contains(is_forbidden) => {
            writer.open(&node.name);
            push_text(text, writer);
            close(&node.name, writer);
        }
        Content::Text(_) => {
            node.write_to(writer);
            writer.raw(b"\n");
        }
        Content::Children(children) => {
            writer.open(&node.name);
            writer.raw(b"\n");
            for child in children {
                push_node(child, writer);
            }
            close(&node.name, writer);
        }
    }
}

/// Characters that XML forbids become numbers, as QuickBooks writes them.
fn push_text(text: &str, writer: &mut Writer) {
    for character in text.chars() {
        if is_forbidden(character) {
            writer.raw(format!("&#x{:X};", u32::from(character)).as_bytes());
        } else {
            writer.text(character.encode_utf8(&mut [0; 4]));
        }
    }
}

fn close(name: &str, writer: &mut Writer) {
    writer.close(name);
    writer.raw(b"\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::status::{Reason, Status};

    #[test]
    fn characters_that_xml_forbids_are_written_as_numbers() {
        let mut writer = Writer::new();
        push_node(&Node::leaf("Desc", "Bob\u{19}s & é"), &mut writer);
        assert_eq!(writer.into_string(), "<Desc>Bob&#x19;s &amp; &#233;</Desc>\n");
    }

    #[test]
    fn an_error_looks_as_recorded() {
        let mut responses = Responses::default();
        let answer = Answer::from(Status::new(Reason::NameInUse, &["Zinc & \"Nickel\""]));
        responses.push("ItemServiceAddRs", Some("7"), &answer);
        assert_eq!(
            responses.document(&[]),
            "<?xml version=\"1.0\" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<ItemServiceAddRs requestID=\"7\" statusCode=\"3100\" \
             statusSeverity=\"Error\" statusMessage=\"The name &quot;Zinc &amp; &quot;Nickel&quot;&quot; of the list \
             element is already in use.\" />\n</QBXMLMsgsRs>\n</QBXML>\n"
        );
    }
}
