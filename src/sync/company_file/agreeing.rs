//! What is connected and not compared yet: what both sides have now counts as agreed.

use std::sync::Arc;

use crate::document::Origin;
use crate::engine::{Agreed, Context, Engine};
use crate::rules::Program;
use crate::sync::company_file::document::keeps_agreements;
use crate::sync::company_file::mirror::Mirror;
use crate::sync::company_file::settings::{KeptError, settings};
use crate::sync::stored::{Agreement, CompanyFile, Connection, DocumentKey, Store};

/// Notes what documents and records that were connected without a plan agree on: by hand, by an import, or by
/// an older version. It must be done before either of the two changes.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn agree_on_connected(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<(), KeptError> {
    agreed_mirror(store, program, file).map(|_| ())
}

/// The same. Gives what is known of the company file then, if it had to be read: whoever needs it next does not read
/// 50,000 records once more.
///
/// # Errors
/// As [`agree_on_connected`].
pub(in crate::sync) fn agreed_mirror(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
) -> Result<Option<Mirror>, KeptError> {
    let all = program.objects.iter().map(|object| object.name.as_str());
    let objects: Vec<&str> = all.filter(|object| keeps_agreements(program, object)).collect();
    let open = store.connected_without_agreement(file.id, &objects)?;
    if open.is_empty() {
        return Ok(None);
    }
    let mut mirror = Mirror::load(store, file.id)?;
    let agreed = agreements(store, program, file, &mirror, &open)?;
    store.agree(file.id, &agreed)?;
    mirror.agreed.extend(agreed.into_iter().map(|it| (it.document, Arc::new(it.agreed))));
    Ok(Some(mirror))
}

/// The same of what a visit knows, to be written down with its next step.
pub(in crate::sync) fn unwritten_agreements(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    mirror: &Mirror,
) -> Result<Vec<Agreement>, KeptError> {
    let is_open = |it: &&Connection| {
        let known = mirror.agreed.get(&it.document);
        !it.is_archived
            && known.is_none_or(|known| known.record != it.record_id)
            && keeps_agreements(program, &it.document.object)
    };
    let open: Vec<Connection> = mirror.connections.all().filter(is_open).cloned().collect();
    agreements(store, program, file, mirror, &open)
}

fn agreements(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    mirror: &Mirror,
    open: &[Connection],
) -> Result<Vec<Agreement>, KeptError> {
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let settings = settings(program, file)?;
    let links = mirror.links(program, mirror.connections.documents());
    let context = Context { settings: &settings, company: &mirror.company, links: &links };
    let engine = Engine::new(program);
    let keys: Vec<DocumentKey> = open.iter().map(|it| it.document.clone()).collect();
    let mut agreed = Vec::new();
    for stored in store.documents(file.id, &keys)? {
        let key = stored.document.key;
        let Some(record) = mirror.connections.get(&key).and_then(|it| mirror.company.by_id(&it.record_id))
        else {
            continue;
        };
        // Of a document that breaks its shape the record is known all the same.
        let mut now = match program.decoder.decode(&stored.document.json, &Origin::default()) {
            Ok(document) => engine.agreed(&document.root, &record, context),
            Err(_) => Agreed::now(None, &record, &mirror.company),
        };
        now.wish = mirror.agreed.get(&key).map(|known| known.wish).unwrap_or_default();
        agreed.push(Agreement { document: key, agreed: now });
    }
    Ok(agreed)
}
