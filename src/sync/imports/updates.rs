//! Updates: what connected records have that their documents have otherwise.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Decoder, Origin};
use crate::engine::{Agreed, Decision, Engine, ImportedValue, Options};
use crate::qbxml::Record;
use crate::rules::program::{Expr, Import, ImportContent, ImportOp, Object};
use crate::sync::company_file::document::version;
use crate::sync::imports::list::{ImportError, Imports};
use crate::sync::imports::merge::{FieldUpdate, Merge};
use crate::sync::imports::own::{news, own_record};
use crate::sync::stored::{CompanyFile, DocumentKey, NewDocument, NewVersion, RecordKey, Store};

/// A document that QuickBooks has newer data for.
#[derive(Clone, Debug)]
pub struct UpdateRow {
    /// The document.
    pub document: DocumentKey,
    /// The record that it is connected to.
    pub record: RecordKey,
    /// What people call the record.
    pub name: String,
    /// What is different.
    pub fields: Vec<FieldUpdate>,
    /// The document with the record's values taken over.
    pub updated: NewVersion,
    /// What both agree on once that is done.
    pub agreed: Agreed,
    /// Which edit of the record this is.
    pub edit: String,
}

impl Imports<'_> {
    /// What connected records have that their documents have otherwise, by object in the order of the
    /// rule set; of one object only, if one is named.
    ///
    /// Compared are the fields that the import rules fill, as far as the record has changed since it and the
    /// document agreed: what somebody changes in Steelhead, or what differed from the first, is no update.
    /// A field counts as different only where the
    /// record differs from what the document's own export would make of it, or where the export does
    /// not write what the field reads: a form that an export gives a value is no update. What a
    /// record does not have is never taken away from a document.
    ///
    /// # Errors
    /// The rules import no such object, or the store failed.
    pub fn updates(
        &self,
        store: &dyn Store,
        file: &CompanyFile,
        object: Option<&str>,
    ) -> Result<Vec<UpdateRow>, ImportError> {
        self.updates_where(store, file, object, &|_| true)
    }

    /// The same for those records only that are `wanted`.
    ///
    /// # Errors
    /// The rules import no such object, or the store failed.
    pub fn updates_where(
        &self,
        store: &dyn Store,
        file: &CompanyFile,
        object: Option<&str>,
        wanted: &dyn Fn(&RecordKey) -> bool,
    ) -> Result<Vec<UpdateRow>, ImportError> {
        let engine = Engine::new(self.program);
        let decoder = &self.program.decoder;
        let comparison = Comparison { imports: self, engine: &engine, decoder };
        let mut rows = Vec::new();
        for (object, import) in self.imported(object)? {
            for record in import.from.iter().flat_map(|from| self.company.records(from)) {
                let Some(key) = RecordKey::of(record) else { continue };
                // What cannot be read takes the place of nothing.
                let is_flawed = self.company.flaw_of(&key.record_type, &key.id).is_some();
                if is_flawed || !wanted(&key) {
                    continue;
                }
                let connection = self.connection(&key).filter(|it| !it.is_archived);
                let Some(document) = connection.map(|connection| &connection.document) else { continue };
                if document.object != object.name {
                    continue;
                }
                let stored = store.documents(file.id, std::slice::from_ref(document))?.pop();
                let Some(stored) = stored else { continue };
                rows.extend(comparison.row(object, import, record, key, &stored.document));
            }
        }
        Ok(rows)
    }
}

/// The fields of members of lists whose value the document itself gets too, such as the phone of a contact, which is
/// that of the company in a record. A member that is there has its own, be it the same: it does not follow the
/// document's.
fn said_twice(ops: &[ImportOp]) -> BTreeSet<String> {
    let mut single = BTreeSet::new();
    for op in ops {
        outside_lists(&op.content, &mut single);
    }
    let mut twice = BTreeSet::new();
    for list in ops {
        let ImportContent::List(members) = &list.content else { continue };
        for op in members.iter().flat_map(|member| &member.fields) {
            if let ImportContent::Value(expr) = &op.content
                && single.contains(&*expr.text)
            {
                twice.insert(format!("{}.{}", list.name, op.name));
            }
        }
    }
    twice
}

fn outside_lists<'o>(content: &'o ImportContent, found: &mut BTreeSet<&'o str>) {
    match content {
        ImportContent::Value(expr) => _ = found.insert(&*expr.text),
        ImportContent::Struct(ops) => ops.iter().for_each(|op| outside_lists(&op.content, found)),
        ImportContent::List(_) => {}
    }
}

struct Comparison<'c> {
    imports: &'c Imports<'c>,
    engine: &'c Engine<'c>,
    decoder: &'c Decoder,
}

