//! What an operation was given.

use super::signature::{self, Argument};
use super::{Call, EnvelopeError, Operation, Problem};

/// An operation and what it was given so far.
pub(super) struct Arguments {
    operation: Operation,
    values: Vec<Value>,
}

struct Value {
    argument: &'static Argument,
    text: String,
    /// Where it stands in the body.
    at: usize,
}

impl Arguments {
    pub(super) fn new(operation: Operation) -> Arguments {
        let values = Vec::new();
        Arguments { operation, values }
    }

    pub(super) fn operation(&self) -> Operation {
        self.operation
    }

    /// The operation's argument of this name.
    pub(super) fn known(&self, name: &str) -> Option<&'static Argument> {
        let mut arguments = signature::arguments(self.operation).iter();
        arguments.find(|argument| argument.name == name)
    }

    pub(super) fn has(&self, argument: &Argument) -> bool {
        self.values.iter().any(|value| value.argument == argument)
    }

    pub(super) fn push(&mut self, argument: &'static Argument, text: String, at: usize) {
        self.values.push(Value { argument, text, at });
    }

    /// The session that the call claims to belong to, if it says one.
    pub(super) fn ticket(mut self) -> Option<String> {
        let is_ticket = |value: &&mut Value| matches!(value.argument.name, "ticket" | "wcTicket");
        let value = self.values.iter_mut().find(is_ticket)?;
        Some(std::mem::take(&mut value.text))
    }

    fn text(&mut self, name: &str) -> String {
        let mut values = self.values.iter_mut();
        values
            .find(|value| value.argument.name == name)
            .map(|value| std::mem::take(&mut value.text))
            .unwrap_or_default()
    }

    /// An `xsd:int`, where white space around and a plus sign are allowed.
    fn number(&self, name: &str) -> Result<i32, EnvelopeError> {
        let Some(value) = self.values.iter().find(|value| value.argument.name == name) else {
            return Ok(0);
        };
        match value.text.trim() {
            "" => Ok(0),
            digits => digits.parse().map_err(|_| {
                let argument = value.argument.name;
                EnvelopeError::new(Problem::NotANumber { argument }, value.at)
            }),
        }
    }

    /// The call. Takes the texts, but none if it fails.
    pub(super) fn call(&mut self) -> Result<Call, EnvelopeError> {
        let major = self.number("qbXMLMajorVers")?;
        let minor = self.number("qbXMLMinorVers")?;
        let operation = self.operation;
        let mut text = |name| self.text(name);
        Ok(match operation {
            Operation::ServerVersion => Call::ServerVersion,
            Operation::GetServerVersion => Call::GetServerVersion { ticket: text("ticket") },
            Operation::ClientVersion => Call::ClientVersion { version: text("strVersion") },
            Operation::Authenticate => {
                Call::Authenticate { user_name: text("strUserName"), password: text("strPassword").into() }
            }
            Operation::SendRequest => Call::SendRequest {
                ticket: text("ticket"),
                hcp_response: text("strHCPResponse"),
                company_file_name: text("strCompanyFileName"),
                country: text("qbXMLCountry"),
                major,
                minor,
            },
            Operation::ReceiveResponse => Call::ReceiveResponse {
                ticket: text("ticket"),
                response: text("response"),
                hresult: text("hresult"),
                message: text("message"),
            },
            Operation::ConnectionError => Call::ConnectionError {
                ticket: text("ticket"),
                hresult: text("hresult"),
                message: text("message"),
            },
            Operation::GetLastError => Call::GetLastError { ticket: text("ticket") },
            Operation::CloseConnection => Call::CloseConnection { ticket: text("ticket") },
            Operation::InteractiveUrl => {
                Call::InteractiveUrl { ticket: text("wcTicket"), session_id: text("sessionID") }
            }
            Operation::InteractiveRejected => {
                Call::InteractiveRejected { ticket: text("wcTicket"), reason: text("reason") }
            }
            Operation::InteractiveDone => Call::InteractiveDone { ticket: text("wcTicket") },
        })
    }
}
