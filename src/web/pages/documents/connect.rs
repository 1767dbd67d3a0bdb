//! Connections: made, archived, restored by a person, and newer data of a record taken over.

use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;

use crate::catalogue;
use crate::language::{marked, say, t, told};
use crate::people::{AuditAction, AuditSubject};
use crate::qbxml::Record;
use crate::rules::program::ColumnKind;
use crate::sync::stored::{CompanyFile, Connection, DocumentKey, NewDocument, RecordKey};
use crate::sync::{
    self, Connected, ImportError, Imports, NotConnected, is_changed_by_play, record_type_of, record_types_of,
    taken_records, update_rows,
};
use crate::web::draw::step_card::capital;
use crate::web::draw::told::Told;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::names::Names;
use crate::web::pages::documents::subject::Subject;
use crate::web::server::answer::{Done, Page};
use crate::web::server::message::Did;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::about;
use crate::web::words::filters;

/// Records that a search shows.
const FOUND: usize = 50;
/// Of those that belong to other documents so many are told.
const OTHERS: usize = 5;

#[derive(Template)]
#[template(path = "connect.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ConnectTemplate<'v> {
    shell: Shell,
    file: &'v CompanyFile,
    subject: &'v Subject<'v>,
    search: String,
    found: Vec<RecordChoice>,
    is_all: bool,
    /// Whether play ever changes such a record.
    is_changed: bool,
    /// Records that match and belong to other documents.
    others: Vec<Told>,
}

/// A record to connect to.
struct RecordChoice {
    /// What people call its kind.
    words: String,
    kind: String,
    id: String,
    name: String,
    about: String,
    changed_at: String,
    /// It is what the document is connected to.
    is_it: bool,
}

/// Records to choose from.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let subject = Subject::of(visit, file)?;
    let types = record_types_of(visit.program(), &subject.key().object);
    if types.is_empty() {
        return Err(Trouble::NotFound);
    }
    let search: String = match visit.query.raw("q") {
        Some(search) => search.trim().chars().take(200).collect(),
        None => name(&subject),
    };
    let words: Vec<String> = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let taken = taken_records(&*visit.site.store, visit.program(), file, subject.key())?;
    let limit = FOUND + 1 + taken.len();
    let found = visit.site.sessions.search(file.id, &types, &words, limit).map_err(Trouble::failed)?;
    let owner = |record: &Arc<Record>| taken.get(&RecordKey::of(record)?);
    let (others, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|record| owner(record).is_some());
    let names = Names::new(visit, file);
    let other = |record: &Arc<Record>| {
        let document = names.of(owner(record)?)?;
        let before = say!("{record} belongs to ", record = record.called().unwrap_or_default());
        Some(Told { before, label: document.title, href: document.path, ..Told::default() })
    };
    let connection = subject.standing.connection.as_ref();
    let template = ConnectTemplate {
        shell: visit.shell(&say!("Connect {title}", title = subject.title), Some(file)),
        file,
        search,
        is_all: found.len() <= FOUND,
        is_changed: is_changed_by_play(visit.program(), &subject.key().object),
        others: others.iter().take(OTHERS).filter_map(other).collect(),
        found: found.iter().take(FOUND).filter_map(|record| RecordChoice::of(record, connection)).collect(),
        subject: &subject,
    };
    visit.show(&template, &template.as_inside())
}

/// The first search for a record: the first text that the list shows of the document.
fn name(subject: &Subject) -> String {
    let texts = subject.list.columns.iter().zip(&subject.row.cells);
    let mut texts =
        texts.filter(|(column, _)| column.kind == ColumnKind::Text).map(|(_, cell)| cell.text.trim());
    texts.next().unwrap_or_default().chars().take(200).collect()
}

impl RecordChoice {
    fn of(record: &Arc<Record>, connection: Option<&Connection>) -> Option<Self> {
        let id = record.id()?.to_owned();
        let name = record.called().unwrap_or_default();
        Some(Self {
            is_it: connection.is_some_and(|it| it.record_id == id && it.record_type == record.name()),
            words: capital(&catalogue::words(record.name())),
            kind: record.name().to_owned(),
            name: name.to_owned(),
            about: about(record),
            changed_at: record.get("TimeModified").map(minutes).unwrap_or_default(),
            id,
        })
    }
}

