//! A server for the simulated Web Connector, which does what a test wants.

use std::collections::VecDeque;

use ferrule::connector::client::Request;
use ferrule::connector::{
    Answer, Authentication, CONTENT_TYPE, Call, CompanyFile as Wanted, ConnectionErrorAnswer, LastError,
    NextRequest, Progress, Schedule, Verdict, VersionCheck, read_call,
};
use ferrule::simulator::{
    Answered, Application, CompanyFile, ManualClock, Transport, Unreachable, Update, Watch, WebConnector,
};

use crate::simulator_requests::{company_file, document_with};

/// A server with a list of documents, each sent once.
pub struct Server {
    /// What it sends, in order.
    pub documents: VecDeque<String>,
    /// What it was asked.
    pub calls: Vec<Call>,
    /// What it says of the version.
    pub version: VersionCheck,
    /// What it says to who comes.
    pub verdict: Verdict,
    /// When it wants to see the Web Connector again.
    pub schedule: Option<Schedule>,
    /// What it says when QuickBooks cannot be reached, one after the other; then it is done.
    pub paths: Vec<Wanted>,
    /// What it says to answers; else it counts.
    pub progress: Option<Progress>,
    /// What it says when it is asked what is wrong.
    pub last_error: LastError,
    /// The operation that it answers with this, and what.
    pub instead: Option<(&'static str, Answered)>,
}

impl Server {
    /// A server that sends these requests, each in a message set of its own.
    pub fn with(requests: &[&str]) -> Server {
        let sets = requests.iter().enumerate();
        let documents = sets.map(|(place, requests)| {
            document_with(&format!("onError=\"continueOnError\" newMessageSetID=\"set {place}\""), requests)
        });
        Server {
            documents: documents.collect(),
            calls: Vec::new(),
            version: VersionCheck::Accepted,
            verdict: Verdict::Work(Wanted::Current),
            schedule: None,
            paths: Vec::new(),
            progress: None,
            last_error: LastError::Message("nothing is wrong".to_owned()),
            instead: None,
        }
    }

    /// The names of the calls.
    pub fn names(&self) -> Vec<&'static str> {
        self.calls.iter().map(|call| call.operation().name()).collect()
    }

    /// The answers from QuickBooks with their HRESULTs.
    pub fn answers(&self) -> Vec<(String, String)> {
        let answers = self.calls.iter().filter_map(|call| match call {
            Call::ReceiveResponse { response, hresult, .. } => Some((response.clone(), hresult.clone())),
            _ => None,
        });
        answers.collect()
    }

    fn answer(&mut self, call: &Call) -> Answer {
        match call {
            Call::ServerVersion => Answer::ServerVersion("1".to_owned()),
            Call::ClientVersion { .. } => Answer::ClientVersion(self.version.clone()),
            Call::Authenticate { .. } => Answer::Authenticate(Authentication {
                ticket: "ticket".to_owned(),
                verdict: self.verdict.clone(),
                schedule: self.schedule,
            }),
            Call::SendRequest { .. } => Answer::SendRequest(match self.documents.front() {
                Some(document) if document == "NoOp" => NextRequest::Pause,
                Some(document) => NextRequest::Request(document.clone()),
                None => NextRequest::Failed,
            }),
            Call::ReceiveResponse { .. } => {
                self.documents.pop_front();
                let left = self.documents.len() as u64;
                let counted = if left == 0 { Progress::DONE } else { Progress::working(1, left + 1) };
                Answer::ReceiveResponse(self.progress.unwrap_or(counted))
            }
            Call::GetLastError { .. } => {
                if self.documents.front().is_some_and(|document| document == "NoOp") {
                    self.documents.pop_front();
                }
                Answer::GetLastError(self.last_error.clone())
            }
            Call::ConnectionError { .. } => Answer::ConnectionError(match self.paths.pop() {
                Some(path) => ConnectionErrorAnswer::Retry(path),
                None => ConnectionErrorAnswer::Done,
            }),
            _ => Answer::CloseConnection("goodbye".to_owned()),
        }
    }
}

impl Transport for Server {
    fn post(&mut self, url: &str, request: &Request) -> Result<Answered, Unreachable> {
        assert_eq!(url, "http://localhost/qbwc");
        let call = read_call(&request.body, 1 << 24).unwrap();
        self.calls.push(call.clone());
        if let Some((name, answer)) = &self.instead
            && *name == call.operation().name()
        {
            return Ok(answer.clone());
        }
        Ok(Answered { status: 200, content_type: CONTENT_TYPE.to_owned(), body: self.answer(&call).to_xml() })
    }
}

/// The address of the server.
pub const URL: &str = "http://localhost/qbwc";

/// Runs one update of an application with this identity, if it has one.
pub fn update(
    server: &mut Server,
    file: &mut CompanyFile,
    clock: &ManualClock,
    watch: &mut dyn Watch,
) -> Update {
    let application =
        Application { identity: Some((OWNER.to_owned(), FILE.to_owned())), ..Application::at(URL, "shop") };
    let transport = |url: &str, request: &Request| server.post(url, request);
    WebConnector::new(application, "secret".into(), transport, clock.clone()).update(file, watch)
}

/// The `OwnerID`.
pub const OWNER: &str = "{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}";
/// The `FileID`.
pub const FILE: &str = "{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}";

/// A company file that nobody has open.
pub fn closed_file() -> (CompanyFile, ManualClock) {
    let (mut file, clock) = company_file();
    file.end_session();
    (file, clock)
}
