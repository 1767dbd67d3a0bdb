//! What can go wrong with one document while rules run. Never more than that document.

use std::sync::Arc;

use crate::document::Code;
use crate::rules::source::Span;

use super::about_setting::AboutSetting;

/// Why an expression gives nothing. It is the size of a pointer, because every value that an
/// expression gives is handed up beside the room for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(Box<Told>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    code: Code,
    message: String,
    span: Option<Span>,
    setting: Option<AboutSetting>,
    command: Option<Arc<str>>,
}

impl Fault {
    /// A fault of the whole expression.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Told { code, message: message.into(), span: None, setting: None, command: None }))
    }

    /// An expression that cannot be evaluated.
    pub fn evaluation(message: impl Into<String>) -> Self {
        Self::new(Code::Evaluation, message)
    }

    /// The same at this place, unless a place is known that is more exact.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// The same, about this setting.
    #[must_use]
    pub fn about(mut self, setting: Option<AboutSetting>) -> Self {
        self.0.setting = setting;
        self
    }

    /// The same, with what helps in a terminal.
    #[must_use]
    pub fn helped_by(mut self, command: Option<Arc<str>>) -> Self {
        self.0.command = command;
        self
    }

    /// What helps in a terminal.
    pub fn command(&self) -> Option<&str> {
        self.0.command.as_deref()
    }

    /// The setting that it is about.
    pub fn setting(&self) -> Option<&AboutSetting> {
        self.0.setting.as_ref()
    }

    /// The code.
    pub fn code(&self) -> Code {
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
