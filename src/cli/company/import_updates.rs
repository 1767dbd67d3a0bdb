//! `ferrule import --updates` and `--update`: newer data of QuickBooks for what is connected.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::cli::company::import_out::Out;
use crate::cli::exit::Exit;
use crate::cli::store_args::now;
use crate::cli::terminal::Terminal;
use crate::store::Database;
use crate::sync::stored::CompanyFile;
use crate::sync::{FieldUpdate, UpdateRow, update_rows};
use crate::text::counted::counted;
use crate::text::visible::visible;

/// Which updates are taken over.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Those of these records.
    pub ids: &'w [String],
    /// All of them.
    pub all: bool,
}

/// An update, for programs.
#[derive(serde::Serialize)]
struct View<'v> {
    object: &'v str,
    id: &'v str,
    record_type: &'v str,
    record_id: &'v str,
    name: &'v str,
    fields: &'v [FieldUpdate],
}

/// Lists updates, or takes those over that are wanted.
pub fn run(
    rows: &[UpdateRow],
    wanted: Option<Wanted<'_>>,
    as_json: bool,
    out: &Out,
    store: &dyn Database,
    file: &CompanyFile,
    terminal: Terminal,
) -> Result<Exit> {
    let Some(wanted) = wanted else {
        return list(rows, as_json, terminal);
    };
    let wanted = chosen(rows, wanted)?;
    // Written first: what could not be written is still to be updated.
    let done = update_rows(store, file, &wanted, now(), |documents| out.write(documents, terminal))?;
    if done.len() < wanted.len() {
        let late = counted(wanted.len() - done.len(), "document");
        terminal.warning(&format!("{late} left as they are: they came in another version meanwhile"));
    }
    terminal.tell(&format!("{} updated\n", counted(done.len(), "document")));
    Ok(Exit::Well)
}

fn chosen<'r>(rows: &'r [UpdateRow], wanted: Wanted<'_>) -> Result<Vec<&'r UpdateRow>> {
    if wanted.all {
        return Ok(rows.iter().collect());
    }
    if wanted.ids.is_empty() {
        bail!("say the ids of the records whose data is to be taken over, or --all");
    }
    let mut chosen = Vec::new();
    for id in wanted.ids {
        match rows.iter().find(|row| row.record.id == *id) {
            Some(row) => chosen.push(row),
            None => bail!("there is no update for a record with the id `{id}`; --updates lists them"),
        }
    }
    Ok(chosen)
}

fn list(rows: &[UpdateRow], as_json: bool, terminal: Terminal) -> Result<Exit> {
    if as_json {
        terminal.print_json(&rows.iter().map(view).collect::<Vec<_>>())?;
        return Ok(Exit::Well);
    }
    let paint = terminal.out;
    let mut text = String::new();
    for row in rows {
        let (kind, id, name) = (&row.record.record_type, &row.record.id, visible(&row.name));
        _ = writeln!(text, "{} {kind} {id} {name}", paint.strong(&row.document.to_string()));
        for update in &row.fields {
            let old = update.old.as_deref().unwrap_or("(nothing)");
            let (old, new) = (one_line(old), one_line(&update.new));
            _ = writeln!(text, "    {}: {} -> {}", update.field, paint.aside(&old), paint.odd(&new));
        }
    }
    _ = writeln!(text, "{}", counted(rows.len(), "update"));
    terminal.print(&text)?;
    Ok(Exit::Well)
}

fn one_line(text: &str) -> String {
    visible(text).replace("\r\n", " / ").replace('\n', " / ")
}

fn view(row: &UpdateRow) -> View<'_> {
    View {
        object: &row.document.object,
        id: &row.document.id,
        record_type: &row.record.record_type,
        record_id: &row.record.id,
        name: &row.name,
        fields: &row.fields,
    }
}
