//! One text of a message, without a record of the whole.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::Record;

/// The text of the first element at a path below the outermost element, such as `["ParentRef", "FullName"]`.
///
/// For messages that were written here: nothing is checked, and reading ends where the element is found.
pub fn text_at(xml: &[u8], path: &[&str]) -> Option<String> {
    let mut reader = Reader::from_reader(xml);
    // How deep the reader is below the outermost element, and how much of the path leads there.
    let (mut depth, mut on_path) = (0, 0);
    let mut begun = false;
    loop {
        let start = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::Start(_) if !begun => begun = true,
            Event::Start(tag) => {
                let next = path.get(depth).filter(|_| on_path == depth);
                if next.is_some_and(|name| *name == tag.name().as_ref()) {
                    on_path += 1;
                }
                depth += 1;
                if on_path == path.len() {
                    reader.read_to_end(tag.name()).ok()?;
                    let end = usize::try_from(reader.buffer_position()).ok()?;
                    return leaf(xml.get(start..end)?);
                }
            }
            Event::End(_) => {
                depth = usize::checked_sub(depth, 1)?;
                on_path = on_path.min(depth);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn leaf(xml: &[u8]) -> Option<String> {
    let leaf = Record::from_xml(std::str::from_utf8(xml).ok()?).ok()?;
    leaf.root().text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::text_at;

    const MESSAGE: &[u8] = b"<XAdd><Name>A &amp; B</Name><YRef><FullName>not this</FullName></YRef>\
        <ParentRef><ListID>1</ListID><FullName>Rack</FullName></ParentRef><Line><Name>inner</Name></Line></XAdd>";

    #[test]
    fn the_text_at_a_path_is_found() {
        assert_eq!(text_at(MESSAGE, &["Name"]).as_deref(), Some("A & B"));
        assert_eq!(text_at(MESSAGE, &["ParentRef", "FullName"]).as_deref(), Some("Rack"));
        assert_eq!(text_at(MESSAGE, &["Line", "Name"]).as_deref(), Some("inner"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for path in [&["FullName"][..], &["ParentRef", "Name"], &["XAdd"], &["ParentRef"]] {
            assert_eq!(text_at(MESSAGE, path), None, "{path:?}");
        }
    }
}
