//! Documents that were imported, and documents of Steelhead that are the same: one takes the place of the other.
//!
//! Which they are, the rules say: the record that a document would be connected to, or the name that it gives its
//! record. Where that does not decide it, the document is held, and a person says it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use crate::document::{Origin, Structure};
use crate::engine::{Agreed, Context, Engine};
use crate::qbxml::Record;
use crate::rules::Program;
use crate::rules::program::Object;
use crate::sync::company_file::agreeing::agreed_mirror;
use crate::sync::company_file::settings::settings;
use crate::sync::company_file::{KeptError, Mirror, is_of_record};
use crate::sync::stored::{
    CompanyFile, Connection, DocumentKey, Held, Merged, Moment, NewMerge, RecordKey, Store, StoredDocument,
};

/// What became of imported documents.
#[derive(Clone, Debug, Default)]
pub struct Merging {
    /// They are Steelhead's own now.
    pub merged: Vec<Merged>,
    /// Documents of Steelhead that wait for a person to say what they are.
    pub held: Vec<Held>,
}

/// Puts documents of Steelhead in the place of those that were imported of the same record: one document, one
/// connection, the history of both. What cannot be told is held.
///
/// # Errors
/// The store failed, or holds settings that the rules do not take.
pub fn merge_imports(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    now: Moment,
) -> Result<Merging, KeptError> {
    merge_over(store, program, file, None, now)
}

/// The same after something was connected, on which both sides have to agree first.
///
/// # Errors
/// As [`merge_imports`].
pub(in crate::sync) fn agree_and_merge(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    now: Moment,
) -> Result<Merging, KeptError> {
    let mirror = agreed_mirror(store, program, file)?;
    merge_over(store, program, file, mirror, now)
}

fn merge_over(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    known: Option<Mirror>,
    now: Moment,
) -> Result<Merging, KeptError> {
    let is_imported = |it: &Connection| is_of_record(&it.document) && !it.is_archived;
    let is_any = store.connections(file.id)?.iter().any(is_imported);
    if !is_any && store.held(file.id)?.is_empty() {
        return Ok(Merging::default());
    }
    let mirror = known.map_or_else(|| Mirror::load(store, file.id), Ok)?;
    let settings = settings(program, file)?;
    let links = mirror.links(program, mirror.connections.documents());
    let context = Context { settings: &settings, company: &mirror.company, links: &links };
    let comparing = Comparing { store, program, file, mirror: &mirror, context };
    let (mut new, mut held) = (Vec::new(), Vec::new());
    for object in program.objects.iter().filter(|it| it.import.is_some() && it.export.is_some()) {
        comparing.object(object, &mut new, &mut held)?;
    }
    let merged = store.merge(file.id, &new, &held, now)?;
    Ok(Merging { merged, held })
}

struct Comparing<'c> {
    store: &'c dyn Store,
    program: &'c Program,
    file: &'c CompanyFile,
    mirror: &'c Mirror,
    context: Context<'c>,
}

/// An imported document.
struct Import {
    key: DocumentKey,
    record: Arc<Record>,
    key_of_record: RecordKey,
    /// The name that its rules would give the record, folded.
    name: Option<String>,
    /// What the record was called when it was imported, or last agreed with the document.
    was: Option<String>,
    /// The documents that may be the same.
    claims: Vec<Claim>,
}

/// A document of Steelhead that may be an imported one.
struct Claim {
    key: DocumentKey,
    document: Structure,
    /// It is connected to the record besides: then there is no doubt.
    is_connected: bool,
}

