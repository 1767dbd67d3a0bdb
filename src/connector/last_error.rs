//! What `getLastError` answers.

/// Pauses for five seconds, then asks for the next request again, if both `sendRequestXML` and
/// `getLastError` say so.
pub(super) const PAUSE: &str = "NoOp";
/// Has the Web Connector ask for a page to show.
const INTERACTIVE: &str = "Interactive mode";

/// What went wrong, for the status column and the log of the Web Connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastError {
    /// This. Line breaks become spaces. If it is blank, something is said all the same, and if it
    /// happens to be a word of the Web Connector's own, it is sent so that it is none.
    Message(String),
    /// Nothing: pause for five seconds. `sendRequestXML` must have said the same.
    Pause,
    /// Nothing: show the user a page.
    Interactive,
}

impl LastError {
    pub(super) fn text(&self) -> String {
        match self {
            LastError::Message(text) => {
                let text = one_line(text);
                let is_word = [PAUSE, INTERACTIVE].iter().any(|word| word.eq_ignore_ascii_case(&text));
                if is_word { format!("error: {text}") } else { text }
            }
            LastError::Pause => PAUSE.to_owned(),
            LastError::Interactive => INTERACTIVE.to_owned(),
        }
    }
}

/// `text` in one line, as a status column shows it; never blank.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() { "an error that nobody described".to_owned() } else { words.join(" ") }
}
