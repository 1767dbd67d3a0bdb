//! What `ferrule connector` tells of its visits, and where it keeps the company file.

use std::path::PathBuf;

use anyhow::Result;

use crate::cli::terminal::Terminal;
use crate::qbxml::read_response_set;
use crate::simulator::{CompanyFile, HResult, Moment, PersistError, Then, Update, Watch};
use crate::text::visible::visible;
use crate::wire::Call;
use crate::wire::client::Reply;

/// Tells what is said and heard, and saves the company file whenever it has changed.
pub struct Log {
    terminal: Terminal,
    path: PathBuf,
    is_json: bool,
    saved: Option<u64>,
    failure: Option<anyhow::Error>,
}

impl Log {
    /// One for this company file.
    pub fn new(terminal: Terminal, path: &std::path::Path, is_json: bool) -> Log {
        Log { terminal, path: path.to_owned(), is_json, saved: None, failure: None }
    }

    /// Saves the company file, if it has changed.
    ///
    /// # Errors
    /// If it cannot be saved now, or what went wrong before and could not be told then.
    pub fn save(&mut self, file: &CompanyFile) -> Result<()> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        Ok(self.keep(file)?)
    }

    fn keep(&mut self, file: &CompanyFile) -> Result<(), PersistError> {
        if self.saved != Some(file.revision()) {
            file.save(&self.path)?;
            self.saved = Some(file.revision());
        }
        Ok(())
    }

    /// Tells how a visit went.
    ///
    /// # Errors
    /// If that cannot be written.
    pub fn tell_end(&mut self, update: &Update, next: Option<i64>) -> Result<()> {
        if self.is_json {
            return self.terminal.print(&format!("{}\n", serde_json::to_string(update)?));
        }
        let ending = serde_json::to_value(update.ending)?;
        let ending = ending.as_str().unwrap_or_default();
        let mut line = format!("{ending}: {}", visible(&update.status));
        if let Some(next) = next {
            let seconds = next.saturating_sub(update.ended);
            line = format!("{line}; the next visit is in {seconds} s");
        }
        self.terminal.print(&format!("{line}\n\n"))
    }

    fn tell(&mut self, moment: Moment<'_>) -> Result<()> {
        let text = match moment {
            Moment::Calling(_) => return Ok(()),
            Moment::Called(call, Ok(reply)) => heard(call, reply),
            Moment::Called(call, Err(why)) => line(call.operation().name(), why),
            Moment::Processing(document) => line("  QuickBooks", &requests(document)),
            Moment::Processed(_, answer) => answered(answer),
            Moment::Pausing(seconds) => line("", &format!("a pause of {seconds} s")),
        };
        self.terminal.print(&text)
    }
}

impl Watch for Log {
    fn at(&mut self, moment: Moment<'_>, file: &mut CompanyFile) -> Then {
        let mut done = if self.is_json { Ok(()) } else { self.tell(moment) };
        if matches!(moment, Moment::Processed(..)) {
            // Before the server hears of it: what it is told is never lost.
            done = done.and_then(|()| Ok(self.keep(file)?));
        }
        match done {
            Ok(()) => Then::GoOn,
            Err(error) => {
                self.failure = Some(error);
                Then::Die
            }
        }
    }
}

fn line(head: &str, text: &str) -> String {
    let line = format!("{head:<20} {}", visible(text));
    format!("{}\n", line.trim_end())
}

fn heard(call: &Call, reply: &Reply) -> String {
    let text = match (call, reply) {
        (Call::Authenticate { .. }, Reply::Texts(texts)) => {
            // The ticket opens the session to whoever knows it.
            let texts = texts.iter().flatten().skip(1);
            let texts: Vec<&str> = texts.map(|text| text.as_deref().unwrap_or_default()).collect();
            match texts.first() {
                Some(&"") => "the company file that is open".to_owned(),
                _ => texts.join(", "),
            }
        }
        (Call::SendRequest { .. }, Reply::Text(Some(text))) if text.len() > 40 => {
            format!("{} bytes", text.len())
        }
        (_, Reply::Text(text)) => text.clone().unwrap_or_else(|| "(nothing)".to_owned()),
        (_, Reply::Texts(_)) => "(nothing)".to_owned(),
        (_, Reply::Number(percent)) => format!("{percent} %"),
    };
    line(call.operation().name(), &text)
}

/// The requests of a document by name and number: `2 CustomerAdd, 1 InvoiceAdd`.
fn requests(document: &str) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for tag in document.split('<').skip(1) {
        let name = tag.split([' ', '>', '/', '\r', '\n', '\t']).next().unwrap_or_default();
        let Some(name) = name.strip_suffix("Rq").filter(|name| *name != "QBXMLMsgs") else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    counts.join(", ")
}

/// What QuickBooks says to it, if not that all is well.
fn answered(answer: Result<&str, HResult>) -> String {
    let text = match answer {
        Ok(text) => text,
        Err(hresult) => {
            let words = hresult.happened().unwrap_or("failed");
            return line("", &format!("{hresult}: {words}"));
        }
    };
    let Ok(set) = read_response_set(text.as_bytes()) else {
        return String::new();
    };
    let wrong = set.responses.iter().filter(|response| response.status_code != 0);
    wrong.map(|response| line("", &format!("{}: {}", response.status_code, response.message))).collect()
}
