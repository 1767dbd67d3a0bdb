//! Why a request could not be understood, and where.

use thiserror::Error;

use super::Operation;

/// A request that is none. Its text goes into a SOAP fault, and never repeats what an argument holds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}: byte {at}")]
pub struct EnvelopeError {
    /// What is wrong.
    pub problem: Problem,
    /// Where: the bytes before it, from the beginning of the body.
    pub at: usize,
    /// The operation that was called, if the request could be read that far.
    pub operation: Option<Operation>,
    /// The session it claims to belong to, if the request could be read that far: to end that
    /// session. Not part of the text.
    pub ticket: Option<String>,
}

impl EnvelopeError {
    pub(super) fn new(problem: Problem, at: usize) -> EnvelopeError {
        EnvelopeError { problem, at, operation: None, ticket: None }
    }
}

/// What is wrong with a request. Names from it are shortened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// There is no element at all.
    #[error("the request is empty")]
    Empty,
    /// More bytes than the caller allows.
    #[error("the request is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("the request is not UTF-8")]
    NotUtf8,
    /// The XML declaration names another encoding.
    #[error("the encoding `{name}` is not supported, only utf-8")]
    Encoding {
        /// Its name.
        name: String,
    },
    /// A character that XML 1.0 forbids.
    #[error("the character U+{code:04X} is not allowed in XML")]
    Forbidden {
        /// Its Unicode number.
        code: u32,
    },
    /// A `<!DOCTYPE`.
    #[error("a document type declaration is not allowed")]
    Doctype,
    /// A reference that is neither one of XML's five entities nor the number of a character.
    #[error("a reference begins here that is neither one of XML's five nor a character's number")]
    Reference,
    /// Not well-formed XML.
    #[error("the request is not well-formed XML: {reason}")]
    Malformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// The request ends in the middle.
    #[error("the request is cut off")]
    CutOff,
    /// Elements inside elements inside elements.
    #[error("elements are nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More elements than any request has.
    #[error("there are more than {limit} elements")]
    TooManyElements {
        /// The limit.
        limit: usize,
    },
    /// More attributes than any tag has.
    #[error("a tag has more than {limit} attributes")]
    TooManyAttributes {
        /// The limit.
        limit: usize,
    },
    /// A prefix that no `xmlns` declares.
    #[error("the prefix of `{name}` is not declared")]
    UndeclaredPrefix {
        /// The element.
        name: String,
    },
    /// The outermost element is no SOAP envelope.
    #[error("expected a SOAP envelope, found `{found}`")]
    NotAnEnvelope {
        /// What there is.
        found: String,
    },
    /// An envelope of another version of SOAP.
    #[error("the service speaks SOAP 1.1 only, and the envelope has another version")]
    SoapVersion,
    /// A header that must be understood, and is not: the service knows none.
    #[error("the header `{name}` must be understood, and the service knows no header")]
    UnknownHeader {
        /// Its name.
        name: String,
    },
    /// Another element where only certain ones belong.
    #[error("expected {expected}, found `{found}`")]
    Unexpected {
        /// What belongs here.
        expected: &'static str,
        /// What there is.
        found: String,
    },
    /// The envelope has no body.
    #[error("the envelope has no Body")]
    NoBody,
    /// The envelope has a second body.
    #[error("the envelope has more than one Body")]
    TwoBodies,
    /// The body calls nothing.
    #[error("the Body calls no operation")]
    NoOperation,
    /// The body calls something more.
    #[error("the Body calls more than one operation")]
    TwoOperations,
    /// No operation has this name.
    #[error("there is no operation `{name}`")]
    UnknownOperation {
        /// The name.
        name: String,
    },
    /// The right name in another namespace than `http://developer.intuit.com/`.
    #[error("`{name}` is not in the namespace `http://developer.intuit.com/`")]
    WrongNamespace {
        /// The element.
        name: String,
    },
    /// Text where only elements belong.
    #[error("there is text beside the elements")]
    StrayText,
    /// Elements inside an argument: qbXML goes as escaped text.
    #[error("`{argument}` holds elements, where escaped text belongs")]
    ElementInArgument {
        /// The argument.
        argument: &'static str,
    },
    /// An argument that is given twice.
    #[error("`{argument}` is given more than once")]
    RepeatedArgument {
        /// The argument.
        argument: &'static str,
    },
    /// A number that is none.
    #[error("`{argument}` is not a number")]
    NotANumber {
        /// The argument.
        argument: &'static str,
    },
    /// Something follows the envelope.
    #[error("there is more after the end of the envelope")]
    AfterEnd,
}

impl Problem {
    /// A name from the request, fit to be shown.
    pub(super) fn shown(name: &str) -> String {
        let plain = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
        name.chars().take(60).map(plain).collect()
    }
}
