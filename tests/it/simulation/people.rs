//! What the people of a shop do with Ferrule.

use std::collections::BTreeMap;

use ferrule::store::AnyStore;
use ferrule::sync::session::Rulebook;
use ferrule::sync::stored::{CompanyFile, CompanyId, DocumentKey, Job, JobState, Moment, RecordKey, Store};
use ferrule::sync::{
    ImportError, Imports, NotConnected, archive, connect, double_play, finalize, import_rows, importable,
    played_objects, set_apart, update_rows,
};
use serde_json::json;

use super::dice::Dice;
use super::tally::Tally;
use super::tenant::Tenant;

impl Tenant {
    pub fn use_ferrule(&mut self, dice: &mut Dice) {
        match dice.below(20) {
            _ if self.file().is_paused && dice.one_in(2) => self.pause(),
            0..8 => self.play_some(dice),
            8 | 9 => self.double_play(dice),
            10 => self.finalize(dice),
            11 if dice.one_in(2) => self.pause(),
            12 | 13 => self.decide(dice),
            11 | 14 => self.decide_near(dice),
            15 => self.archive(dice),
            16 if dice.one_in(3) => self.change_setting(dice),
            _ => {
                let now = self.shop.now();
                let (store, company) = (self.shop.store.clone(), self.shop.company);
                let rules = self.shop.rules.clone();
                import_or_ignore(store.as_ref(), &rules, (company, now), dice, false, &mut self.tally);
            }
        }
    }

    fn play_some(&mut self, dice: &mut Dice) {
        let all: Vec<DocumentKey> = self.documents.iter().map(super::steelhead::Document::key).collect();
        let some: Vec<_> = (0..=dice.below(4)).filter_map(|_| dice.pick(&all).cloned()).collect();
        self.shop.play(&some);
        self.tally.note("people: play");
    }

    fn double_play(&mut self, dice: &mut Dice) {
        let objects: Vec<&str> = played_objects(&self.shop.rules.program).collect();
        let object = dice.pick(&objects).copied().filter(|_| !dice.one_in(3));
        let file = self.file();
        let play = double_play(self.shop.store.as_ref(), &self.shop.rules.program, &file, object).unwrap();
        self.shop.play(&play.keys);
        self.tally.note("people: double play");
    }

    fn finalize(&mut self, dice: &mut Dice) {
        let drafts = self.places(|it| it.is_transaction() && it.json["finalizedAt"].is_null());
        let Some(place) = dice.pick(&drafts) else { return };
        let key = self.documents[*place].key();
        let (file, now) = (self.file(), self.shop.now());
        let store = self.shop.store.as_ref();
        let done = finalize(store, &self.shop.rules.program, &file, &[key], now).unwrap();
        if !done.finalized.is_empty() {
            self.tally.note("people: finalize");
        }
        if !done.refused.is_empty() {
            self.tally.note("people: finalize refused");
        }
    }

    fn pause(&mut self) {
        let is_paused = !self.file().is_paused;
        self.shop.store.pause(self.shop.company, is_paused).unwrap();
        self.tally.note(if is_paused { "people: paused" } else { "people: resumed" });
    }

    /// What waits for a person gets its decision.
    fn decide(&mut self, dice: &mut Dice) {
        let mut waiting: Vec<Job> = self.shop.store.jobs(self.shop.company, Some(JobState::Waiting)).unwrap();
        if dice.one_in(2) {
            // What has to be chosen comes first.
            waiting.sort_by_key(|job| job.error.as_ref().is_none_or(|error| error.candidates.is_empty()));
            waiting.truncate(1);
        }
        let Some(job) = dice.pick(&waiting) else { return };
        let (store, file, now) = (self.shop.store.clone(), self.file(), self.shop.now());
        let error = job.error.clone().unwrap();
        let Some(place) = self.documents.iter().position(|it| it.key() == job.document) else { return };
        // Someone who knows the shop takes no record that another document is about.
        let is_free = |id: &str, name: &str| {
            let connections = store.connections(self.shop.company).unwrap();
            let others = self.documents.iter().filter(|it| it.key() != job.document);
            !connections.iter().any(|it| it.record_id == id)
                && others.clone().all(|it| it.json["name"] != *name)
                && !name.starts_with("SH:")
                && self.shop.file.record(id).is_some_and(|record| {
                    others.clone().all(|it| !super::quickbooks::has_line(record, &it.token(self.mark)))
                })
        };
        if error.candidates.is_empty()
            && error.command.as_deref().unwrap_or_default().contains("ferrule archive")
            && dice.one_in(2)
        {
            return self.type_in_again(place);
        }
        let taken = error.candidates.iter().find(|it| is_free(&it.id, &it.name));
        if let Some(taken) = taken.filter(|_| !dice.one_in(4)) {
            let record = RecordKey { record_type: taken.record_type.clone(), id: taken.id.clone() };
            let rules = &self.shop.rules.program;
            if connect(store.as_ref(), rules, &file, &job.document, &record, now).is_ok() {
                self.documents[place].is_foreign = true;
                self.tally.note("people: connected by hand");
            }
        } else if error.command.as_deref().unwrap_or_default().contains("ferrule archive") && dice.one_in(2) {
            archive(store.as_ref(), &file, &job.document, true).unwrap();
            self.tally.note("people: archived for a new one");
        }
        self.shop.play(std::slice::from_ref(&job.document));
    }

