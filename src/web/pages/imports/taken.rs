//! `/c/{company}/imports/taken`: what was imported and updated, to be taken over in Steelhead.
//!
//! Steelhead has no public interface: what an import made is downloaded as a file of documents.

use askama::Template;
use serde_json::value::RawValue;

use crate::language::t;
use crate::people::{AuditAction, AuditSubject};
use crate::sync::is_of_record;
use crate::sync::stored::{CompanyFile, Moment, NewDocument, StoredDocument};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::imports::list::{imported, path, title};
use crate::web::server::answer::{Done, NotedAct, Page, Then};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::{Times, counted};

/// Entries of the audit that are looked through.
const ENTRIES: usize = 1_000;
/// Batches that are listed.
const BATCHES: usize = 50;

#[derive(Template)]
#[template(path = "taken.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct TakenPage {
    shell: Shell,
    times: Times,
    back: String,
    download: String,
    batches: Vec<ImportBatch>,
}

/// What was imported or updated by one press of a button.
struct ImportBatch {
    at: Moment,
    key: i64,
    who: String,
    word: &'static str,
    object: String,
    names: String,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let entries = visit.site.people.audit(&visit.person.domain, Some(file.id), ENTRIES)?;
    let batch = |entry: crate::people::AuditEntry| {
        let said = entry.said;
        let word = match said.action {
            AuditAction::ImportRecords => t("Imported"),
            AuditAction::UpdateDocuments => t("Updated"),
            _ => return None,
        };
        let object = said.about.as_ref().and_then(AuditSubject::object).unwrap_or_default();
        let names = said.details.strip_prefix(object).and_then(|names| names.strip_prefix(": "));
        let names = names.unwrap_or(&said.details).to_owned();
        let object = title(visit.program(), object);
        let key = said.at.timestamp_millis();
        Some(ImportBatch { at: said.at, key, who: said.person, word, object, names })
    };
    let page = TakenPage {
        shell: visit.shell(t("For Steelhead"), Some(file)),
        times: visit.times(file),
        back: path(file),
        download: format!("{}/taken/download", path(file)),
        batches: entries.into_iter().filter_map(batch).take(BATCHES).collect(),
    };
    visit.show(&page, &page.as_inside())
}

/// A file with the documents of one batch, or with all that were imported and are not in Steelhead.
pub fn download(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let at = match visit.form.get("at") {
        "" => None,
        text => {
            Some(text.parse::<i64>().map_err(|_| Trouble::Wrong(t("there is no such download").to_owned()))?)
        }
    };
    let is_wanted = |stored: &StoredDocument| match at {
        Some(at) => stored.loaded_at.timestamp_millis() == at,
        None => is_of_record(&stored.document.key),
    };
    let mut documents: Vec<NewDocument> = Vec::new();
    for object in imported(visit.program()) {
        let all = visit.site.store.all_documents(file.id, Some(&object.name))?;
        documents.extend(all.into_iter().filter(is_wanted).map(|stored| stored.document));
    }
    if documents.is_empty() {
        let words =
            t("There is nothing to download, because newer versions of these documents have come since.");
        return Ok(Done::nothing(format!("{}/taken", path(file)), words));
    }
    let details = counted(documents.len(), "document");
    let all: Result<Vec<_>, _> = documents.into_iter().map(|it| RawValue::from_string(it.json)).collect();
    let bytes = all.and_then(|all| serde_json::to_vec_pretty(&all)).map_err(Trouble::failed)?;
    let name = format!("{}-imported-{}.json", file.made.user_name, visit.now.format("%Y-%m-%d-%H%M%S"));
    let then = Then::Save { name, media_type: "application/json", bytes };
    Ok(Done { act: Some(NotedAct::new(AuditAction::DownloadDocuments, details)), then })
}
