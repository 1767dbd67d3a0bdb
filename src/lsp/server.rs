//! The conversation: what the editor says goes into the buffers, what it asks is answered, and what is wrong is told.

use std::io::{self, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::InitializeParams;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::wire::{self, Incoming};
use super::work::Work;

/// After so long without a word the files on disk are looked at: not every editor tells that they have changed.
const LOOK: Duration = Duration::from_secs(1);

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The editor has not introduced itself.
    New,
    /// At work.
    Open,
    /// The editor has asked for the end.
    Ending,
    /// Over.
    Over,
}

/// Serves one editor until it leaves. Gives whether it left as it should.
///
/// # Errors
/// Nothing can be written any more.
pub fn serve(input: impl Read + Send + 'static, output: impl Write) -> io::Result<bool> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut input = BufReader::new(input);
        while let Ok(Some(incoming)) = wire::read(&mut input) {
            if sender.send(incoming).is_err() {
                break;
            }
        }
    });
    let mut server = Server { output, stage: Stage::New, was_asked: false, work: Work::default() };
    while server.stage != Stage::Over {
        match receiver.recv_timeout(LOOK) {
            Ok(incoming) => server.take(incoming)?,
            Err(RecvTimeoutError::Timeout) => server.work.look(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        while let Ok(incoming) = receiver.try_recv() {
            server.take(incoming)?;
        }
        server.settle()?;
    }
    Ok(server.was_asked)
}

struct Server<W> {
    output: W,
    stage: Stage,
    /// Whether the editor asked for the end before it left.
    was_asked: bool,
    work: Work,
}

/// Why a request has no answer.
pub struct Refusal(pub ErrorCode, pub String);

/// What comes of a request.
pub type Answer = Result<Value, Refusal>;

/// An answer from what a request asks.
pub fn answer<P: DeserializeOwned, R: Serialize>(
    params: Value,
    of: impl FnOnce(P) -> Result<R, Refusal>,
) -> Answer {
    let params = serde_json::from_value(params)
        .map_err(|error| Refusal(ErrorCode::InvalidParams, error.to_string()))?;
    let given = of(params)?;
    serde_json::to_value(given).map_err(|error| Refusal(ErrorCode::InternalError, error.to_string()))
}

impl<W: Write> Server<W> {
    fn take(&mut self, incoming: Incoming) -> io::Result<()> {
        match incoming {
            Incoming::Malformed(answer) => wire::write_raw(&mut self.output, &answer),
            Incoming::Message(Message::Request(request)) => self.request(request),
            Incoming::Message(Message::Notification(told)) => {
                self.notification(told);
                Ok(())
            }
            Incoming::Message(Message::Response(_)) => Ok(()),
        }
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        let given = match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => self.initialize(params),
            (Stage::New, _) => {
                Err(Refusal(ErrorCode::ServerNotInitialized, "`initialize` comes first".to_owned()))
            }
            (Stage::Open, "shutdown") => {
                self.stage = Stage::Ending;
                self.was_asked = true;
                Ok(Value::Null)
            }
            (Stage::Open, method) => {
                self.settle()?;
                self.guarded(|work| work.answer(method, params))
            }
            (Stage::Ending | Stage::Over, _) => {
                Err(Refusal(ErrorCode::InvalidRequest, "`shutdown` came before".to_owned()))
            }
        };
        self.send(response(id, given))
    }

    fn initialize(&mut self, params: Value) -> Answer {
        let Self { work, stage, .. } = self;
        answer(params, |params: InitializeParams| {
            *stage = Stage::Open;
            Ok(work.begin(params))
        })
    }

    fn notification(&mut self, told: Notification) {
        match (self.stage, told.method.as_str()) {
            (_, "exit") => self.stage = Stage::Over,
            // What cannot be read of a notification has no answer.
            (Stage::Open, method) => {
                _ = self.guarded(|work| {
                    work.hear(method, told.params);
                    Ok(Value::Null)
                });
            }
            _ => {}
        }
    }

    /// Checks the rules if anything has changed, and says what there is to say.
    fn settle(&mut self) -> io::Result<()> {
        _ = self.guarded(|work| {
            work.settle();
            Ok(Value::Null)
        });
        for message in self.work.take_unsaid() {
            self.send(message)?;
        }
        Ok(())
    }

    /// A mistake of ours must not end an editor's session.
    fn guarded(&mut self, of: impl FnOnce(&mut Work) -> Answer) -> Answer {
        catch_unwind(AssertUnwindSafe(|| of(&mut self.work))).unwrap_or_else(|_| {
            Err(Refusal(ErrorCode::InternalError, "Ferrule has a mistake here; please report it".to_owned()))
        })
    }

    fn send(&mut self, message: impl Into<Message>) -> io::Result<()> {
        message.into().write(&mut self.output)
    }
}

fn response(id: RequestId, given: Answer) -> Response {
    match given {
        Ok(result) => Response { id, response_result: Ok(result) },
        Err(Refusal(code, message)) => Response::new_err(id, code as i32, message),
    }
}
