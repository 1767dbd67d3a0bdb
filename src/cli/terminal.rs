//! Where words go: results to standard output, everything else to standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context as _, Result};

use crate::rules::Severity;
use crate::sync::Paint;
use crate::text::visible::visible;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// An error with its causes; a cause that the error before it ends with is not told again.
pub fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The two streams of a command and whether they are coloured.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// How to paint what goes to standard output.
    pub out: Paint,
    /// How to paint what goes to standard error.
    pub err: Paint,
    /// Whether somebody is watching standard error.
    pub is_watched: bool,
}

impl Terminal {
    /// The process's streams.
    pub fn new(when: When) -> Self {
        let is_coloured = |auto: ColorChoice| match when {
            When::Auto => auto != ColorChoice::Never,
            When::Always => true,
            When::Never => false,
        };
        Self {
            out: Paint::new(is_coloured(AutoStream::choice(&io::stdout()))),
            err: Paint::new(is_coloured(AutoStream::choice(&io::stderr()))),
            is_watched: io::stderr().is_terminal(),
        }
    }

    /// Writes a result. That nobody reads on (`ferrule diff | head`) is no error.
    pub fn print(self, text: &str) -> Result<()> {
        self.print_bytes(text.as_bytes())
    }

    /// Writes a result.
    #[expect(clippy::unused_self, reason = "whoever writes holds the terminal, as with `print`")]
    pub fn print_bytes(self, bytes: &[u8]) -> Result<()> {
        let mut out = io::stdout().lock();
        finished(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Writes a result as JSON, indented, with a line break at its end.
    #[expect(clippy::unused_self, reason = "whoever writes holds the terminal, as with `print`")]
    pub fn print_json(self, value: &impl serde::Serialize) -> Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from);
        finished(written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()))
    }

    /// Writes words for people. Nothing can be done about a failure here.
    #[expect(clippy::unused_self, reason = "whoever writes holds the terminal, as with `print`")]
    pub fn tell(self, text: &str) {
        let mut err = io::stderr().lock();
        _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// The line that tells an error or a warning.
    pub fn line(self, severity: Severity, message: &str) -> String {
        let paint = self.err;
        let word = match severity {
            Severity::Error => paint.bad("error:"),
            Severity::Warning => paint.odd("warning:"),
        };
        format!("{word} {}\n", visible(message))
    }

    /// Tells an error or a warning in one line.
    fn tell_of(self, severity: Severity, message: &str) {
        self.tell(&self.line(severity, message));
    }

    /// Tells an error in one line.
    pub fn error(self, message: &str) {
        self.tell_of(Severity::Error, message);
    }

    /// Tells a warning in one line.
    pub fn warning(self, message: &str) {
        self.tell_of(Severity::Warning, message);
    }
}

/// That nobody reads on is no error.
fn finished(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
    }
}
