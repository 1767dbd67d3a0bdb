//! The log of `ferrule serve`: a line for each event, for people or for programs.

use std::fmt;
use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, Result};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, Layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, registry};

use crate::cli::terminal::Terminal;
use crate::rules::Severity;

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// As text on a terminal, and as JSON elsewhere.
    #[default]
    Auto,
    /// The words alone.
    Text,
    /// An object for each line: the time, the level, the words, and what is in them as fields.
    Json,
}

impl LogFormat {
    /// Writes what is logged from now on to standard error.
    pub fn begin(self, terminal: Terminal) -> Result<()> {
        let is_text = match self {
            Self::Auto => io::stderr().is_terminal(),
            Self::Text => true,
            Self::Json => false,
        };
        // Libraries log too; what they say is for those who write them.
        let ours = Targets::new().with_target(env!("CARGO_PKG_NAME"), LevelFilter::INFO);
        let layer = Layer::default().with_writer(io::stderr).log_internal_errors(false);
        let layer = if is_text {
            layer.event_format(Words(terminal)).boxed()
        } else {
            layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
        };
        registry().with(layer.with_filter(ours)).try_init().context("cannot begin the log")
    }
}

/// Writes the words alone, as other commands do.
struct Words(Terminal);

impl<S, N> FormatEvent<S, N> for Words
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut words = Message::default();
        event.record(&mut words);
        let line = match *event.metadata().level() {
            Level::ERROR => self.0.line(Severity::Error, &words.0),
            Level::WARN => self.0.line(Severity::Warning, &words.0),
            _ => words.0 + "\n",
        };
        writer.write_str(&line)
    }
}

/// The words of an event.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
