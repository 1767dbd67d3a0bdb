//! `/c/{company}/records/{type}/{id}`: one record of QuickBooks, what happens to it, and why.

use std::sync::Arc;

use askama::Template;

use crate::qbxml::Record;
use crate::rules::Program;
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, DocumentKey, Moment, RecordKey};
use crate::sync::{ExplainedImport, FieldUpdate, LineAccounts, explain_import, is_of_record, record_type_of};
use crate::sync::{field_label, labelled};
use crate::web::draw::qbxml_view::QbxmlView;
use crate::web::draw::sheet::Sheet;
use crate::web::draw::step_card::RuleLink;
use crate::web::ground::fields::segment;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::documents::names::Names;
use crate::web::pages::documents::subject::{document_path, title};
use crate::web::pages::imports::list::{kind, path, patience, record_path, title as list_title};
use crate::web::pages::imports::page::value;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{CompanyView, DocumentRow, ImportRow, Verdict};
use crate::web::words::filters;
use crate::web::words::when::Times;

/// Documents that are offered to connect with; a search finds others.
const OFFERED: usize = 20;

#[derive(Template)]
#[template(path = "record.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct RecordPage<'v> {
    shell: Shell,
    file: &'v CompanyFile,
    times: Times,
    back: String,
    imports: String,
    here: String,
    name: String,
    kind: String,
    id: String,
    sheet: Sheet,
    qbxml: QbxmlView,
    fates: Vec<RecordFate<'v>>,
    connections: Vec<JoinedDocument>,
    /// It is a document's counterpart, and no other document may have it.
    is_taken: bool,
    objects: Vec<(String, String)>,
    object: String,
    search: String,
    offers: Vec<OfferedDocument>,
}

/// What happens to the record for one object.
struct RecordFate<'v> {
    /// Where such documents are listed.
    documents: Option<&'v List>,
    title: String,
    verdict: Verdict,
    why: String,
    updates: Vec<FieldUpdate>,
    /// What stands for the record in a form.
    value: String,
    /// What an import would make; `None` if it would make nothing.
    explained: Option<ExplainedImport>,
    json: String,
    list: String,
}

impl RecordFate<'_> {
    /// What people call a field of the document.
    fn label(&self, way: &str) -> String {
        field_label(self.documents, way)
    }
}

/// A document that the record is connected to.
struct JoinedDocument {
    document: DocumentKey,
    name: String,
    /// Its page, if a list has it.
    path: String,
    is_archived: bool,
    since: Option<Moment>,
}

/// A document to connect with.
struct OfferedDocument {
    id: String,
    name: String,
    /// The record that it is connected to now, if any.
    instead: String,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let key = key(visit);
    let stored = visit.site.store.record(file.id, &key)?.ok_or(Trouble::NotFound)?;
    let record = Arc::new(Record::from_xml(&stored.xml).map_err(Trouble::failed)?);
    let patience = patience(visit);
    let view = visit.view(file, patience)?;
    let connections = joined(visit, file, &view, &key);
    let objects = objects(visit.program(), &key.record_type);
    let wanted_object = visit.query.get("object");
    let object = objects.iter().find(|(name, _)| name == wanted_object).or_else(|| objects.first());
    let object = object.map(|(name, _)| name.clone()).unwrap_or_default();
    let name = record.called().unwrap_or(&key.id).to_owned();
    let search: String = visit.query.get("q").chars().take(200).collect();
    let page = RecordPage {
        shell: visit.shell(&name, Some(file)),
        file,
        times: visit.times(file),
        back: path(file),
        imports: path(file),
        here: record_path(file, &key.record_type, &key.id),
        kind: kind(&key.record_type),
        sheet: Sheet::of(&record, &LineAccounts::new(&*visit.site.store, file.id)),
        qbxml: QbxmlView::of(&stored.xml).linked(&visit.program().uses, file),
        fates: fates(visit, file, &view, &record, &key)?,
        offers: if visit.may(crate::people::Role::Clerk) && !object.is_empty() {
            offers(&view, &object, &search, &name, &connections)
        } else {
            Vec::new()
        },
        is_taken: connections.iter().any(|it| is_in_the_way(visit, it)),
        connections,
        objects,
        object,
        search,
        id: key.id,
        name,
    };
    visit.show(&page, &page.as_inside())
}

/// The record that the path names.
pub fn key(visit: &Visit) -> RecordKey {
    RecordKey { record_type: visit.name("type").to_owned(), id: visit.name("id").to_owned() }
}

