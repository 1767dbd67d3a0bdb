//! Several documents connected in one act: each to the one record that it may be, which is shown before.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use askama::Template;

use crate::catalogue;
use crate::language::{say, t, told};
use crate::people::AuditAction;
use crate::qbxml::Record;
use crate::rules::program::List;
use crate::sync::stored::{Candidate, CompanyFile, DocumentKey, RecordKey};
use crate::sync::{self, is_changed_by_play, record_type_of, record_types_of, taken_records};
use crate::web::draw::step_card::capital;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::documents::connect::minutes;
use crate::web::pages::documents::one_by_one::OneByOne;
use crate::web::pages::documents::subject::{document_path, title};
use crate::web::server::answer::{Done, Then};
use crate::web::server::message::Did;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{DocumentRow, about};
use crate::web::words::filters;
use crate::web::words::when::{counted, grouped};

/// Documents that can be connected in one act: each is looked at before.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "connect_chosen.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct ConnectChosen<'v> {
    shell: Shell,
    list: &'v List,
    asked: Asked,
    documents: String,
    /// Whether play ever changes such a record.
    is_changed: bool,
    pairs: Vec<Pair>,
    others: Vec<LeftOut>,
}

/// A document, and the record that it may be.
struct Pair {
    /// What stands for the two in a form: the document, then the record.
    value: String,
    title: String,
    path: String,
    name: String,
    about: String,
    words: String,
    changed_at: String,
    why: String,
}

/// A document that has no one candidate.
struct LeftOut {
    title: String,
    href: String,
    why: &'static str,
}

/// Shows each document with its candidate, and asks.
pub fn ask(
    visit: &Visit,
    file: &CompanyFile,
    list: &List,
    asked: &Asked,
    rows: &[&DocumentRow],
) -> Result<Done, Trouble> {
    if rows.len() > MOST {
        let words = say!(
            "{n} are selected, and {n2} can be connected at once: each is looked at before",
            n = counted(rows.len(), "document"),
            n2 = grouped(MOST)
        );
        return Err(Trouble::Wrong(words));
    }
    let candidates = Candidates::of(visit, file, list, rows)?;
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    for row in rows {
        match candidates.find(row) {
            Ok(pair) => pairs.push(pair.of(file, list, row)),
            Err(why) => others.push(LeftOut {
                title: title(list, row),
                href: format!("{}/connect", document_path(file, list, &row.key.id)),
                why,
            }),
        }
    }
    let template = ConnectChosen {
        shell: visit.shell(t("Connect several"), Some(file)),
        list,
        asked: asked.clone(),
        documents: counted(pairs.len(), "document"),
        is_changed: is_changed_by_play(visit.program(), &list.object),
        pairs,
        others,
    };
    Ok(Done { act: None, then: Then::Show(visit.show(&template, &template.as_inside())?) })
}

/// Connects the pairs that were shown and are ticked. Where that cannot be any more, the others count all the same.
pub fn connect(visit: &Visit, file: &CompanyFile, list: &List, asked: &Asked) -> Result<Done, Trouble> {
    let (store, program) = (&*visit.site.store, visit.program());
    let pairs: Vec<&str> = visit.form.all("pair").collect();
    if pairs.is_empty() {
        return Ok(Done::nothing(asked.link(), t("Nothing was selected, so nothing was done.")));
    }
    if pairs.len() > MOST {
        return Err(Trouble::Wrong(say!("{n} documents can be connected at once", n = grouped(MOST))));
    }
    let mut all = OneByOne::default();
    for pair in pairs {
        let mut parts = pair.rsplitn(3, ' ');
        let (Some(id), Some(kind), Some(document)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Trouble::Wrong(t("the form does not name a record the way our pages do").to_owned()));
        };
        let document = DocumentKey { object: list.object.clone(), id: document.to_owned() };
        let record_type = record_type_of(program, &list.object, kind);
        let record_type = record_type.map_err(|why| Trouble::Wrong(told(&why)))?;
        let record = RecordKey { record_type, id: id.to_owned() };
        let result = sync::connect(store, program, file, &document, &record, visit.now);
        all.note(document, result)?;
    }
    let words = say!(
        "{n} connected. Archiving the connections takes that back.",
        n = counted(all.count(), "document")
    );
    let click = visit.click(Did::Connect, list, "");
    Ok(all.told((AuditAction::Connect, click), list, asked.link(), words))
}

