//! Finalizing: a draft becomes a document that is locked.

use crate::document::Origin;
use crate::engine::{Context, Decision, Engine, Links, Options};
use crate::qbxml::Company;
use crate::rules::Program;
use crate::sync::company_file::KeptError;
use crate::sync::company_file::settings::settings;
use crate::sync::plan::draft::finalized;
use crate::sync::stored::{CompanyFile, DocumentKey, Moment, Store};

/// What became of documents that were to be finalized.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Finalizing {
    /// Finalized now, and locked.
    pub finalized: Vec<DocumentKey>,
    /// Finalized before, here or in Steelhead; or the rules know no drafts of them.
    pub already: Vec<DocumentKey>,
    /// Left as drafts, with what is wrong with them.
    pub refused: Vec<(DocumentKey, Vec<String>)>,
    /// Not known.
    pub unknown: Vec<DocumentKey>,
}

/// Finalizes documents, unless the rules would reject them then: a document that is locked can be
/// corrected no more.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn finalize(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    keys: &[DocumentKey],
    now: Moment,
) -> Result<Finalizing, KeptError> {
    let (settings, company, links) = (settings(program, file)?, Company::unknown(), Links::default());
    let context = Context { settings: &settings, company: &company, links: &links };
    let decoder = &program.decoder;
    let engine = Engine::new(program);
    let mut done = Finalizing::default();
    let mut ready = Vec::new();
    let known = store.documents(file.id, keys)?;
    let is_known = |key: &&DocumentKey| known.iter().any(|it| it.document.key == **key);
    done.unknown.extend(keys.iter().filter(|key| !is_known(key)).cloned());
    for stored in known {
        let Some(finalized) = finalized(program, &stored.document, now) else {
            done.already.push(stored.document.key);
            continue;
        };
        let key = &finalized.document.key;
        let wrong: Vec<String> =
            match decoder.decode(&finalized.document.json, &Origin::file(key.to_string())) {
                Err(problems) => problems.iter().map(ToString::to_string).collect(),
                Ok(read) => match engine.export(&read.root, context, Options::default()).decision {
                    Decision::Reject(notes) => notes.into_iter().map(|note| note.message).collect(),
                    _ => Vec::new(),
                },
            };
        if wrong.is_empty() {
            ready.push(finalized);
        } else {
            done.refused.push((key.clone(), wrong));
        }
    }
    done.finalized = store.finalize(file.id, &ready, now)?;
    Ok(done)
}
