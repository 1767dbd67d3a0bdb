//! What one click did is taken back.

use std::collections::HashSet;

use crate::language::t;
use crate::people::AuditAction;
use crate::sync::stored::{CompanyFile, DocumentKey, JobState};
use crate::web::ground::fields::ours;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::chosen::archive_all;
use crate::web::pages::documents::play::{called, take_out};
use crate::web::pages::todo;
use crate::web::server::answer::Done;
use crate::web::server::message::Did;
use crate::web::server::visit::Visit;

/// Takes back what one click did: what is queued leaves the queue again, connections are archived or restored.
pub fn undo(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let at: i64 =
        visit.form.get("at").parse().map_err(|_| Trouble::Wrong(t("the form names no moment").to_owned()))?;
    let did = Did::named(visit.form.get("did"))
        .ok_or_else(|| Trouble::Wrong(t("the form does not say what to do").to_owned()))?;
    let base = format!("/c/{}/", file.id.0);
    let back = ours(visit.form.get("back")).filter(|back| back.starts_with(&base));
    let back = back.unwrap_or_else(|| todo::page::path(file));
    match did {
        Did::Queue => unqueue(visit, file, at, back),
        Did::Connect | Did::Archive | Did::Restore => put_back(visit, file, did, (at, back)),
    }
}

fn unqueue(visit: &Visit, file: &CompanyFile, at: i64, back: String) -> Result<Done, Trouble> {
    let jobs = visit.site.store.jobs(file.id, Some(JobState::Queued))?;
    let jobs = jobs.into_iter().filter(|job| job.played_at.timestamp_millis() == at);
    let keys: Vec<DocumentKey> = jobs.map(|job| job.document).collect();
    let one = match keys.as_slice() {
        [key] => match visit.program().list_of(&key.object) {
            Some(list) => called(list, &visit.site.store.documents(file.id, &keys)?),
            None => key.to_string(),
        },
        _ => String::new(),
    };
    take_out(visit, file, &one, &keys, back)
}

/// What the person's own click did to connections is looked up in what people did: nobody's form says to which.
fn put_back(visit: &Visit, file: &CompanyFile, did: Did, (at, back): (i64, String)) -> Result<Done, Trouble> {
    let actions: &[AuditAction] = match did {
        Did::Queue => &[],
        Did::Connect => &[AuditAction::Connect],
        Did::Archive => &[AuditAction::ArchiveConnection, AuditAction::ArchiveConnections],
        Did::Restore => &[AuditAction::RestoreConnection, AuditAction::RestoreConnections],
    };
    let mut keys = Vec::new();
    if let Some(at) = chrono::DateTime::from_timestamp_millis(at) {
        for action in actions {
            let (people, person) = (&visit.site.people, &visit.person.name);
            keys.extend(people.done_at(&file.made.domain, file.id, person, *action, at)?);
        }
    }
    let is_archived = did != Did::Archive;
    // What others have done with them since stays.
    let connections = visit.site.store.connections(file.id)?;
    let standing: HashSet<&DocumentKey> =
        connections.iter().filter(|it| it.is_archived != is_archived).map(|it| &it.document).collect();
    keys.retain(|key| standing.contains(key));
    let list = keys.first().and_then(|key| visit.program().list_of(&key.object));
    match list {
        Some(list) => archive_all(visit, file, list, (&keys, is_archived), back),
        None => Ok(Done::nothing(back, t("There was nothing to take back: it is so no more."))),
    }
}
