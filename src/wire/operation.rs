//! The operations that the Web Connector may call, by their names on the wire.

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
}
