//! Documents in full, and the plan of them.

use std::collections::{BTreeSet, HashMap};

use crate::document::Origin;
use crate::engine::{Agreed, Counterpart, Decision};
use crate::sync::company_file::document::keeps_agreements;
use crate::sync::plan::closing::{Closing, Sources};
use crate::sync::plan::draft::finalized;
use crate::sync::plan::mark;
use crate::sync::plan::preview::Standing;
use crate::sync::stored::{Agreement, Connection, DocumentKey, Finalized, JobError, StoredDocument};
use crate::sync::{Plan, Source, Step, settings};

use super::call::SessionCall;
use super::errors;
use super::talk::SessionError;

/// Documents in full, and what is wrong with those that cannot be read.
#[derive(Default)]
pub(super) struct KnownDocuments {
    /// Those that can be read.
    pub sources: Sources,
    /// What is wrong with the others.
    pub broken: HashMap<DocumentKey, JobError>,
    /// Drafts that were played: they are taken as they are once they are finalized.
    pub drafts: HashMap<DocumentKey, Finalized>,
    /// Say of every element where it comes from.
    pub explain: bool,
}

impl KnownDocuments {
    /// The plan of the wanted documents with all that they refer to in full.
    pub fn plan(
        &mut self,
        call: &SessionCall<'_>,
        wanted: &BTreeSet<DocumentKey>,
    ) -> Result<Plan, SessionError> {
        let closing = Closing {
            program: &call.rules.program,
            settings: &settings(&call.rules.program, &call.file)?,
            mirror: call.mirror,
            standing: Standing::AsIs,
            closed_until: call.file.closed_until(),
            played_at: (!self.drafts.is_empty()).then_some(call.now),
            explain: self.explain,
        };
        let mut sources = std::mem::take(&mut self.sources);
        // What a document refers to is met only as it is planned, and read then.
        let plan = closing.plan(wanted, &mut sources, &mut |met| {
            self.read(call, met, false)?;
            Ok::<_, SessionError>(std::mem::take(&mut self.sources))
        })?;
        self.sources = sources;
        Ok(plan)
    }

    /// Reads documents; those that are played as they are once they are finalized.
    pub fn read(
        &mut self,
        call: &SessionCall<'_>,
        keys: &BTreeSet<DocumentKey>,
        are_played: bool,
    ) -> Result<(), SessionError> {
        let program = &call.rules.program;
        let (archived, keys): (Vec<_>, Vec<_>) =
            keys.iter().cloned().partition(|key| call.mirror.is_archived(key));
        self.broken.extend(archived.into_iter().map(|key| (key, errors::archived())));
        let (keys, without): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|key| program.shapes.object(&key.object).is_some());
        self.broken.extend(without.into_iter().map(|key| {
            let error = errors::no_object(&key.object);
            (key, error)
        }));
        for StoredDocument { document, .. } in call.store.documents(call.file.id, &keys)? {
            let origin = Origin::file(document.key.to_string());
            let finalized = if are_played { finalized(program, &document, call.now) } else { None };
            let read = program.decoder.decode(&document.json, &origin);
            self.drafts.extend(finalized.map(|it| (document.key.clone(), it)));
            match read {
                Ok(read) => {
                    let source = Source { origin, document: read.root };
                    self.sources.insert(document.key, source);
                }
                Err(problems) => {
                    let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
                    self.broken.insert(document.key, errors::unreadable(&messages));
                }
            }
        }
        Ok(())
    }
}

/// The connection that a step makes without a request.
pub(super) fn connection(call: &SessionCall<'_>, step: &Step, key: &DocumentKey) -> Option<Connection> {
    let Decision::Connect(Counterpart { record: Some(record), .. }) = &step.outcome.decision else {
        return None;
    };
    let known = call.mirror.connections.get(key).map_or(0, |it| it.generation);
    Some(Connection {
        document: key.clone(),
        record_type: record.name().to_owned(),
        record_id: record.id()?.to_owned(),
        connected_at: call.now,
        is_archived: false,
        may_share: call.rules.program.may_share(&key.object),
        generation: mark::newest(key, record, known),
    })
}

/// What a document and its record agree on once the step is planned; nothing if that is known already.
pub(super) fn agreement(call: &SessionCall<'_>, step: &Step, key: &DocumentKey) -> Option<Agreement> {
    let program = &call.rules.program;
    if !keeps_agreements(program, &key.object) {
        return None;
    }
    let company = &call.mirror.company;
    let known = call.mirror.agreed.get(key).map(AsRef::as_ref);
    let agreed = match &step.outcome.decision {
        Decision::Create(request) => Agreed::sent(request.body()?, &request.lines, company),
        Decision::Connect(counterpart) | Decision::Keep(counterpart) => {
            Agreed::planned(known, counterpart, company)?
        }
        Decision::Skip(_) | Decision::Reject(_) | Decision::Share { .. } => return None,
    };
    Some(Agreement { document: key.clone(), agreed })
}