impl Comparison<'_> {
    fn row(
        &self,
        object: &Object,
        import: &Import,
        record: &Arc<Record>,
        key: RecordKey,
        stored: &NewDocument,
    ) -> Option<UpdateRow> {
        let imported = self.engine.import(&object.name, import, record, self.imports.context());
        let Some(ImportedValue::Fields(fields)) = imported.document else {
            return None;
        };
        let known = self.imports.agreed.get(&stored.key).filter(|known| known.record == key.id)?;
        let then =
            self.engine.import(&object.name, import, &known.theirs()?, self.imports.context()).document?;
        let exported = self.exported(object, import, stored);
        let is_open = |name: &str| {
            let op = import.fields.iter().find(|op| op.name == name);
            op.zip(exported.as_ref()).is_none_or(|(op, exported)| exported.leaves_open(op))
        };
        let open = fields.into_iter().filter(|(name, _)| name != "object" && is_open(name)).collect();
        let own = exported.as_ref().and_then(|exported| exported.own.as_ref());
        let changed = news(ImportedValue::Fields(open), Some(&then))?;
        let ImportedValue::Fields(fields) = news(changed, own)? else {
            return None;
        };
        let mut merge = Merge::new(imported.overwrites).since(&then).but(said_twice(&import.fields));
        let json = merge.fields(&stored.json, &fields);
        if merge.updates.is_empty() {
            return None;
        }
        let now = match self.decoder.decode(&json, &Origin::default()) {
            Ok(updated) => self.engine.agreed(&updated.root, record, self.imports.context()),
            Err(_) => Agreed::now(None, record, &self.imports.company),
        };
        Some(UpdateRow {
            agreed: known.taken_over(&now),
            document: stored.key.clone(),
            record: key,
            name: record.called().unwrap_or_default().to_owned(),
            edit: record.get("EditSequence").unwrap_or_default().to_owned(),
            fields: merge.updates,
            updated: NewVersion {
                document: NewDocument { key: stored.key.clone(), version: version(&json), json },
                before: stored.version.clone(),
            },
        })
    }

    /// What the document's export writes, and where the record is not as it would have it; nothing if
    /// the document is not exported.
    fn exported(&self, object: &Object, import: &Import, stored: &NewDocument) -> Option<Exported> {
        let export = object.export.as_ref()?;
        let document = self.decoder.decode(&stored.json, &Origin::file(stored.key.to_string())).ok()?;
        let options = Options { explain: true, ..Options::default() };
        let outcome = self.engine.export(&document.root, self.imports.context(), options);
        let Decision::Keep(counterpart) = outcome.decision else {
            return None;
        };
        let record = counterpart.record.as_ref()?;
        let variant = export.variants.iter().find(|variant| variant.record == record.name())?;
        let own = own_record(record.name(), &outcome.provenance, self.imports.context().company);
        Some(Exported {
            is_changed_by_play: variant.modify.is_some(),
            own: self.engine.import(&object.name, import, &own, self.imports.context()).document,
            written: outcome.provenance.iter().map(|it| first(&it.element).to_owned()).collect(),
            changed: counterpart.changes.iter().map(|change| first(&change.path).to_owned()).collect(),
        })
    }
}

/// What the export of a document writes of its record, by the elements directly in it. What its rules could
/// write and leave out, because the document does not say it, the record may have all the same.
struct Exported {
    /// Whether exports change the record. One that they never change may have anything of its own.
    is_changed_by_play: bool,
    /// What the import makes of the record as this export writes it.
    own: Option<ImportedValue>,
    written: BTreeSet<String>,
    /// Where the record is not as the document would have it.
    changed: BTreeSet<String>,
}

impl Exported {
    /// Whether a field of the import reads what the export does not write, or would change.
    fn leaves_open(&self, op: &ImportOp) -> bool {
        if !self.is_changed_by_play {
            return true;
        }
        let mut read = BTreeSet::new();
        elements(&op.content, &mut read);
        read.iter().any(|element| match element {
            // The record as a whole, for a function.
            None => !self.changed.is_empty(),
            Some(element) => self.changed.contains(element.as_str()) || !self.written.contains(element),
        })
    }
}

/// The elements directly in the record that a field reads; nothing stands for all of it.
fn elements(content: &ImportContent, read: &mut BTreeSet<Option<String>>) {
    match content {
        ImportContent::Value(expr) => inputs(expr, read),
        ImportContent::Struct(ops) => ops.iter().for_each(|op| elements(&op.content, read)),
        ImportContent::List(members) => {
            for member in members {
                member.loops.iter().for_each(|list| inputs(list, read));
                member.fields.iter().for_each(|op| elements(&op.content, read));
            }
        }
    }
}

/// The elements directly in the record that an expression reads.
fn inputs(expr: &Expr, read: &mut BTreeSet<Option<String>>) {
    for input in expr.inputs.iter() {
        match input.text.split_once('.') {
            Some((_, path)) if input.text.starts_with("record.") => {
                read.insert(Some(path.split(['.', '[']).next().unwrap_or(path).to_owned()));
            }
            None if input.text == "record" => _ = read.insert(None),
            _ => {}
        }
    }
}

fn first(path: &str) -> &str {
    path.split(['/', '[']).next().unwrap_or(path)
}