/// Whether a document has the record for itself.
fn is_in_the_way(visit: &Visit, joined: &JoinedDocument) -> bool {
    !joined.is_archived
        && !is_of_record(&joined.document)
        && !visit.program().may_share(&joined.document.object)
}

/// Documents that the record is connected to, as the lists know it.
fn joined(visit: &Visit, file: &CompanyFile, view: &CompanyView, key: &RecordKey) -> Vec<JoinedDocument> {
    let mut found: Vec<JoinedDocument> = Vec::new();
    for list in visit.program().lists() {
        for row in view.documents(&list.object) {
            let Some(connection) = row.connection.as_ref() else { continue };
            if connection.record_id == key.id && connection.record_type == key.record_type {
                found.push(JoinedDocument {
                    document: row.key.clone(),
                    name: title(list, row),
                    path: document_path(file, list, &row.key.id),
                    is_archived: connection.is_archived,
                    since: Some(connection.connected_at),
                });
            }
        }
    }
    for row in view.imports.iter().filter(|row| row.key == *key) {
        let Some(document) = &row.document else { continue };
        if !found.iter().any(|it| it.document == *document) {
            let is_archived = row.verdict == Verdict::Archived;
            let named = Names::new(visit, file).of(document);
            found.push(JoinedDocument {
                document: document.clone(),
                name: named.as_ref().map_or_else(|| document.to_string(), |it| it.title.clone()),
                path: named.map(|it| it.path).unwrap_or_default(),
                is_archived,
                since: None,
            });
        }
    }
    found
}

fn fates<'v>(
    visit: &'v Visit,
    file: &CompanyFile,
    view: &CompanyView,
    record: &Arc<Record>,
    key: &RecordKey,
) -> Result<Vec<RecordFate<'v>>, Trouble> {
    let mut explained = explain_import(visit.program(), file, record).map_err(Trouble::failed)?;
    let rows = view.imports.iter().filter(|row| row.key == *key);
    let fate = |row: &Arc<ImportRow>| {
        let at = explained.iter().position(|it| it.object == row.object);
        let mut explained = at.map(|at| explained.swap_remove(at));
        // For a connected record the document itself counts, not what an import would make.
        let makes = matches!(row.verdict, Verdict::Importable | Verdict::Ignored);
        explained = explained.filter(|it| makes && it.document.is_some());
        let json = explained.as_ref().and_then(|it| serde_json::to_string_pretty(it.document.as_ref()?).ok());
        let documents = visit.program().list_of(&row.object);
        RecordFate {
            documents,
            title: list_title(visit.program(), &row.object),
            verdict: row.verdict,
            why: row.why.clone(),
            updates: labelled(documents, &row.updates),
            value: value(row),
            json: json.unwrap_or_default(),
            explained,
            list: format!("object={}", segment(&row.object)),
        }
    };
    Ok(rows.map(fate).collect())
}

/// Objects whose documents can be connected to records of a type: name and title.
fn objects(program: &Program, record_type: &str) -> Vec<(String, String)> {
    let listed =
        program.lists().into_iter().filter(|list| record_type_of(program, &list.object, record_type).is_ok());
    listed.map(|list| (list.object.clone(), list.title.clone())).collect()
}

/// Documents to connect with: those that the search finds, or else those of the record's name.
fn offers(
    view: &CompanyView,
    object: &str,
    search: &str,
    name: &str,
    known: &[JoinedDocument],
) -> Vec<OfferedDocument> {
    let search = if search.is_empty() { name.rsplit(':').next().unwrap_or(name) } else { search };
    let is_known = |row: &DocumentRow| known.iter().any(|it| it.document == row.key && !it.is_archived);
    let found = Asked::searching(search).all(view.documents(object)).into_iter().filter(|row| !is_known(row));
    let offer = |row: &DocumentRow| OfferedDocument {
        id: row.key.id.clone(),
        name: called(row),
        instead: row
            .connection
            .as_ref()
            .filter(|it| !it.is_archived)
            .map_or_else(String::new, |it| format!("{} {}", kind(&it.record_type), it.record_id)),
    };
    found.take(OFFERED).map(offer).collect()
}

/// What people call a document: the first two things its list shows of it.
fn called(row: &DocumentRow) -> String {
    let texts = row.cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty());
    texts.take(2).collect::<Vec<_>>().join(" · ")
}
