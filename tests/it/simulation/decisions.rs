//! What people decide: documents are settled by hand and taken back, differences are adopted or decided element by
//! element, and Steelhead's own document comes for what was imported.
//!
//! It has dice of its own, so that what failed once can be replayed as it was before there was any of this.

use std::collections::HashSet;

use ferrule::document::Code;
use ferrule::engine::{Choice, Decision, Difference, Fate};
use ferrule::store::AnyStore;
use ferrule::sync::session::{Decided, Preview, SessionError, Standing};
use ferrule::sync::stored::{CompanyId, Connection, DocumentKey, JobState, Store as _};
use ferrule::sync::{
    ImportError, Imports, SaidBy, Step, import_rows, is_of_record, merge_imports, settle, take_back,
};
use serde_json::{Value, json};

use super::dice::Dice;
use super::quickbooks::called;
use super::steelhead::{Document, Templates};
use super::tally::Tally;
use super::tenant::Tenant;

impl Tenant {
    /// Between two visits.
    pub fn decide_something(&mut self, templates: &Templates) {
        let Some(mut dice) = self.own else { return };
        if dice.one_in(2) {
            match dice.below(9) {
                0 => self.settle_one(&mut dice),
                1 => self.take_one_back(&mut dice),
                2 | 3 => self.steelhead_follows(templates, &mut dice),
                4 | 5 => self.adopt(&mut dice),
                _ => self.decide_on_elements(&mut dice),
            }
        }
        self.own = Some(dice);
    }

    /// What waits to be sent is looked at, as a click on play does, and some of it is taken out of the queue.
    pub fn look_at_the_queue(&mut self) {
        let Some(mut dice) = self.taken_out else { return };
        if dice.one_in(4) {
            self.check_what_is_queued();
        }
        take_out_sometimes(self.shop.store.as_ref(), self.shop.company, Some(&mut dice), &mut self.tally);
        self.taken_out = Some(dice);
    }

    fn check_what_is_queued(&mut self) {
        let (store, company, now) = (self.shop.store.clone(), self.shop.company, self.shop.now());
        let queued = store.jobs(company, Some(JobState::Queued)).unwrap();
        let keys: Vec<DocumentKey> = queued.into_iter().map(|job| job.document).collect();
        let wrong = self.shop.sessions.check(company, &keys, now).unwrap();
        let noted: Vec<_> = wrong.into_iter().map(|(key, error)| (key, Some(error))).collect();
        store.note_checked(company, &noted).unwrap();
        if !noted.is_empty() {
            self.tally.note("people: told that it would be rejected");
        }
    }

    fn settle_one(&mut self, dice: &mut Dice) {
        // Most often one that is on its way, if there is any: that is too late.
        let sent = self.shop.store.jobs(self.shop.company, Some(JobState::Sent)).unwrap();
        let sent = dice.pick(&sent).map(|job| job.document.clone()).filter(|_| !dice.one_in(3));
        let Some(key) = sent.or_else(|| dice.pick(&self.documents).map(Document::key)) else { return };
        let (store, file, said) = (self.shop.store.clone(), self.file(), self.said());
        let keys = std::slice::from_ref(&key);
        let done = settle(store.as_ref(), &self.shop.rules.program, &file, keys, said).unwrap();
        assert!(done.unknown.is_empty());
        if !done.under_way.is_empty() {
            self.tally.note("people: settled too late");
        }
        if done.settled.is_empty() {
            return;
        }
        let is_sent = self.connection(&key).is_some();
        self.tally.note(if is_sent { "people: settled what is there" } else { "people: settled" });
        self.settled.insert(key);
    }

    fn take_one_back(&mut self, dice: &mut Dice) {
        let all: Vec<DocumentKey> = self.settled.iter().cloned().collect();
        let Some(key) = dice.pick(&all) else { return };
        let (store, file, said) = (self.shop.store.clone(), self.file(), self.said());
        let keys = std::slice::from_ref(key);
        let done = take_back(store.as_ref(), &self.shop.rules.program, &file, keys, said).unwrap();
        assert_eq!(done.taken_back, keys);
        self.settled.remove(key);
        self.shop.play(keys);
        self.tally.note("people: taken back");
    }

