//! What an action said: the next page tells it, and offers to take back what it did.

use crate::web::ground::fields::{Fields, link};

/// What an action said, for the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// In words.
    pub words: String,
    /// Nothing was done, and the words say why.
    pub did_nothing: bool,
    /// What it has done, if that can be taken back.
    pub click: Option<Click>,
}

/// What a click has done with documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Click {
    /// What.
    pub did: Did,
    /// When, in milliseconds: that tells it from what others did.
    pub at: i64,
    /// The list that it is of, as its path calls it; empty for several lists.
    pub list: String,
    /// The document; empty for several.
    pub id: String,
}

/// What a click does that another one takes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Did {
    /// It put documents into the queue.
    #[default]
    Queue,
    /// It connected them.
    Connect,
    /// It put their connections aside.
    Archive,
    /// It took their connections back.
    Restore,
}

impl Did {
    const ALL: [Self; 4] = [Self::Queue, Self::Connect, Self::Archive, Self::Restore];

    /// Its name in forms and cookies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Connect => "connect",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// What has that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|did| did.name() == name)
    }
}

impl From<String> for Message {
    fn from(words: String) -> Self {
        Self { words, did_nothing: false, click: None }
    }
}

impl Message {
    /// As a cookie holds it: ASCII without blanks, commas and semicolons.
    pub fn written(&self) -> String {
        let click = self.click.clone().unwrap_or_default();
        let (did, at) = match &self.click {
            Some(click) => (click.did.name(), click.at.to_string()),
            None => ("", String::new()),
        };
        let none = if self.did_nothing { "1" } else { "" };
        let fields = [
            ("m", &*self.words),
            ("none", none),
            ("did", did),
            ("at", &at),
            ("list", &click.list),
            ("id", &click.id),
        ];
        link("", fields).trim_start_matches('?').to_owned()
    }

    /// From a cookie, which anybody may have written.
    pub fn read(cookie: &str) -> Option<Self> {
        let fields = Fields::parse(cookie.as_bytes());
        let words = fields.raw("m").filter(|words| !words.is_empty())?.to_owned();
        let text = |name: &str| fields.get(name).to_owned();
        let click = Did::named(fields.get("did")).zip(fields.get("at").parse().ok());
        let click = click.map(|(did, at)| Click { did, at, list: text("list"), id: text("id") });
        Some(Self { words, did_nothing: fields.get("none") == "1", click })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_as_it_was() {
        let (at, list, id) = (1_700_000_000_123, "invoicing".to_owned(), "a; b=&%".to_owned());
        let bare = Did::ALL.map(|did| Some(Click { did, at: 5, ..Click::default() }));
        let full = Click { did: Did::Archive, at, list, id };
        for click in [None, Some(full)].into_iter().chain(bare) {
            let did_nothing = click.is_none();
            let words = "“A; b” is, so\nto say, = &queued.".to_owned();
            let message = Message { words, did_nothing, click };
            let written = message.written();
            assert!(written.is_ascii() && !written.contains([' ', ',', ';', '\n']), "{written}");
            assert_eq!(Message::read(&written), Some(message));
        }
        assert_eq!(Message::read("m=Done"), Some(Message::from("Done".to_owned())));
        assert_eq!((Message::read(""), Message::read("at=5&id=1")), (None, None));
        assert_eq!(Message::read("m=a&did=queue&at=x").and_then(|it| it.click), None);
        assert_eq!(Message::read("m=a&did=more&at=5").and_then(|it| it.click), None);
    }
}