/// A time of QuickBooks to its minutes, in the time zone of the company: `2026-07-01 13:20`.
pub fn minutes(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

/// Connects the document to a record.
pub fn connect(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let (kind, id) = (visit.form.get("record_type"), visit.form.get("record_id"));
    if id.is_empty() || id.len() > 100 || kind.len() > 100 {
        return Err(Trouble::Wrong(t("no record was chosen").to_owned()));
    }
    let record_type = record_type_of(visit.program(), &subject.key().object, kind).map_err(refused)?;
    let key = RecordKey { record_type, id: id.to_owned() };
    let before = subject.standing.connection.as_ref();
    if before.is_some_and(|it| it.record() == key && !it.is_archived) {
        return Ok(Done::nothing(subject.path, t("It is already connected to that record.")));
    }
    join(visit, file, subject.key(), &key, subject.path.clone())
}

/// Connects a document to a record, from the page of either.
pub fn join(
    visit: &Visit,
    file: &CompanyFile,
    document: &DocumentKey,
    record: &RecordKey,
    page: String,
) -> Result<Done, Trouble> {
    let store = &*visit.site.store;
    let Connected { connection, sharing, instead, .. } =
        sync::connect(store, visit.program(), file, document, record, visit.now).map_err(refused)?;
    let names = Names::new(visit, file);
    let titled = |key: &DocumentKey| names.of(key).map_or_else(|| key.to_string(), |named| named.title);
    let then = if is_changed_by_play(visit.program(), &document.object) {
        t("What differs now stays as it is; play sends what Steelhead changes from now on.")
    } else {
        t("Nothing is sent for it, and nothing changed in QuickBooks.")
    };
    let record = names.record(&connection.record());
    let mut words = say!(
        "{titled} is connected to {record} in QuickBooks. {then}",
        titled = titled(document),
        record,
        then
    );
    if !sharing.is_empty() {
        let others: Vec<String> = sharing.iter().map(titled).collect();
        words.push_str(&say!(" The record is shared with {others}.", others = others.join(", ")));
    }
    let mut details = of(&connection);
    if let Some(instead) = instead {
        _ = write!(details, ", instead of {} {}", instead.record_type, instead.id);
    }
    let about = AuditSubject::Document(connection.document);
    Ok(Done::go(AuditAction::Connect, details, page, words).to(about))
}

/// A connection, for the audit.
fn of(connection: &Connection) -> String {
    let Connection { document, record_type, record_id, .. } = connection;
    format!("{document}: {record_type} {record_id}")
}

/// Has a new record made all the same, though one of nearly that name is there.
pub fn create_new(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let store = &*visit.site.store;
    let by = &visit.person.name;
    let said =
        sync::set_apart(store, visit.program(), file, subject.key(), by, visit.now).map_err(refused)?;
    let mut words = say!("A new record “{said}” will be made.", said = said.name);
    if subject.is_played {
        let keys = std::slice::from_ref(subject.key());
        sync::play(store, visit.program(), file, keys, visit.now).map_err(Trouble::failed)?;
        words.push_str(t(" The document goes with the next visit. Play again what waits for it."));
    } else {
        words.push_str(t(" Play again what refers to it."));
    }
    let details = format!("{}: {}", subject.key(), said.name);
    let about = AuditSubject::Document(subject.key().clone());
    Ok(Done::go(AuditAction::CreateAllTheSame, details, subject.path, words).to(about))
}

/// Archives the connection.
pub fn archive(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    set_archived(visit, file, true)
}

/// Takes an archived connection back.
pub fn restore(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    set_archived(visit, file, false)
}

fn set_archived(visit: &Visit, file: &CompanyFile, is_archived: bool) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let Some(known) = &subject.standing.connection else {
        return Err(Trouble::Conflict(marked("the document is not connected to any record").to_owned()));
    };
    put_aside(visit, file, known, is_archived, subject.back(visit, file))
}

/// Archives or restores a connection, from the page of its document or of its record.
pub fn put_aside(
    visit: &Visit,
    file: &CompanyFile,
    known: &Connection,
    is_archived: bool,
    page: String,
) -> Result<Done, Trouble> {
    if known.is_archived == is_archived {
        let words = if is_archived { t("It is already archived.") } else { t("It is not archived.") };
        return Ok(Done::nothing(page, words));
    }
    let connection =
        sync::archive(&*visit.site.store, file, &known.document, is_archived).map_err(refused)?;
    let (action, did, words) = if is_archived {
        let words = t(
            "The connection is archived. Nothing is sent for the document, and the record cannot be imported. Nothing changed in QuickBooks.",
        );
        (AuditAction::ArchiveConnection, Did::Archive, words)
    } else {
        (AuditAction::RestoreConnection, Did::Restore, t("The connection is restored."))
    };
    let done = Done::go(action, of(&connection), page, words);
    let document = connection.document;
    Ok(match visit.program().list_of(&document.object) {
        Some(list) => done.by(visit.click(did, list, &document.id)),
        None => done,
    }
    .to(AuditSubject::Document(document)))
}

/// Takes newer data of the record over into the document.
pub fn update(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let store = &*visit.site.store;
    let rows = Imports::of(store, visit.program(), file)?.updates(store, file, Some(&subject.key().object));
    // Of what is never imported nothing is updated.
    let rows = if matches!(rows, Err(ImportError::NoObject { .. })) { Vec::new() } else { rows? };
    let Some(row) = rows.into_iter().find(|row| row.document == *subject.key()) else {
        return Ok(Done::nothing(subject.path, t("QuickBooks has no newer data for this document.")));
    };
    let deliver = |_: &[NewDocument]| Ok::<(), ImportError>(());
    if update_rows(store, file, &[&row], visit.now, deliver)?.is_empty() {
        return Ok(Done::nothing(
            subject.path,
            t("A newer version of the document has come in the meantime. Look again."),
        ));
    }
    let details = format!("{}: {}", subject.key().object, subject.title);
    let words = t(
        "The document now has QuickBooks’ data. The file to load into Steelhead is under Imports, For Steelhead.",
    );
    let about = AuditSubject::Object(subject.key().object.clone());
    Ok(Done::go(AuditAction::UpdateDocuments, details, subject.path, words).to(about))
}

fn refused(why: NotConnected) -> Trouble {
    match why {
        NotConnected::Store(error) => error.into(),
        NotConnected::NoRecord { .. } => Trouble::Conflict(
            t("the last read did not find that record in QuickBooks; nothing was connected").to_owned(),
        ),
        changed @ (NotConnected::Taken { .. }
        | NotConnected::IsConnected { .. }
        | NotConnected::NotThere(_)) => Trouble::Conflict(told(&changed)),
        other => Trouble::Wrong(told(&other)),
    }
}
