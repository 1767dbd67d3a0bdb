//! The operations of the service and their arguments, as Intuit's WSDL has them.

/// One operation that the Web Connector may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `serverVersion`: which version of our service is this?
    ServerVersion,
    /// `getServerVersion`: the same, as Intuit's guide calls it; no WSDL has it and nobody was seen to
    /// call it.
    GetServerVersion,
    /// `clientVersion`: is this version of the Web Connector good enough?
    ClientVersion,
    /// `authenticate`: may this user begin a session, and is there work?
    Authenticate,
    /// `sendRequestXML`: what is QuickBooks to do next?
    SendRequest,
    /// `receiveResponseXML`: this is what QuickBooks answered.
    ReceiveResponse,
    /// `connectionError`: QuickBooks could not be reached.
    ConnectionError,
    /// `getLastError`: what went wrong?
    GetLastError,
    /// `closeConnection`: the session is over.
    CloseConnection,
    /// `getInteractiveURL`: which page is the user to see?
    InteractiveUrl,
    /// `interactiveRejected`: the user does not want to see it.
    InteractiveRejected,
    /// `interactiveDone`: has the user finished with it?
    InteractiveDone,
}

/// One argument of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    /// An `xsd:int`, else an `xsd:string`.
    pub(super) is_number: bool,
}

/// What an operation gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Returns {
    Text,
    Texts,
    Number,
}

const fn text(name: &'static str) -> Argument {
    Argument { name, is_number: false }
}

const fn number(name: &'static str) -> Argument {
    Argument { name, is_number: true }
}

const VERSION: &[Argument] = &[text("strVersion")];
const TICKET: &[Argument] = &[text("ticket")];
const CREDENTIALS: &[Argument] = &[text("strUserName"), text("strPassword")];
const SEND_REQUEST: &[Argument] = &[
    text("ticket"),
    text("strHCPResponse"),
    text("strCompanyFileName"),
    text("qbXMLCountry"),
    number("qbXMLMajorVers"),
    number("qbXMLMinorVers"),
];
const RECEIVE_RESPONSE: &[Argument] = &[text("ticket"), text("response"), text("hresult"), text("message")];
const WC_TICKET: &[Argument] = &[text("wcTicket")];
const INTERACTIVE_URL: &[Argument] = &[text("wcTicket"), text("sessionID")];
const INTERACTIVE_REJECTED: &[Argument] = &[text("wcTicket"), text("reason")];
const CONNECTION_ERROR: &[Argument] = &[text("ticket"), text("hresult"), text("message")];

impl Operation {
    /// Every operation.
    pub const ALL: [Operation; 12] = [
        Operation::ServerVersion,
        Operation::GetServerVersion,
        Operation::ClientVersion,
        Operation::Authenticate,
        Operation::SendRequest,
        Operation::ReceiveResponse,
        Operation::ConnectionError,
        Operation::GetLastError,
        Operation::CloseConnection,
        Operation::InteractiveUrl,
        Operation::InteractiveRejected,
        Operation::InteractiveDone,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Operation::ServerVersion => "serverVersion",
            Operation::GetServerVersion => "getServerVersion",
            Operation::ClientVersion => "clientVersion",
            Operation::Authenticate => "authenticate",
            Operation::SendRequest => "sendRequestXML",
            Operation::ReceiveResponse => "receiveResponseXML",
            Operation::ConnectionError => "connectionError",
            Operation::GetLastError => "getLastError",
            Operation::CloseConnection => "closeConnection",
            Operation::InteractiveUrl => "getInteractiveURL",
            Operation::InteractiveRejected => "interactiveRejected",
            Operation::InteractiveDone => "interactiveDone",
        }
    }

    /// The operation of this name.
    pub fn from_name(name: &str) -> Option<Operation> {
        Operation::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// True if the WSDL lists it.
    pub(super) fn is_listed(self) -> bool {
        self != Operation::GetServerVersion
    }

    pub(super) const fn arguments(self) -> &'static [Argument] {
        match self {
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

    pub(super) const fn returns(self) -> Returns {
        match self {
            Operation::Authenticate => Returns::Texts,
            Operation::ReceiveResponse => Returns::Number,
            _ => Returns::Text,
        }
    }
}
