//! One visit to the server: the calls, and QuickBooks on the other side.

use super::application::Application;
use super::transport::Transport;
use super::update::{Ending, Update};
use super::watch::{Moment, Then, Watch};
use crate::secrets::Password;
use crate::simulator::company_file::CompanyFile;
use crate::simulator::hresult::HResult;
use crate::wire::Call;
use crate::wire::client::{HttpReply, Reply, request};

/// What .NET says when a connection breaks.
const LOST: &str = "The underlying connection was closed: the connection was closed unexpectedly.";

/// One visit, from `serverVersion` to `closeConnection`.
pub(super) struct Session<'s> {
    pub(super) application: &'s Application,
    pub(super) password: &'s Password,
    pub(super) transport: &'s mut dyn Transport,
    pub(super) file: &'s mut CompanyFile,
    pub(super) watch: &'s mut dyn Watch,
    pub(super) pause: &'s dyn Fn(u64),
    /// Whether it began by itself, not because the user asked for it.
    pub(super) is_automatic: bool,
    /// The calls it may make.
    pub(super) most_calls: usize,
    pub(super) update: Update,
    pub(super) ticket: String,
}

/// A call without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoReply {
    Killed,
    Failed(String),
}

/// Why a visit ends, and what is left to be done then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) ending: Ending,
    pub(super) code: Option<&'static str>,
    pub(super) status: String,
    /// Whether the server is told by `closeConnection`.
    pub(super) is_told: bool,
}

impl End {
    pub(super) fn new(ending: Ending, status: impl Into<String>) -> End {
        End { ending, code: None, status: status.into(), is_told: true }
    }

    pub(super) fn coded(ending: Ending, code: &'static str, status: &str) -> End {
        End { code: Some(code), ..End::new(ending, format!("{code}: {status}")) }
    }

    /// The same, but there is no session that could be closed.
    pub(super) fn untold(self) -> End {
        End { is_told: false, ..self }
    }

    pub(super) fn killed() -> End {
        End::new(Ending::Killed, "killed").untold()
    }
}

impl NoReply {
    /// The end of a visit by a call that failed, which the Web Connector calls `code`.
    pub(super) fn end(self, code: &'static str) -> End {
        match self {
            NoReply::Killed => End::killed(),
            NoReply::Failed(why) => End::coded(Ending::Failed, code, &why),
        }
    }
}

impl Session<'_> {
    /// The whole visit.
    pub(super) fn run(mut self) -> Update {
        let (Ok(end) | Err(end)) = self.visit();
        self.file.end_session();
        let end = if end.is_told { self.close(end) } else { end };
        Update { ending: end.ending, code: end.code, status: end.status, ..self.update }
    }

    fn visit(&mut self) -> Result<End, End> {
        let wanted = self.open()?;
        let hcp = self.connect(wanted)?;
        self.work(hcp)
    }

    fn close(&mut self, end: End) -> End {
        let ticket = self.ticket.clone();
        match self.text(&Call::CloseConnection { ticket }) {
            // A message about something wrong stays on show; else the server has the last word.
            Ok(said) if end.status.is_empty() => End { status: said.unwrap_or_default(), ..end },
            Ok(_) => end,
            Err(NoReply::Killed) => End::killed(),
            Err(_) if end.code.is_some() => end,
            Err(error) => End { ending: end.ending, ..error.end("QBWC1044") },
        }
    }

    /// Makes a call.
    pub(super) fn call(&mut self, call: &Call) -> Result<Reply, NoReply> {
        if self.update.calls >= self.most_calls {
            let most = self.most_calls;
            return Err(NoReply::Failed(format!("the session has no end: {most} calls were made")));
        }
        self.update.calls += 1;
        let times = match self.watch.at(Moment::Calling(call), self.file) {
            Then::GoOn => 1,
            Then::Repeat => 2,
            Then::Lose => return Err(NoReply::Failed(LOST.to_owned())),
            Then::Die => return Err(NoReply::Killed),
        };
        let mut reply = Err(String::new());
        for _ in 0..times {
            reply = self.post(call);
        }
        let seen = reply.as_ref().map_err(String::as_str);
        match self.watch.at(Moment::Called(call, seen), self.file) {
            Then::Die => Err(NoReply::Killed),
            Then::Lose => Err(NoReply::Failed(LOST.to_owned())),
            Then::GoOn | Then::Repeat => reply.map_err(NoReply::Failed),
        }
    }

    fn post(&mut self, call: &Call) -> Result<Reply, String> {
        let answered = self.transport.post(&self.application.url, &request(call));
        let answered = answered.map_err(|error| error.to_string())?;
        let http =
            HttpReply { status: answered.status, content_type: &answered.content_type, body: &answered.body };
        Reply::to_call(call, http).map_err(|error| error.to_string())
    }

    /// Makes a call that gives a text.
    pub(super) fn text(&mut self, call: &Call) -> Result<Option<String>, NoReply> {
        Ok(match self.call(call)? {
            Reply::Text(text) => text,
            _ => None,
        })
    }

    /// Hands QuickBooks a document. The outer error is the end of the Web Connector.
    pub(super) fn process(&mut self, document: &str) -> Result<Result<String, HResult>, NoReply> {
        self.update.message_sets += 1;
        let before = self.watch.at(Moment::Processing(document), self.file);
        let mut answer = match before {
            Then::Die => return Err(NoReply::Killed),
            Then::Lose => Err(HResult::SERVER_FAULT),
            Then::GoOn | Then::Repeat => self.file.process(document),
        };
        let seen = answer.as_ref().map(String::as_str).map_err(|hresult| *hresult);
        match self.watch.at(Moment::Processed(document, seen), self.file) {
            Then::Die => return Err(NoReply::Killed),
            Then::Lose => answer = Err(HResult::SERVER_FAULT),
            Then::GoOn | Then::Repeat => {}
        }
        self.update.refused += usize::from(answer.is_err());
        Ok(answer)
    }
}
