//! What a message says, for people and for programs.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{AlertKind, RecipientId};
use crate::language::say;
use crate::sync::stored::{CompanyId, Moment};
use crate::text::quotes::quoted;
use crate::text::visible::visible;

/// A message in the queue, or one that has left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertMessage {
    /// The same whenever it is sent again: a receiver that knows it can leave it out.
    pub id: String,
    /// The company file that it is about.
    pub company: CompanyId,
    /// To whom.
    pub recipient: RecipientId,
    /// When it was written.
    pub at: Moment,
    /// What it says.
    pub body: MessageBody,
    /// What became of it.
    pub state: MessageState,
}

/// What became of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageState {
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; nothing: never.
    pub next_try: Option<Moment>,
    /// When it left.
    pub sent_at: Option<Moment>,
    /// Why it did not, the last time.
    pub failure: Option<String>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct MessageBody {
    /// Of what kind it is; nothing for a test.
    pub kind: Option<AlertKind>,
    /// The domain.
    pub domain: String,
    /// What people call the company file.
    pub company: String,
    /// What it is about, in a few words.
    pub title: String,
    /// What is told, each with its time.
    pub items: Vec<AlertItem>,
    /// How many there are besides.
    pub more: usize,
    /// The page that shows it, if the address of the pages is known.
    pub link: Option<String>,
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct AlertItem {
    /// What it is about, as a program tells it from others.
    pub subject: String,
    /// What is the matter, in a sentence.
    pub text: String,
    /// Since when.
    pub since: Moment,
}

impl MessageBody {
    /// The subject of an e-mail.
    pub fn subject(&self) -> String {
        visible(&format!("{}: {}", self.company, self.title)).into_owned()
    }

    /// The text of an e-mail.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for item in &self.items {
            _ = writeln!(text, "- {}", quoted(&item.text));
        }
        if self.more > 0 {
            _ = writeln!(text, "- {}", say!("and {n} more", n = self.more));
        }
        if let Some(link) = &self.link {
            _ = writeln!(text, "\n{link}");
        }
        let why = say!(
            "Ferrule sends this for {company}, domain {domain}. What it sends you is chosen on the page Alerts.",
            company = self.company,
            domain = self.domain
        );
        _ = writeln!(text, "\n{why}");
        // What is not there to the eye would hide what a name says.
        visible(&text).into_owned()
    }
}

impl AlertMessage {
    /// What a webhook gets: a `CloudEvent` of version 1.0, in JSON.
    pub fn event(&self) -> Value {
        let moment = |at: Moment| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let MessageBody { kind, domain, company, title, items, more, link } = &self.body;
        let item = |item: &AlertItem| json!({ "subject": item.subject, "text": item.text, "since": moment(item.since) });
        json!({
            "specversion": "1.0",
            "id": self.id,
            "source": format!("/ferrule/company-files/{}", self.company.0),
            "type": format!("ferrule.alert.{}", kind.map_or("test", AlertKind::name)),
            "time": moment(self.at),
            "datacontenttype": "application/json",
            "data": {
                "domain": domain,
                "company": company,
                "title": title,
                "items": items.iter().map(item).collect::<Vec<_>>(),
                "more": more,
                "link": link,
            },
        })
    }
}
