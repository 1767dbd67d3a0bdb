//! What can go wrong with one document while rules run. Never more than that document.

use crate::rules::source::Span;

/// Codes of what rules find in a document while they run (R63x errors, R65x warnings).
pub mod codes {
    /// An expression cannot be evaluated.
    pub const EVALUATION: &str = "R630";
    /// A value does not fit the type of its element.
    pub const WRONG_VALUE: &str = "R631";
    /// A required element has no value.
    pub const REQUIRED: &str = "R632";
    /// A text is too long.
    pub const TOO_LONG: &str = "R633";
    /// A reference to a record that is not in QuickBooks.
    pub const NO_RECORD: &str = "R634";
    /// Elements that exclude each other are both there.
    pub const EXCLUSIVE: &str = "R635";
    /// A character that cannot be sent.
    pub const CHARACTER: &str = "R636";
    /// A script exceeded its limits, or failed.
    pub const SCRIPT: &str = "R637";
    /// A name is taken in QuickBooks.
    pub const NAME_TAKEN: &str = "R638";
    /// More than one record, or none that is right, was found.
    pub const NO_MATCH: &str = "R639";
    /// A document that this one refers to is not sent.
    pub const DEPENDENCY: &str = "R640";
    /// The rules have no request for the document.
    pub const NO_REQUEST: &str = "R641";
    /// A record that is referred to is inactive.
    pub const INACTIVE: &str = "R642";
    /// Warning: a number was rounded.
    pub const ROUNDED: &str = "R650";
    /// Warning: characters were replaced.
    pub const REPLACED: &str = "R651";
    /// Warning: a text was cut.
    pub const CUT: &str = "R652";
    /// Warning: a part of an address was left out.
    pub const LEFT_OUT: &str = "R653";
    /// Warning: a name was taken on trust, because such records were not read.
    pub const ON_TRUST: &str = "R654";
}

/// Why an expression gives nothing. It is the size of a pointer, because every value that an
/// expression gives is handed up beside the room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(Box<Told>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    code: &'static str,
    message: String,
    span: Option<Span>,
}

impl Fault {
    /// A fault of the whole expression.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Told { code, message: message.into(), span: None }))
    }

    /// An expression that cannot be evaluated.
    pub fn evaluation(message: impl Into<String>) -> Self {
        Self::new(codes::EVALUATION, message)
    }

    /// The same at this place, unless a place is known that is more exact.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// The code; see [`codes`].
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What is wrong, for a clerk.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What is wrong, for a clerk.
    pub fn into_message(self) -> String {
        self.0.message
    }

    /// The call that failed, where it is not the whole expression.
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }
}
