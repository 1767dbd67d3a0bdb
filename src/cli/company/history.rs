//! `ferrule history`: what was sent and what came back.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::cli::exit::Exit;
use crate::cli::store_args::StoreArgs;
use crate::cli::terminal::Terminal;
use crate::cli::when::{at, length};
use crate::qbxml::pretty;
use crate::sync::Paint;
use crate::sync::stored::{DocumentKey, Exchange, ExchangeItem, ExchangeKind};
use crate::text::visible::visible;

/// Shows the exchanges with QuickBooks, newest first: each document of requests with its answer.
///
/// With an object and an id it shows only the exchanges about this document. Ferrule keeps no answers to
/// reads, only the records in them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The object, such as `invoice`
    #[arg(requires = "id")]
    object: Option<String>,
    /// The document's id
    id: Option<String>,
    /// How many exchanges at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// Also what was sent and what came back, in full
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Write it as JSON, always in full
    #[arg(long, conflicts_with = "full")]
    json: bool,
}

/// Runs the command.
pub fn run(args: &Args, terminal: Terminal) -> Result<Exit> {
    let (store, file) = args.store.open_company()?;
    let document = match (&args.object, &args.id) {
        (Some(object), Some(id)) => Some(DocumentKey { object: object.clone(), id: id.clone() }),
        _ => None,
    };
    let exchanges = store.history(file.id, document.as_ref(), usize::from(args.limit))?;
    if let Some(document) = document.as_ref().filter(|_| exchanges.is_empty())
        && store.documents(file.id, std::slice::from_ref(document))?.is_empty()
    {
        bail!("Ferrule does not know {document}");
    }
    if args.json {
        terminal.print_json(&exchanges)?;
    } else if exchanges.is_empty() {
        terminal.print("nothing was sent yet\n")?;
    } else {
        let told = exchanges.iter().map(|it| told(it, document.as_ref(), args.full, terminal.out));
        terminal.print(&told.collect::<Vec<_>>().join("\n"))?;
    }
    Ok(Exit::Well)
}

fn told(exchange: &Exchange, document: Option<&DocumentKey>, full: bool, paint: Paint) -> String {
    let head = format!("{}  {}", at(exchange.sent_at), exchange.kind.name());
    let mut text = format!("{}  #{}, {}\n", paint.strong(&head), exchange.id.0, answered(exchange, paint));
    if let Some(failure) = &exchange.failure {
        _ = writeln!(text, "  {}", paint.bad(&visible(failure.trim_end())));
    }
    // Of a document's history the other requests of the batch are of no interest.
    let is_meant = |item: &&ExchangeItem| document.is_none() || item.document.as_ref() == document;
    for item in exchange.items.iter().filter(is_meant) {
        _ = writeln!(text, "  {}", line(item, exchange, paint));
    }
    if full {
        full_text(&mut text, "sent", &exchange.request, paint);
        match &exchange.response {
            Some(response) => full_text(&mut text, "answered", response, paint),
            None => _ = writeln!(text, "  {}", paint.aside("no answer is kept")),
        }
    }
    text
}

fn answered(exchange: &Exchange, paint: Paint) -> String {
    match exchange.answered_at {
        Some(answered) => format!("answered after {}", length(answered - exchange.sent_at)),
        None => paint.odd("no answer"),
    }
}

fn line(item: &ExchangeItem, exchange: &Exchange, paint: Paint) -> String {
    let about = item.document.as_ref().map(|document| format!(" for {document}")).unwrap_or_default();
    let said = visible(item.status_message.as_deref().unwrap_or_default().trim_end()).replace('\n', " ");
    let status = match item.status_code {
        Some(0) => paint.good("done"),
        // A query that finds nothing is answered with 1.
        Some(code) if exchange.kind != ExchangeKind::Write && code < 500 => "done".to_owned(),
        Some(code) if code < 1000 => paint.odd(&format!("{code}: {said}")),
        Some(code) => paint.bad(&format!("{code}: {said}")),
        None if exchange.answered_at.is_some() => "not settled by this exchange".to_owned(),
        None => paint.odd("open"),
    };
    format!("{}{about}: {status}", item.message)
}

fn full_text(text: &mut String, head: &str, xml: &str, paint: Paint) {
    _ = writeln!(text, "  {}", paint.aside(head));
    for line in visible(&pretty(xml.as_bytes())).lines() {
        _ = writeln!(text, "    {line}");
    }
}
