//! What must be true, whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ferrule::document::Code;
use ferrule::engine::Decision;
use ferrule::qbxml::Record;
use ferrule::sync::stored::{CompanyId, DocumentKey, Job, JobState, Store};
use ferrule::sync::{Action, Plan, differs, is_of_record};
use ferrule::text::alike::meaning;
use ferrule::xml::Node;
use rust_decimal::Decimal;
use serde_json::Value;

use super::quickbooks::{AMOUNTS, KINDS, id_of, text};
use super::refused;
use super::steelhead::Document;
use super::tenant::Tenant;
use super::{MARKS, quickbooks::called};

impl Tenant {
    /// After every visit: no document is in QuickBooks twice. At the end someone might have deleted one of two.
    pub fn check_now(&self) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for record in self.transactions() {
            for line in record.children() {
                let token = [text(line, "Desc"), text(line, "Memo")].into_iter().find(|it| self.is_token(it));
                if let Some(token) = token {
                    *counts.entry(token.to_owned()).or_default() += 1;
                }
            }
        }
        let twice: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        assert!(twice.is_empty(), "more than once: {twice:?}");
        self.nothing_typed_in_is_reverted();
    }

    /// What somebody has corrected in QuickBooks is still so, unless the record is gone.
    fn nothing_typed_in_is_reverted(&self) {
        for (id, phone) in &self.typed {
            let record = self.shop.file.record(id);
            let has = record.as_ref().map(|record| text(record, "Phone"));
            assert!(has.is_none_or(|has| has == phone), "{id} had the phone {phone}, and has {has:?}");
        }
    }

    /// No request makes a second record of nearly a name that is known, unless a person has said that it is another
    /// one.
    pub fn makes_no_near_twin(store: &dyn Store, company: CompanyId, request: &str) {
        for kind in ["Customer", "Vendor"] {
            for add in request.split(&format!("<{kind}Add><Name>")).skip(1) {
                let name = add.split('<').next().unwrap();
                let said = store.apart(company).unwrap();
                if said.iter().any(|it| it.name == name) {
                    continue;
                }
                for record in store.records_of(company, &format!("{kind}Ret")).unwrap() {
                    let record = Record::from_xml(&record.xml).unwrap();
                    let known = record.full_name().unwrap();
                    let is_twin =
                        meaning(known) == meaning(name) && known.to_lowercase() != name.to_lowercase();
                    assert!(!is_twin, "`{name}` is sent though there is `{known}`");
                }
            }
        }
    }

    /// When all is quiet.
    pub fn check(&mut self) {
        self.check_now();
        self.nothing_is_anothers();
        self.each_job_has_its_end();
        self.each_is_there_once();
        self.each_amount_is_right_or_shown();
        // Nothing changes any more.
        let plan = self.shop.sessions.plan(self.shop.company).unwrap();
        self.each_value_is_right_or_shown(&plan);
        self.drafts_are_locked_by_sending();
        self.nothing_is_left_aside();
        self.the_mirror_is_true();
        self.the_plan_is_empty(&plan);
        self.nothing_refused_was_tried();
        self.check_payments();
        self.layers_are_right();
        self.the_money_is_accounted_for();
    }

    /// After every visit: what is not done has an error on show. Counts what was not there before.
    pub fn note_shown(&mut self) {
        for job in self.shop.jobs() {
            let Some(error) = &job.error else {
                let is_well = [JobState::Queued, JobState::Sent, JobState::Done].contains(&job.state);
                assert!(is_well, "no error on show: {job:?}");
                continue;
            };
            let words = [&error.code, &error.happened];
            assert!(words.iter().all(|words| !words.trim().is_empty()), "{error:?}");
            let command = error.command.as_deref().unwrap_or_default();
            let shown = [
                ("shown: seen to in QuickBooks", error.code == "resolved"),
                ("shown: its layer is off", error.code == "no-object"),
                ("shown: nearly the same name", error.code == Code::NearTwin.as_str()),
                (
                    "shown: part number of nearly the same name",
                    command.contains("`ferrule connect partNumber "),
                ),
                ("shown: gone", command.contains("ferrule archive")),
                ("shown: candidates", !error.candidates.is_empty()),
                ("shown: another document's record", error.happened.contains("is the counterpart of")),
            ];
            let shown =
                shown.into_iter().chain(refused::SHOWN.map(|(code, event)| (event, error.code == code)));
            for (event, _) in shown.filter(|(_, is_shown)| *is_shown) {
                if self.shown.insert((job.id, event)) {
                    self.tally.note(event);
                }
            }
        }
    }

    /// After every visit: what cannot be read is on show, with its text; and what fails again and again.
    pub fn note_flaws(&mut self) {
        let (store, company) = (&self.shop.store, self.shop.company);
        let flaws = store.flaws(company).unwrap();
        for kept in &flaws {
            assert!(!kept.flaw.reason.is_empty() && !kept.flaw.raw.is_empty(), "{kept:?}");
            self.tally.note(if kept.is_set_aside() {
                "shown: set aside"
            } else {
                "shown: unknown characters"
            });
        }
        if store.troubles(company).unwrap().iter().any(ferrule::sync::stored::Trouble::repeats) {
            self.tally.note("shown: fails again and again");
        }
        if self.shop.jobs().iter().any(|job| job.error.as_ref().is_some_and(|error| error.code == "R648")) {
            self.tally.note("shown: waits for a record that cannot be read");
        }
    }

    /// Everything can be read in the end, and nothing fails.
    fn nothing_is_left_aside(&self) {
        let (store, company) = (&self.shop.store, self.shop.company);
        assert_eq!(store.flaws(company).unwrap(), []);
        assert_eq!(store.troubles(company).unwrap(), []);
    }

    fn transactions(&self) -> impl Iterator<Item = &Node> {
        ["Invoice", "Bill"].into_iter().flat_map(|kind| self.shop.file.records(kind))
    }

    fn is_token(&self, text: &str) -> bool {
        text.strip_prefix(self.mark).is_some_and(|it| it.starts_with(" invoice ") || it.starts_with(" bill "))
    }

    /// All that is known of a document, for whoever looks into a failure.
    fn story(&self, key: &DocumentKey) -> String {
        let standing = self.shop.store.standing(self.shop.company, key).unwrap().unwrap();
        let record = standing.connection.as_ref().and_then(|it| self.shop.file.record(&it.record_id));
        let all = self.shop.store.connections(self.shop.company).unwrap();
        let id = standing.connection.as_ref().map(|it| &it.record_id);
        let shared: Vec<_> = all.iter().filter(|it| Some(&it.record_id) == id).collect();
        let mut story = format!("{standing:#?}\nthere is {record:#?}\nshared {shared:?}");
        for exchange in self.shop.store.history(self.shop.company, Some(key), 20).unwrap() {
            let own = exchange.items.iter().filter(|item| item.document.as_ref() == Some(key));
            let own: Vec<_> =
                own.map(|item| (&item.message, item.status_code, &item.status_message)).collect();
            let (id, at, failure) = (exchange.id, exchange.sent_at, &exchange.failure);
            writeln!(story, "\n{id:?} {at} {failure:?} {own:?}").unwrap();
        }
        story
    }

    pub fn newest(&self) -> BTreeMap<DocumentKey, Job> {
        self.shop.jobs().into_iter().map(|job| (job.document.clone(), job)).collect()
    }

    fn each_is_there_once(&self) {
        let jobs = self.newest();
        let is_done = |document: &Document| {
            let job = jobs.get(&document.key());
            // What is voided, settled, or was connected to another record, says nothing of what is there.
            job.is_some_and(|job| job.state == JobState::Done)
                && !self.settled.contains(&document.key())
                && !document.is_foreign
                && !self.takes_over(document)
                && document.json["voidedAt"].is_null()
        };
        let lines: Vec<&str> = self
            .transactions()
            .flat_map(Node::children)
            .flat_map(|line| [text(line, "Desc"), text(line, "Memo")])
            .collect();
        let lines: BTreeSet<&str> = lines.into_iter().collect();
        let names = |kind: &str| -> Vec<String> {
            self.shop.file.records(kind).map(|record| called(record).to_lowercase()).collect()
        };
        let all: Vec<String> = names("Customer").into_iter().chain(names("Vendor")).collect();
        let unique: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), unique.len());
        for document in self.documents.iter().filter(|it| is_done(it)) {
            if document.is_transaction() {
                assert!(
                    lines.contains(document.token(self.mark).as_str()),
                    "is done: {}",
                    self.story(&document.key())
                );
            } else {
                let is_there = unique.contains(&document.name().to_lowercase());
                assert!(is_there, "is done: {}", self.story(&document.key()));
            }
        }
    }

    /// No amount is silently another one than what was billed.
    fn each_amount_is_right_or_shown(&mut self) {
        let (store, file) = (self.shop.store.clone(), self.file());
        let shown = differs(store.as_ref(), &self.shop.rules.program, &file).unwrap();
        let shown: BTreeSet<DocumentKey> = shown.into_iter().map(|it| it.document).collect();
        let connections = store.connections(self.shop.company).unwrap();
        for connection in connections.iter().filter(|it| !it.is_archived) {
            let key = &connection.document;
            let Some(path) = AMOUNTS.into_iter().zip(["invoice", "bill"]).find(|it| it.1 == key.object)
            else {
                continue;
            };
            let Some(record) = self.shop.file.record(&connection.record_id) else { continue };
            let json: Value = serde_json::from_str(&self.stored(key)).unwrap();
            let booked: Decimal = text(record, path.0).parse().unwrap();
            let is_right = booked == Document::billed(&json);
            // What both sides have voided comes to nothing.
            if json["voidedAt"].is_null() {
                assert_eq!(is_right, !shown.contains(key), "{booked} is booked: {}", self.story(key));
            }
            if !is_right {
                self.tally.note("end: amount shown as different");
            }
        }
    }

    /// A phone number that the two sides have otherwise is on show as different.
    fn each_value_is_right_or_shown(&mut self, plan: &Plan) {
        for step in &plan.steps {
            let Some(key) = &step.outcome.key else { continue };
            let key = DocumentKey { object: step.object.clone(), id: key.id.to_string() };
            let Decision::Keep(counterpart) = &step.outcome.decision else { continue };
            let Some(document) = self.documents.iter().find(|it| it.key() == key) else { continue };
            let Some(record) = counterpart.id.as_ref().and_then(|id| self.shop.file.record(id)) else {
                continue;
            };
            let Some(phone) = document.json["phone"].as_str().filter(|_| !document.is_transaction()) else {
                continue;
            };
            let is_shown = counterpart.changes.iter().any(|change| change.path == "Phone");
            let is_right = text(record, "Phone") == phone;
            assert_eq!(is_right, !is_shown, "{phone}: {:?} {}", counterpart.changes, self.story(&key));
            if is_shown {
                self.tally.note("end: value shown as different");
            }
        }
    }

    /// Whether a document has the record of another one, whose connection someone has put aside.
    fn takes_over(&self, document: &Document) -> bool {
        let all = self.shop.store.connections(self.shop.company).unwrap();
        let own = all.iter().find(|it| it.document == document.key()).map(|it| &it.record_id);
        all.iter().any(|it| it.is_archived && Some(&it.record_id) == own)
    }

    fn each_job_has_its_end(&mut self) {
        assert!(self.shop.store.unanswered(self.shop.company).unwrap().is_empty());
        for job in self.shop.jobs() {
            let error = job.error.clone();
            match job.state {
                JobState::Done => {}
                JobState::Queued | JobState::Sent => panic!("{job:?}"),
                state => {
                    let error = error.unwrap();
                    // What is missing in QuickBooks is known once everything was read, and named before it is sent.
                    assert_ne!(error.code, "3140", "{error:?}");
                    self.tally.note_error(&format!("{} ({})", error.code, state.name()));
                }
            }
        }
    }

    /// Nothing that the other shop has is here.
    fn nothing_is_anothers(&self) {
        let other = MARKS.into_iter().find(|mark| *mark != self.mark).unwrap();
        for kind in KINDS {
            assert!(!self.shop.file.records(kind).any(|record| called(record).starts_with(other)));
        }
        assert!(
            !self
                .transactions()
                .any(|it| it.children().iter().any(|line| text(line, "Desc").starts_with(other)))
        );
        let documents = self.shop.store.all_documents(self.shop.company, None).unwrap();
        assert!(!documents.iter().any(|stored| stored.document.json.contains(other)));
        let mut foreign = 0;
        self.shop
            .store
            .records(self.shop.company, &mut |record| foreign += usize::from(record.xml.contains(other)))
            .unwrap();
        assert_eq!(foreign, 0);
        for exchange in self.shop.store.history(self.shop.company, None, 10_000).unwrap() {
            assert!(!exchange.request.contains(other), "{}", exchange.request);
        }
    }

    fn drafts_are_locked_by_sending(&mut self) {
        let jobs = self.newest();
        let mut locked = 0;
        for document in self.documents.iter().filter(|it| it.json["finalizedAt"].is_null()) {
            let Some(job) = jobs.get(&document.key()).filter(|_| document.is_transaction()) else { continue };
            let json: Value = serde_json::from_str(&self.stored(&document.key())).unwrap();
            let is_locked = !json["finalizedAt"].is_null();
            assert!(is_locked || job.state != JobState::Done, "{} is done", document.key());
            assert!(!is_locked || !document.is_credit, "{} is never sent", document.key());
            locked += usize::from(is_locked);
        }
        (0..locked).for_each(|_| self.tally.note("end: locked by sending"));
    }

    /// What the mirror knows is what is there: no read skipped a change or a deletion.
    fn the_mirror_is_true(&self) {
        let mut known = BTreeSet::new();
        self.shop
            .store
            .records(self.shop.company, &mut |record| {
                if KINDS.iter().any(|kind| record.key.record_type == format!("{kind}Ret")) {
                    known.insert((record.key.id, record.edit_sequence));
                }
            })
            .unwrap();
        let there = KINDS.into_iter().flat_map(|kind| self.shop.file.records(kind));
        let there: BTreeSet<_> =
            there.map(|record| (id_of(record), text(record, "EditSequence").to_owned())).collect();
        let wrong: Vec<_> = known.symmetric_difference(&there).collect();
        let read = self.shop.store.traversals(self.shop.company).unwrap();
        let records = wrong.iter().map(|(id, _)| self.shop.file.record(id).map(|it| (called(it), it)));
        assert!(wrong.is_empty(), "{wrong:?}\n{:#?}\n{read:#?}", records.collect::<Vec<_>>());
    }

    /// Nothing is left to be done for what is done, and what goes only with another document is there if
    /// nothing else keeps that one back.
    fn the_plan_is_empty(&self, plan: &Plan) {
        let jobs = self.newest();
        let own: BTreeSet<DocumentKey> = self.documents.iter().map(Document::key).collect();
        for step in &plan.steps {
            let Some(key) = &step.outcome.key else { continue };
            let key = DocumentKey { object: step.object.clone(), id: key.id.to_string() };
            assert!(!is_of_record(&key), "{key} was imported");
            let is_done = jobs.get(&key).is_some_and(|job| job.state == JobState::Done);
            let action = step.action();
            assert_eq!(action == Action::Settled, self.settled.contains(&key), "{key} {action:?}");
            if action == Action::Settled {
                continue;
            }
            if is_done {
                let is_voided = action == Action::Skip && !step.outcome.waits;
                let is_quiet = action == Action::Unchanged || is_voided;
                assert!(is_quiet, "{:?} though done: {}", step.outcome.decision, self.story(&key));
            } else if own.contains(&key) {
                let is_shown = jobs.get(&key).is_some_and(|job| job.error.is_some());
                assert!(is_shown, "{action:?} without an error on show: {}", self.story(&key));
            }
        }
    }
}
