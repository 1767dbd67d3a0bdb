//! What the plan of a few documents rests on, out of all that is kept of a company file: enough to make a case of.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::functions::to_text;
use crate::qbxml::{NodeRef, Record};
use crate::rules::Program;
use crate::rules::settings::SettingError;
use crate::sync::company_file::document::document_key;
use crate::sync::plan::draft::finalized;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{Plan, Planned, Preview, Standing, setting_text, settings};

/// A part of a company file.
#[derive(Debug)]
pub struct Excerpt {
    /// The company file, with its settings and layers.
    pub file: CompanyFile,
    /// The documents and those that they refer to, as they are once they are played, in JSON.
    pub documents: Vec<(DocumentKey, String)>,
    /// The types of records of which it is known which there are.
    pub read: Vec<&'static str>,
    /// Those of the records that matter.
    pub records: Vec<Arc<Record>>,
    /// What is connected.
    pub connections: Vec<Linked>,
    /// What becomes of the documents.
    pub plan: Plan,
}

/// A document that is connected to a record.
#[derive(Debug)]
pub struct Linked {
    /// The document.
    pub document: DocumentKey,
    /// The record's id.
    pub record: String,
    /// The elements that the two agreed on and that the record has otherwise now; nothing if they never agreed.
    pub agreed: Option<Vec<(String, String)>>,
    /// What the rules gave then, where that was something else.
    pub ours: Option<Vec<(String, String)>>,
}

/// How many records are taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// Those that the documents, their requests and the settings name, and those that these refer to.
    Named,
    /// All of the types that rules look at.
    Everything,
}

impl Excerpt {
    /// What the plan of documents rests on.
    ///
    /// # Errors
    /// The settings that are kept do not fit the rules.
    pub fn of(
        preview: &Preview,
        program: &Program,
        wanted: &BTreeSet<DocumentKey>,
        breadth: Breadth,
    ) -> Result<Self, SettingError> {
        let Planned { plan, read: looked_at, .. } = preview.explained(program, Standing::AsIs, wanted)?;
        let of_steps =
            plan.steps.iter().filter_map(|step| Some(document_key(&step.object, step.outcome.key.as_ref()?)));
        let keys: BTreeSet<DocumentKey> = of_steps.chain(looked_at).collect();
        let documents = documents(preview, program, &keys, wanted);
        let mirror = preview.mirror();
        let of_rules = program.mentioned().records;
        let read: Vec<&'static str> =
            of_rules.iter().copied().filter(|name| mirror.company.was_read(name)).collect();
        let all: Vec<&Arc<Record>> = of_rules.iter().flat_map(|name| mirror.company.records(name)).collect();
        // What a document refers to may be connected although Ferrule has no document of it.
        let mut names = names_of(&documents, &plan);
        let all_connected = mirror.connections.documents();
        let mut connected: Vec<&DocumentKey> =
            all_connected.filter(|key| keys.contains(key) || names.contains(&key.id)).collect();
        connected.sort_unstable();
        let connections: Vec<Linked> =
            connected.into_iter().filter_map(|key| connected_to(preview, key)).collect();
        let records = match breadth {
            Breadth::Everything => all.into_iter().cloned().collect(),
            Breadth::Named => {
                names.extend(connections.iter().map(|it| it.record.clone()));
                names.extend(
                    settings(program, preview.file())?.iter().map(|value| to_text(value).into_owned()),
                );
                named(&all, names)
            }
        };
        Ok(Self { file: preview.file().clone(), documents, read, records, connections, plan })
    }

    /// A record, for a case of what becomes of it in Steelhead.
    pub fn of_record(preview: &Preview, id: &str) -> Option<Self> {
        let record = preview.mirror().company.by_id(id)?;
        let (documents, read, connections) = (Vec::new(), Vec::new(), Vec::new());
        let plan = Plan::default();
        Some(Self { file: preview.file().clone(), documents, read, records: vec![record], connections, plan })
    }
}

fn documents(
    preview: &Preview,
    program: &Program,
    keys: &BTreeSet<DocumentKey>,
    wanted: &BTreeSet<DocumentKey>,
) -> Vec<(DocumentKey, String)> {
    let found = keys.iter().filter_map(|key| Some((key, &preview.document(key)?.document)));
    let json = |(key, document): (&DocumentKey, &_)| {
        let played =
            wanted.contains(key).then(|| finalized(program, document, preview.played_at())).flatten();
        (key.clone(), played.map_or_else(|| document.json.clone(), |played| played.document.json))
    };
    found.map(json).collect()
}

fn connected_to(preview: &Preview, key: &DocumentKey) -> Option<Linked> {
    let mirror = preview.mirror();
    let connection = mirror.connections.get(key).filter(|it| !it.is_archived)?;
    let known = mirror.agreed.get(key);
    let agreed = known.zip(mirror.company.by_id(&connection.record_id));
    let agreed = agreed.map(|(agreed, record)| agreed.but_for(&record));
    let ours = known.and_then(|known| known.ours_apart());
    Some(Linked { document: key.clone(), record: connection.record_id.clone(), agreed, ours })
}

/// All that documents and their requests name.
fn names_of(documents: &[(DocumentKey, String)], plan: &Plan) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    documents
        .iter()
        .filter_map(|(_, json)| serde_json::from_str(json).ok())
        .for_each(|json| scalars(&json, &mut names));
    for step in &plan.steps {
        let message = step.outcome.request().and_then(|request| request.body());
        if let Some(message) = message {
            leaves(message.root(), &mut |_, text| _ = names.insert(text.to_owned()));
        }
    }
    names
}

/// The records of these names, and those that these refer to, and so on.
fn named(all: &[&Arc<Record>], mut names: BTreeSet<String>) -> Vec<Arc<Record>> {
    names.remove("");
    let mut taken = vec![false; all.len()];
    loop {
        let mut is_new = false;
        for (record, taken) in all.iter().zip(&mut taken).filter(|(_, taken)| !**taken) {
            let own = ["Name", "FullName", "RefNumber"]
                .iter()
                .filter_map(|name| record.get(name))
                .chain(record.id());
            if !own.into_iter().any(|own| names.contains(own)) {
                continue;
            }
            (*taken, is_new) = (true, true);
            leaves(record.root(), &mut |name, text| {
                if matches!(name, "ListID" | "TxnID") {
                    names.insert(text.to_owned());
                }
            });
        }
        if !is_new {
            break;
        }
    }
    all.iter().zip(taken).filter(|(_, taken)| *taken).map(|(record, _)| Arc::clone(record)).collect()
}

fn scalars(json: &serde_json::Value, found: &mut BTreeSet<String>) {
    match json {
        serde_json::Value::Array(members) => members.iter().for_each(|member| scalars(member, found)),
        serde_json::Value::Object(fields) => fields.values().for_each(|value| scalars(value, found)),
        other => found.extend(setting_text(other)),
    }
}

fn leaves(node: NodeRef<'_>, each: &mut dyn FnMut(&str, &str)) {
    match node.text() {
        Some(text) => each(node.name(), text),
        None => node.children().for_each(|child| leaves(child, each)),
    }
}
