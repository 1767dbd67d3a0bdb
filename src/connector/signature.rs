//! What each operation takes and gives back, as Intuit's WSDL has it.

use super::Operation;

/// One argument of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    /// An `xsd:int`, else an `xsd:string`.
    pub(super) is_number: bool,
    /// It holds an answer of QuickBooks, which may hold characters that XML forbids.
    pub(super) is_answer: bool,
}

/// What an operation gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Returns {
    Text,
    Texts,
    Number,
}

const fn text(name: &'static str) -> Argument {
    Argument { name, is_number: false, is_answer: false }
}

const fn answer(name: &'static str) -> Argument {
    Argument { name, is_number: false, is_answer: true }
}

const fn number(name: &'static str) -> Argument {
    Argument { name, is_number: true, is_answer: false }
}

const VERSION: &[Argument] = &[text("strVersion")];
const TICKET: &[Argument] = &[text("ticket")];
const CREDENTIALS: &[Argument] = &[text("strUserName"), text("strPassword")];
const SEND_REQUEST: &[Argument] = &[
    text("ticket"),
    answer("strHCPResponse"),
    text("strCompanyFileName"),
    text("qbXMLCountry"),
    number("qbXMLMajorVers"),
    number("qbXMLMinorVers"),
];
const RECEIVE_RESPONSE: &[Argument] = &[text("ticket"), answer("response"), text("hresult"), text("message")];
const WC_TICKET: &[Argument] = &[text("wcTicket")];
const INTERACTIVE_URL: &[Argument] = &[text("wcTicket"), text("sessionID")];
const INTERACTIVE_REJECTED: &[Argument] = &[text("wcTicket"), text("reason")];
const CONNECTION_ERROR: &[Argument] = &[text("ticket"), text("hresult"), text("message")];

/// Whether the WSDL lists an operation.
pub(super) fn is_listed(operation: Operation) -> bool {
    operation != Operation::GetServerVersion
}

/// The arguments of an operation, in their order.
pub(super) const fn arguments(operation: Operation) -> &'static [Argument] {
    match operation {
        Operation::ServerVersion => &[],
        Operation::ClientVersion => VERSION,
        Operation::Authenticate => CREDENTIALS,
        Operation::SendRequest => SEND_REQUEST,
        Operation::ReceiveResponse => RECEIVE_RESPONSE,
        Operation::ConnectionError => CONNECTION_ERROR,
        Operation::GetServerVersion | Operation::GetLastError | Operation::CloseConnection => TICKET,
        Operation::InteractiveUrl => INTERACTIVE_URL,
        Operation::InteractiveRejected => INTERACTIVE_REJECTED,
        Operation::InteractiveDone => WC_TICKET,
    }
}

/// What an operation gives back.
pub(super) const fn returns(operation: Operation) -> Returns {
    match operation {
        Operation::Authenticate => Returns::Texts,
        Operation::ReceiveResponse => Returns::Number,
        _ => Returns::Text,
    }
}