/// Records that the documents may be.
struct Candidates {
    /// Those that are called so, by what they are called in small letters.
    called: HashMap<String, Vec<Arc<Record>>>,
    /// Those that belong to other documents.
    taken: HashMap<RecordKey, DocumentKey>,
}

/// A record that a document may be.
struct Found {
    key: RecordKey,
    name: String,
    about: String,
    changed_at: String,
    why: String,
}

impl Candidates {
    fn of(visit: &Visit, file: &CompanyFile, list: &List, rows: &[&DocumentRow]) -> Result<Self, Trouble> {
        let types = record_types_of(visit.program(), &list.object);
        let names: HashSet<String> = rows.iter().filter_map(|row| name(row)).collect();
        let called = visit.site.sessions.called(file.id, &types, &names).map_err(Trouble::failed)?;
        // Whose is not asked here: each document is another one.
        let nobody = DocumentKey { object: list.object.clone(), id: String::new() };
        let taken = taken_records(&*visit.site.store, visit.program(), file, &nobody)?;
        Ok(Self { called, taken })
    }

    /// The one record that a document may be; else why there is none.
    fn find(&self, row: &DocumentRow) -> Result<Found, &'static str> {
        if row.connection.as_ref().is_some_and(|it| !it.is_archived) {
            return Err(t("It is connected already."));
        }
        let is_free = |key: &RecordKey| self.taken.get(key).is_none_or(|owner| *owner == row.key);
        match row.error.as_ref().map(|error| error.candidates.as_slice()) {
            Some([one]) => {
                let key = RecordKey { record_type: one.record_type.clone(), id: one.id.clone() };
                return if is_free(&key) {
                    Ok(Found::held(one, key))
                } else {
                    Err(t("Its record belongs to another document."))
                };
            }
            Some([_, _, ..]) => return Err(t("Several records may be it.")),
            _ => {}
        }
        let same = name(row).and_then(|name| self.called.get(&name));
        let same: Vec<Found> = same.into_iter().flatten().filter_map(Found::called_so).collect();
        let mut free: Vec<Found> = same.into_iter().filter(|found| is_free(&found.key)).collect();
        match (free.pop(), free.is_empty()) {
            (Some(one), true) => Ok(one),
            (Some(_), false) => Err(t("Several free records have its name.")),
            (None, _) => Err(t("No free record has its name.")),
        }
    }
}

impl Found {
    fn held(candidate: &Candidate, key: RecordKey) -> Self {
        let why = if candidate.why.is_empty() {
            t("Nearly the same name").to_owned()
        } else {
            capital(&candidate.why.join(", "))
        };
        let changed_at = minutes(&candidate.changed_at);
        Self { key, name: candidate.name.clone(), about: String::new(), changed_at, why }
    }

    fn called_so(record: &Arc<Record>) -> Option<Self> {
        Some(Self {
            key: RecordKey::of(record)?,
            name: record.called().unwrap_or_default().to_owned(),
            about: about(record),
            changed_at: record.get("TimeModified").map(minutes).unwrap_or_default(),
            why: t("The name is the same").to_owned(),
        })
    }

    fn of(self, file: &CompanyFile, list: &List, row: &DocumentRow) -> Pair {
        let RecordKey { record_type, id } = &self.key;
        Pair {
            value: format!("{} {record_type} {id}", row.key.id),
            title: title(list, row),
            path: document_path(file, list, &row.key.id),
            words: capital(&catalogue::words(record_type)),
            name: self.name,
            about: self.about,
            changed_at: self.changed_at,
            why: self.why,
        }
    }
}

/// What a record of the same name would be called, in small letters: what the list shows first of the document.
fn name(row: &DocumentRow) -> Option<String> {
    let name = row.cells.first()?.text.trim().to_lowercase();
    (!name.is_empty()).then_some(name)
}
