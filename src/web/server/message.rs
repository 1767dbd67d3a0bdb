//! What an action said: the next page tells it, and offers to take back what was queued.

use crate::web::ground::fields::{Fields, link};

/// What an action said, for the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// In words.
    pub words: String,
    /// What it has queued, if that can be taken back.
    pub queued: Option<Queued>,
}

/// What a click has queued.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queued {
    /// When, in milliseconds: that tells it from what others queued.
    pub at: i64,
    /// The list that it is of, as its path calls it; empty for several lists.
    pub list: String,
    /// The document; empty for several.
    pub id: String,
}

impl From<String> for Message {
    fn from(words: String) -> Self {
        Self { words, queued: None }
    }
}

impl Message {
    /// As a cookie holds it: ASCII without blanks, commas and semicolons.
    pub fn written(&self) -> String {
        let queued = self.queued.clone().unwrap_or_default();
        let at = if self.queued.is_some() { queued.at.to_string() } else { String::new() };
        let fields = [("m", &*self.words), ("at", &at), ("list", &queued.list), ("id", &queued.id)];
        link("", fields).trim_start_matches('?').to_owned()
    }

    /// From a cookie, which anybody may have written.
    pub fn read(cookie: &str) -> Option<Self> {
        let fields = Fields::parse(cookie.as_bytes());
        let words = fields.raw("m").filter(|words| !words.is_empty())?.to_owned();
        let text = |name: &str| fields.get(name).to_owned();
        let queued = fields.get("at").parse().ok();
        Some(Self { words, queued: queued.map(|at| Queued { at, list: text("list"), id: text("id") }) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_as_it_was() {
        let queued = Queued { at: 1_700_000_000_123, list: "invoicing".to_owned(), id: "a; b=&%".to_owned() };
        for queued in [None, Some(queued), Some(Queued { at: 5, ..Queued::default() })] {
            let message = Message { words: "“A; b” is, so\nto say, = &queued.".to_owned(), queued };
            let written = message.written();
            assert!(written.is_ascii() && !written.contains([' ', ',', ';', '\n']), "{written}");
            assert_eq!(Message::read(&written), Some(message));
        }
        assert_eq!(Message::read("m=Done"), Some(Message::from("Done".to_owned())));
        assert_eq!((Message::read(""), Message::read("at=5&id=1")), (None, None));
        assert_eq!(Message::read("m=a&at=x").and_then(|it| it.queued), None);
    }
}
