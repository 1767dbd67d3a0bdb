//! Colours of what is shown to people.

use anstyle::{AnsiColor, Style};

/// Paints words, or leaves them as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paint {
    is_on: bool,
}

impl Paint {
    /// Paint that is on or off.
    pub fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    /// Whether words are painted.
    pub fn is_on(self) -> bool {
        self.is_on
    }

    /// Something that comes to be.
    pub fn good(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// Something that is wrong.
    pub fn bad(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    /// Something that changes, or that is odd.
    pub fn odd(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default(), text)
    }

    /// Something that is found.
    pub fn link(self, text: &str) -> String {
        self.paint(AnsiColor::Cyan.on_default(), text)
    }

    /// Something that is said in passing.
    pub fn aside(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// A heading.
    pub fn strong(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.is_on && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