impl Comparing<'_> {
    fn object(
        &self,
        object: &Object,
        merges: &mut Vec<NewMerge>,
        held: &mut Vec<Held>,
    ) -> Result<(), KeptError> {
        let mut imports = self.imports(object)?;
        if imports.is_empty() {
            return Ok(());
        }
        let (mut by_record, mut by_name) = (HashMap::new(), HashMap::<String, Vec<usize>>::new());
        for (place, import) in imports.iter().enumerate() {
            by_record.insert(import.key_of_record.clone(), place);
            if let Some(name) = &import.name {
                by_name.entry(name.clone()).or_default().push(place);
            }
        }
        let documents = self.store.all_documents(self.file.id, Some(&object.name))?;
        let documents = documents.into_par_iter().filter(|it| !is_of_record(&it.document.key));
        let looked_at = documents.map_init(
            || Engine::new(self.program),
            |engine, stored| {
                let (key, document, record, is_connected) = self.counterpart(engine, &stored)?;
                let by_record = record.and_then(|record| by_record.get(&record));
                let by_name = || {
                    let name = engine.name(&document, self.context).filter(|_| !is_connected)?;
                    // Of several imported documents of one name it is none by its name.
                    let places = by_name.get(&name.to_lowercase()).map(Vec::as_slice);
                    places.and_then(|places| if let [place] = places { Some(place) } else { None })
                };
                let place = *by_record.or_else(by_name)?;
                Some((place, Claim { key, document, is_connected }))
            },
        );
        let claims: Vec<(usize, Claim)> = looked_at.flatten().collect();
        for (place, claim) in claims {
            if let Some(import) = imports.get_mut(place) {
                import.claims.push(claim);
            }
        }
        for import in imports {
            self.decide(object, &import, merges, held);
        }
        Ok(())
    }

    /// The imported documents of an object whose records are there.
    fn imports(&self, object: &Object) -> Result<Vec<Import>, KeptError> {
        let is_it = |it: &&Connection| {
            it.document.object == object.name && is_of_record(&it.document) && !it.is_archived
        };
        let connections: BTreeMap<&DocumentKey, &Connection> =
            self.mirror.connections.all().filter(is_it).map(|it| (&it.document, it)).collect();
        let keys: Vec<DocumentKey> = connections.keys().map(|key| (*key).clone()).collect();
        let engine = Engine::new(self.program);
        let mut imports = Vec::new();
        for stored in self.store.documents(self.file.id, &keys)? {
            let key = stored.document.key;
            let Some(connection) = connections.get(&key) else { continue };
            let Some(record) = self.mirror.company.by_id(&connection.record_id) else { continue };
            let read = self.program.decoder.decode(&stored.document.json, &Origin::default()).ok();
            let name = read.and_then(|read| engine.name(&read.root, self.context));
            let agreed = self.mirror.agreed.get(&key).filter(|it| it.record == connection.record_id);
            let was = agreed.and_then(|it| it.theirs()?.full_name().map(str::to_owned));
            let name = name.map(|name| name.to_lowercase());
            let Some(key_of_record) = RecordKey::of(&record) else { continue };
            imports.push(Import { key, record, key_of_record, name, was, claims: Vec::new() });
        }
        Ok(imports)
    }

    /// A document of Steelhead with the record that it is, or would be, connected to; nothing if a person put its
    /// connection aside.
    fn counterpart(
        &self,
        engine: &Engine<'_>,
        stored: &StoredDocument,
    ) -> Option<(DocumentKey, Structure, Option<RecordKey>, bool)> {
        let key = stored.document.key.clone();
        let connection = self.mirror.connections.get(&key);
        if connection.is_some_and(|it| it.is_archived) {
            return None;
        }
        let document = self.program.decoder.decode(&stored.document.json, &Origin::default()).ok()?.root;
        if let Some(connection) = connection {
            return Some((key, document, Some(connection.record()), true));
        }
        let record = engine.find(&document, self.context).and_then(|record| RecordKey::of(&record));
        Some((key, document, record, false))
    }

    fn decide(&self, object: &Object, import: &Import, merges: &mut Vec<NewMerge>, held: &mut Vec<Held>) {
        let Import { key: imported, record, was, claims, .. } = import;
        let may_share = self.program.may_share(&object.name);
        if let Some(claim) = claims.iter().find(|claim| claim.is_connected) {
            let (imported, document) = (imported.clone(), claim.key.clone());
            merges.push(NewMerge { imported, document, may_share, agreed: None });
            return;
        }
        let is_renamed = was.as_deref().is_some_and(|was| record.full_name() != Some(was));
        match claims.as_slice() {
            [] => {}
            _ if is_renamed => {
                held.extend(claims.iter().map(|claim| import.held(claim, &import.renamed())));
            }
            [first, others @ ..] if others.is_empty() || may_share => {
                let agreed = Some(self.agreed(first, import));
                let (imported, document) = (imported.clone(), first.key.clone());
                merges.push(NewMerge { imported, document, may_share, agreed });
            }
            claims => {
                held.extend(claims.iter().map(|claim| import.held(claim, &import.several(claim))));
            }
        }
    }

    /// Nothing is sent because the two are one: what differs is left as it is. What QuickBooks has changed since
    /// the import is told.
    fn agreed(&self, claim: &Claim, import: &Import) -> Agreed {
        let now = Engine::new(self.program).agreed(&claim.document, &import.record, self.context);
        match self.mirror.agreed.get(&import.key).filter(|it| it.record == now.record) {
            Some(known) => Agreed { theirs: known.theirs.clone(), ..now },
            None => now,
        }
    }
}

impl Import {
    fn held(&self, claim: &Claim, why: &str) -> Held {
        let RecordKey { record_type, id } = &self.key_of_record;
        let kind = record_type.trim_end_matches("Ret");
        let reason = format!(
            "{why} If it is that one, connect it to {kind} {id}. If not, archive the connection of {}.",
            self.key
        );
        Held { document: claim.key.clone(), imported: self.key.clone(), reason }
    }

    fn renamed(&self) -> String {
        let now = self.record.full_name().unwrap_or_default();
        let was = self.was.as_deref().unwrap_or_default();
        format!(
            "It may be {}, which was imported from QuickBooks as \"{was}\" and is called \"{now}\" there by now.",
            self.key
        )
    }

    fn several(&self, but: &Claim) -> String {
        let others = self.claims.iter().filter(|it| it.key != but.key).map(|it| it.key.to_string());
        let name = self.record.full_name().unwrap_or_default();
        format!(
            "It may be {} (\"{name}\"), which was imported from QuickBooks, and so may {}.",
            self.key,
            others.collect::<Vec<_>>().join(", ")
        )
    }
}
