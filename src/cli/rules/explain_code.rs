//! What a code means: of a diagnostic, of QuickBooks, of the Web Connector.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::catalogue::{self, Evidence, Outcome, StatusCode};
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::rules::codes;

/// What a code of QuickBooks or of the Web Connector means, as `--json` writes it.
#[derive(Debug, Serialize)]
struct Status {
    code: &'static str,
    happened: &'static str,
    cause: &'static str,
    who: &'static str,
    how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'static str>,
    retryable: bool,
    outcome: &'static str,
    evidence: &'static str,
}

/// Explains a code.
pub fn run(code: &str, json: bool, terminal: Terminal) -> Result<Exit> {
    if let Some(status) = status(code) {
        let status = view(status);
        if json {
            terminal.print_json(&status)?;
        } else {
            terminal.print(&text(&status, terminal))?;
        }
        return Ok(Exit::Well);
    }
    if is_diagnostic(code) {
        let Some(page) = codes::page(code) else {
            bail!("no page explains the code `{code}`; the handbook, rules/README.md, lists all there are");
        };
        if json {
            terminal.print_json(page)?;
        } else {
            terminal.print(&page.to_text())?;
        }
        return Ok(Exit::Well);
    }
    bail!(
        "`{code}` is not a code: codes are those of diagnostics (R312), of QuickBooks (3100, 0x80040400) and of \
         the Web Connector (QBWC1039); to explain documents, name their file too"
    );
}

fn is_diagnostic(code: &str) -> bool {
    let digits = code.strip_prefix(['R', 'r']).unwrap_or_default();
    !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
}

fn status(code: &str) -> Option<&'static StatusCode> {
    let upper = code.to_ascii_uppercase();
    if upper.starts_with("QBWC") {
        catalogue::web_connector_code(&upper)
    } else if upper.starts_with("0X")
        || (code.len() == 8 && code.chars().all(|digit| digit.is_ascii_hexdigit()))
    {
        catalogue::hresult(code)
    } else {
        catalogue::status(code.parse().ok()?)
    }
}

fn view(status: &'static StatusCode) -> Status {
    Status {
        code: &status.code,
        happened: &status.happened,
        cause: &status.cause,
        who: status.who.phrase(),
        how: &status.how,
        command: status.command.as_deref(),
        retryable: status.retryable,
        outcome: match status.outcome {
            Outcome::NotApplied => "QuickBooks did not do what was asked",
            Outcome::Applied => "QuickBooks did what was asked",
            Outcome::Unknown => "it cannot be told whether QuickBooks did what was asked",
        },
        evidence: match status.evidence {
            Evidence::Recorded => "seen in a recorded message",
            Evidence::Intuit => "Intuit's own text",
            Evidence::Copied => "a third party's copy of Intuit's table",
            Evidence::SecondHand => "someone's report",
            Evidence::Recalled => "from memory, unconfirmed",
            Evidence::Unknown => "only the number is known",
        },
    }
}

fn text(status: &Status, terminal: Terminal) -> String {
    let retry = if status.retryable {
        "may succeed later, unchanged"
    } else {
        "fails again unless something changes"
    };
    let rows = [
        ("Cause", status.cause),
        ("Who", status.who),
        ("What to do", status.how),
        ("Command", status.command.unwrap_or_default()),
        ("Outcome", status.outcome),
        ("Again", retry),
        ("Known from", status.evidence),
    ];
    let mut text = format!("{}  {}\n\n", terminal.out.strong(status.code), status.happened);
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        _ = writeln!(text, "  {name:10}  {}", wrapped(value, 14));
    }
    text
}

/// Text in lines of at most 100 columns, the further ones indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > 100 {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
