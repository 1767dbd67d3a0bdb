//! A new record all the same: a person says that a document is none of the records of nearly its name.

use crate::document::{Origin, Structure};
use crate::engine::{Context, Engine, Links};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::actions::connecting::{NotConnected, connection_of, no_object};
use crate::sync::actions::referred::referred;
use crate::sync::company_file::KeptError;
use crate::sync::company_file::settings::settings;
use crate::sync::stored::{Apart, CompanyFile, DocumentKey, Moment, Store};

/// Has a new record made of a document, though QuickBooks has one of nearly its name. That holds for the name that
/// the document has now.
///
/// # Errors
/// The document is connected, it is not known, or the rules give it no name.
pub fn set_apart(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
    by: &str,
    now: Moment,
) -> Result<Apart, NotConnected> {
    if program.object(&document.object).is_none() {
        return Err(no_object(program, &document.object));
    }
    if let Some(connection) = connection_of(store, file, document)?.filter(|it| !it.is_archived) {
        let (record_type, id) = (connection.record_type, connection.record_id);
        return Err(NotConnected::IsConnected { document: document.clone(), record_type, id });
    }
    let structure = structure(store, program, file, document)?;
    let structure = structure.ok_or_else(|| NotConnected::NoDocument(document.clone()))?;
    let settings = settings(program, file).map_err(KeptError::from)?;
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &settings, company: &company, links: &links };
    let name = Engine::new(program).name(&structure, context);
    let name = name.ok_or_else(|| NotConnected::NoName(document.clone()))?;
    let said = Apart { document: document.clone(), name, by: by.to_owned(), at: now };
    store.set_apart(file.id, &said)?;
    Ok(said)
}

/// The document, or what others hold of it.
fn structure(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    document: &DocumentKey,
) -> Result<Option<Structure>, NotConnected> {
    let stored = store.documents(file.id, std::slice::from_ref(document))?;
    match stored.first() {
        Some(stored) => {
            Ok(program.decoder.decode(&stored.document.json, &Origin::default()).ok().map(|it| it.root))
        }
        None => Ok(referred(store, program, file, document)?),
    }
}