    /// What is held for nearly the same name gets its decision: it is that record, or another one. A person takes
    /// the words that are on show.
    fn decide_near(&mut self, dice: &mut Dice) {
        let rejected = self.shop.store.jobs(self.shop.company, Some(JobState::Rejected)).unwrap();
        let command = |job: &Job| {
            let command = job.error.as_ref()?.command.as_ref()?;
            let words: Vec<&str> =
                command.split_once("`ferrule connect ")?.1.split('`').next()?.split(' ').collect();
            let [object, id, record_type, record] = words.try_into().ok()?;
            let document = DocumentKey { object: object.to_owned(), id: id.to_owned() };
            Some((document, RecordKey { record_type: record_type.to_owned(), id: record.to_owned() }))
        };
        let held: Vec<_> = rejected.iter().filter_map(|job| Some((job, command(job)?))).collect();
        let Some((job, (document, record))) = dice.pick(&held) else { return };
        let (store, file, now) = (self.shop.store.clone(), self.file(), self.shop.now());
        let rules = &self.shop.rules.program;
        let place = self.documents.iter().position(|it| it.key() == *document);
        if dice.one_in(2) {
            if connect(store.as_ref(), rules, &file, document, record, now).is_ok() {
                self.tally.note(if let Some(place) = place {
                    self.documents[place].is_foreign = true;
                    "people: connected to nearly the same name"
                } else {
                    "people: part number connected to nearly the same name"
                });
            }
        } else if set_apart(store.as_ref(), rules, &file, document, "Kim", now).is_ok() {
            self.tally.note(if place.is_some() {
                "people: created all the same"
            } else {
                "people: part number created all the same"
            });
        }
        self.shop.play(std::slice::from_ref(&job.document));
        if place.is_some() {
            self.shop.play(std::slice::from_ref(document));
        }
    }

    /// A connection is put aside, or taken back.
    fn archive(&mut self, dice: &mut Dice) {
        let file = self.file();
        let all = self.shop.store.connections(self.shop.company).unwrap();
        let archived: Vec<_> = all.iter().filter(|it| it.is_archived).cloned().collect();
        let all = if dice.one_in(3) && archived.len() < 3 { all } else { archived };
        let Some(connection) = dice.pick(&all) else { return };
        let wanted = !connection.is_archived;
        match archive(self.shop.store.as_ref(), &file, &connection.document, wanted) {
            Ok(_) => self.tally.note(if wanted { "people: archived" } else { "people: restored" }),
            // Another document has the record by now.
            Err(error) => assert!(matches!(error, NotConnected::Taken { .. }) && !wanted, "{error}"),
        }
    }

    fn change_setting(&mut self, dice: &mut Dice) {
        let mut settings = self.file().settings;
        match dice.below(4) {
            3 => {
                let then = if dice.one_in(3) { "Warn" } else { "Hold" };
                settings.insert("near_item_names".to_owned(), json!(then))
            }
            0 => settings.insert("customer_name".to_owned(), json!(dice.one_in(2))),
            1 => settings.insert("send_ship_via".to_owned(), json!(dice.one_in(2))),
            _ => settings.insert("export_invoice_terms".to_owned(), json!(dice.one_in(2))),
        };
        self.shop.store.set_settings(self.shop.company, &settings).unwrap();
        self.tally.note("people: setting changed");
    }
}

/// Settings of a shop that imports items and takes terms over.
pub fn settings() -> BTreeMap<String, serde_json::Value> {
    [
        ("income_account", json!("Plating Income")),
        ("items_into_products_filter", json!("*Walk-in*")),
        ("export_invoice_terms", json!(true)),
        ("near_item_names", json!("Hold")),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Someone works on the Imports page, whether a session is under way or not.
pub fn import_or_ignore(
    store: &AnyStore,
    rules: &Rulebook,
    (company, now): (CompanyId, Moment),
    dice: &mut Dice,
    is_during: bool,
    tally: &mut Tally,
) {
    let file = store.company_file(company).unwrap();
    let imports = Imports::of(store, &rules.program, &file).unwrap();
    match dice.below(4) {
        0 => take_updates(store, &file, &imports, now, tally),
        1 => {
            let ignored = store.ignored(company).unwrap();
            if let Some(key) = dice.pick(&ignored) {
                store.ignore(company, std::slice::from_ref(key), false).unwrap();
                tally.note("people: no longer ignored");
            }
        }
        it => {
            let rows = imports.rows(None).unwrap();
            let (rows, _) = importable(&rows);
            let some: Vec<_> = (0..=dice.below(3)).filter_map(|_| dice.pick(&rows).copied()).collect();
            if some.is_empty() {
                return;
            }
            if it == 2 {
                let keys: Vec<RecordKey> = some.iter().map(|row| row.key.clone()).collect();
                store.ignore(company, &keys, true).unwrap();
                let during = "people: ignore during a session";
                return tally.note(if is_during { during } else { "people: ignore" });
            }
            let taken =
                import_rows::<ImportError>(store, &rules.program, &file, &some, now, |_| Ok(())).unwrap();
            let ignored = store.ignored(company).unwrap();
            assert!(!taken.iter().any(|it| ignored.contains(&it.connection.record())));
            let during = "people: import during a session";
            tally.note(if is_during { during } else { "people: import" });
        }
    }
}

fn take_updates(store: &AnyStore, file: &CompanyFile, imports: &Imports<'_>, now: Moment, tally: &mut Tally) {
    let rows = imports.updates(store, file, None).unwrap();
    // What Steelhead has is Steelhead's to change in this shop; only what was imported is updated.
    let rows: Vec<_> = rows.iter().filter(|row| ferrule::sync::is_of_record(&row.document)).collect();
    let taken = update_rows::<ImportError>(store, file, &rows, now, |_| Ok(())).unwrap();
    if !taken.is_empty() {
        tally.note("people: update taken over");
    }
}