    fn said(&self) -> SaidBy<'static> {
        SaidBy { by: "Somebody", why: "booked by hand", at: self.shop.now() }
    }

    /// Steelhead gets a document for a record that was imported.
    fn steelhead_follows(&mut self, templates: &Templates, dice: &mut Dice) {
        self.import_a_party(dice);
        let all = self.shop.store.connections(self.shop.company).unwrap();
        let is_party = |it: &&Connection| {
            !it.is_archived
                && is_of_record(&it.document)
                && ["customer", "vendor"].contains(&it.document.object.as_str())
        };
        let imported: Vec<Connection> = all.iter().filter(is_party).cloned().collect();
        let Some(connection) = dice.pick(&imported) else { return };
        let Some(record) = self.shop.file.record(&connection.record_id) else { return };
        let name = called(record).to_owned();
        if !name.starts_with(self.mark) || self.documents.iter().any(|it| it.json["name"] == *name) {
            return;
        }
        let key = self.party_called(&name, &connection.document.object, templates);
        if dice.one_in(5) {
            // Another one of that name: which of the two it is, only a person can tell.
            self.party_called(&name, &connection.document.object, templates);
        }
        let (store, file, now) = (self.shop.store.clone(), self.file(), self.shop.now());
        let merging = merge_imports(store.as_ref(), &self.shop.rules.program, &file, now).unwrap();
        if merging.held.iter().any(|it| it.document == key) {
            self.tally.note("steelhead: may be what was imported");
        }
        let Some(merged) = merging.merged.iter().find(|it| it.document == key) else { return };
        self.tally.note("steelhead: came for what was imported");
        let company = self.shop.company;
        assert_eq!(store.standing(company, &merged.imported).unwrap(), None);
        assert_eq!(store.merged_into(company, &merged.imported).unwrap(), Some(key.clone()));
        let own = self.connection(&key).unwrap();
        assert_eq!((&own.record_id, own.is_archived), (&connection.record_id, false));
    }

    /// Somebody imports a customer or a vendor, if there is one.
    fn import_a_party(&mut self, dice: &mut Dice) {
        let (store, file, now) = (self.shop.store.clone(), self.file(), self.shop.now());
        let program = &self.shop.rules.program;
        let imports = Imports::of(store.as_ref(), program, &file).unwrap();
        let rows = imports.rows(Some(if dice.one_in(2) { "customer" } else { "vendor" })).unwrap();
        let rows: Vec<_> =
            rows.iter().filter(|row| row.is_importable() && row.name.starts_with(self.mark)).collect();
        let Some(row) = dice.pick(&rows) else { return };
        import_rows::<ImportError>(store.as_ref(), program, &file, &[*row], now, |_| Ok(())).unwrap();
    }

    /// What was left as it is from the first is sent.
    fn adopt(&mut self, dice: &mut Dice) {
        let Some(key) = self.party_with(dice, &|it| it.fate == Fate::Left) else { return };
        let choices = self.choose(&key, &mut |it| (it.fate == Fate::Left).then_some(Choice::Send));
        if choices > 0 {
            self.tally.note("people: adopted");
        }
    }

    /// Of each element that both sides have changed it is decided whose value counts.
    fn decide_on_elements(&mut self, dice: &mut Dice) {
        let Some(key) = self.party_with(dice, &is_contested) else { return };
        let mut events = Vec::new();
        self.choose(&key, &mut |it| {
            let choice = match dice.below(5) {
                0 | 1 => Choice::Keep,
                2 | 3 => Choice::Send,
                _ => return None,
            };
            let choice = Some(choice).filter(|_| is_contested(it))?;
            events.push(match choice {
                Choice::Keep => "people: kept what QuickBooks has",
                Choice::Send => "people: sent what Steelhead has",
            });
            Some(choice)
        });
        for event in events {
            self.tally.note(event);
        }
    }

    /// A document of the shop that differs so. The plan is of those only whose records the rules change: no other can.
    fn party_with(&self, dice: &mut Dice, wanted: &dyn Fn(&Difference) -> bool) -> Option<DocumentKey> {
        let (store, program) = (self.shop.store.as_ref(), &self.shop.rules.program);
        let is_changed = |object: &str| {
            let export = program.object(object).and_then(|object| object.export.as_ref());
            export.is_some_and(|it| it.variants.iter().any(|variant| variant.modify.is_some()))
        };
        let own: HashSet<DocumentKey> =
            self.documents.iter().filter(|it| is_changed(it.object)).map(Document::key).collect();
        let preview = Preview::load(store, self.shop.company).unwrap();
        let plan = preview.plan(program, Standing::AsIs, &|key| own.contains(key)).unwrap().plan;
        let has = |step: &&Step| changes(step).iter().any(wanted);
        let keys = plan.steps.iter().filter(has).filter_map(key_of).filter(|key| own.contains(key));
        dice.pick(&keys.collect::<Vec<_>>()).cloned()
    }

    /// Decides as the page does, and presses play. What is decided against may go from QuickBooks.
    fn choose(&mut self, key: &DocumentKey, choose: &mut dyn FnMut(&Difference) -> Option<Choice>) -> usize {
        let mut chosen: Vec<(Difference, Choice)> = Vec::new();
        let decided = self.shop.sessions.decide(self.shop.company, key, self.shop.now(), |all| {
            chosen.extend(all.iter().filter_map(|it| Some((it.clone(), choose(it)?))));
            let choices = chosen.iter().map(|(it, choice)| (it.path.clone(), *choice));
            Ok::<_, SessionError>(choices.collect())
        });
        let Decided::Noted { sent, kept } = decided.unwrap() else { return 0 };
        assert_eq!(sent + kept, chosen.len());
        let after = self.shop.sessions.preview(self.shop.company, key, self.shop.now()).unwrap().plan;
        let own = after.steps.iter().find(|step| key_of(step).as_ref() == Some(key)).unwrap();
        // A near twin that is to get the very name, which another record has: that is refused, and on show.
        let is_taken = own.outcome.rejections().iter().any(|note| note.code == Code::NameTaken);
        if is_taken {
            let is_renamed = |it: &(Difference, Choice)| it.0.path == "Name" && it.1 == Choice::Send;
            assert!(chosen.iter().any(is_renamed), "{:?}", own.outcome.decision);
            self.shop.play(std::slice::from_ref(key));
            return chosen.len();
        }
        for (before, choice) in &chosen {
            let now = changes(own).iter().find(|it| it.path == before.path).unwrap();
            let wanted = if *choice == Choice::Send { Fate::Sent } else { Fate::Left };
            assert_eq!(now.fate, wanted, "{before:?}");
            if *choice == Choice::Send && before.path == "Phone" {
                self.gives_way(own, before.before.as_deref().unwrap_or_default());
            }
        }
        let waits = || self.shop.jobs().iter().any(|it| it.document == *key && it.state == JobState::Waiting);
        if sent > 0 || waits() {
            self.shop.play(std::slice::from_ref(key));
        }
        chosen.len()
    }

    /// The number that was decided against is no longer held to be there; one that was typed in since is.
    fn gives_way(&mut self, step: &Step, phone: &str) {
        let (Decision::Keep(counterpart) | Decision::Connect(counterpart)) = &step.outcome.decision else {
            return;
        };
        let Some(id) = counterpart.id.as_deref() else { return };
        // A number may have been read with a character in it that cannot be read.
        let phone = phone.replace('\u{FFFD}', "");
        if self.typed.get(id).is_some_and(|typed| *typed == phone) {
            self.typed.remove(id);
        }
    }

    fn party_called(&mut self, name: &str, object: &str, templates: &Templates) -> DocumentKey {
        let (object, mut json) = match object {
            "customer" => ("customer", templates.customer.clone()),
            _ => ("vendor", templates.vendor.clone()),
        };
        let id = self.id();
        json["id"] = json!(id);
        json["idInDomain"] = Value::Null;
        json["name"] = json!(name);
        self.keep(object, id, json, false);
        DocumentKey { object: object.to_owned(), id: id.to_string() }
    }
}

