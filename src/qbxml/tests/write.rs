use proptest::prelude::*;

use super::super::{MessageSet, OnError, Record, Writer, pretty, pretty_inside};
use super::record;

#[test]
fn leaves_are_escaped_to_ascii() {
    let mut writer = Writer::with_capacity(64);
    writer.leaf("Name", "<R&D> \"é\" 'x'\r\n\u{1}€😀");
    assert_eq!(
        writer.as_bytes(),
        b"<Name>&lt;R&amp;D&gt; &quot;&#233;&quot; &apos;x&apos;&#13;\n&#8364;&#128512;</Name>".as_slice()
    );
    writer.clear();
    writer.open_with("CustomerQueryRq", [("requestID", "a\"\tb\nc")]);
    assert_eq!(writer.as_bytes(), b"<CustomerQueryRq requestID=\"a&quot;&#9;b&#10;c\">");
}

#[test]
fn a_rollback_forgets_what_came_after_the_mark() {
    let mut writer = Writer::new();
    writer.raw(b"<A>");
    let mark = writer.mark();
    writer.leaf("B", "1");
    assert_eq!(writer.since(mark), b"<B>1</B>");
    writer.rollback(mark);
    writer.close("A");
    assert_eq!(writer.into_string(), "<A></A>");
}

#[test]
fn a_message_set_is_shown_indented() {
    let set = MessageSet {
        on_error: OnError::Stop,
        new_id: Some("7".into()),
        old_id: Some("<6>".into()),
        ..MessageSet::default()
    };
    let xml = set.wrap(b"<A requestID=\"1\"><B>1 &amp;\n2</B><C></C></A>");
    let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?qbxml version=\"13.0\"?>\n<QBXML>\n  \
        <QBXMLMsgsRq oldMessageSetID=\"&lt;6&gt;\" newMessageSetID=\"7\" onError=\"stopOnError\">\n    <A requestID=\"1\">\n      \
        <B>1 &amp;\n2</B>\n      <C></C>\n    </A>\n  </QBXMLMsgsRq>\n</QBXML>\n";
    assert_eq!(pretty(&xml), expected);
    assert_eq!(pretty(expected.as_bytes()), expected, "indenting twice changes nothing");
    let (before, behind) = set.around();
    let request = pretty_inside(b"<A requestID=\"1\"><B>1 &amp;\n2</B><C></C></A>", MessageSet::DEPTH);
    assert_eq!(before + &request + &behind, expected);
}

#[test]
fn what_is_not_well_formed_is_shown_as_it_is() {
    for xml in ["<A><B></A>", "<A>", "</A>", "text", "<A/>x", "<A>&</A>", "<A>&x</A>", "<A></A>x", "<A b=\">"]
    {
        assert_eq!(pretty(xml.as_bytes()), xml);
    }
    assert_eq!(pretty(b"\xFF"), "\u{FFFD}");
}

proptest! {
    #![proptest_config(crate::testing::config())]

    #[test]
    fn the_indented_form_says_the_same(record in record()) {
        let shown = pretty(record.to_xml().as_bytes());
        prop_assert_eq!(Record::from_xml(&shown).unwrap(), record);
        prop_assert_eq!(pretty(shown.as_bytes()), shown);
    }
}
