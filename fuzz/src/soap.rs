//! The body of a call of the Web Connector, and of an answer to one.

use ferrule::connector::client::{HttpReply, Reply, ReplyError, request};
use ferrule::connector::{CONTENT_TYPE, Call, Fault, read_call};

/// Larger bodies are refused.
const LIMIT: usize = 1 << 16;

/// What is understood, is understood the same when it is written again; what is not, is refused at a
/// place in the body, in words that reach the Web Connector.
///
/// # Panics
/// If that is not so.
pub fn run(data: &[u8]) {
    match read_call(data, LIMIT) {
        Ok(call) => {
            let again = read_call(&request(&call).body, usize::MAX);
            assert_eq!(again.as_ref(), Ok(&call));
        }
        Err(error) => {
            assert!(error.at <= data.len(), "{error}");
            let fault = Fault::from(&error).to_xml();
            let http = HttpReply { status: 500, content_type: CONTENT_TYPE, body: &fault };
            match Reply::to_call(&Call::ServerVersion, http) {
                Err(ReplyError::Fault { message, .. }) => {
                    assert!(message.contains(&one_line(&error.problem.to_string())), "{message}");
                }
                other => panic!("{error} arrives as {other:?}"),
            }
        }
    }
    answer(data);
}

/// As the Web Connector shows it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same bytes as an answer: read or refused.
fn answer(data: &[u8]) {
    let http = HttpReply { status: 200, content_type: CONTENT_TYPE, body: data };
    let authenticate = Call::Authenticate { user_name: String::new(), password: "".into() };
    let ticket = String::new();
    for call in [Call::ServerVersion, authenticate, Call::GetLastError { ticket }] {
        _ = Reply::to_call(&call, http);
    }
}