fn is_contested(difference: &Difference) -> bool {
    matches!(difference.fate, Fate::Conflict | Fate::Asked)
        || difference.fate == Fate::Sent && difference.agreed.is_some()
}

fn key_of(step: &Step) -> Option<DocumentKey> {
    let key = step.outcome.key.as_ref()?;
    Some(DocumentKey { object: step.object.clone(), id: key.id.to_string() })
}

/// Where a document and its record differ, if the rules change such records.
fn changes(step: &Step) -> &[Difference] {
    match &step.outcome.decision {
        Decision::Keep(counterpart) | Decision::Connect(counterpart) if counterpart.whole.is_some() => {
            &counterpart.changes
        }
        _ => &[],
    }
}

/// Takes something out of the queue now and then, if there are dice for it.
pub fn take_out_sometimes(store: &AnyStore, company: CompanyId, dice: Option<&mut Dice>, tally: &mut Tally) {
    let Some(dice) = dice else { return };
    if !dice.one_in(10) {
        return;
    }
    let queued = store.jobs(company, Some(JobState::Queued)).unwrap();
    let keys: Vec<DocumentKey> =
        queued.iter().map(|job| job.document.clone()).filter(|_| dice.one_in(2)).collect();
    let taken = store.unplay(company, &keys).unwrap();
    let left = store.jobs(company, Some(JobState::Queued)).unwrap();
    assert!(left.iter().all(|job| !taken.contains(&job.document)), "{taken:?} {left:?}");
    if !taken.is_empty() {
        tally.note("people: taken out of the queue");
    }
}
