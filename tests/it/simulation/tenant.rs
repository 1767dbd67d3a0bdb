//! One of the shops: what its people did, and the visits of its Web Connector.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use ferrule::simulator::{CompanyFile, ManualClock};
use ferrule::store::AnyStore;
use ferrule::sync::session::Next;
use ferrule::sync::stored::{
    CompanyFile as Kept, CompanyId, Connection, DocumentKey, JobId, JobState, Store,
};
use serde_json::json;

use super::decisions::take_out_sometimes;
use super::dice::Dice;
use super::layered::{self, Payment};
use super::people::{import_or_ignore, settings};
use super::quickbooks::{Made, conditions, edit};
use super::refused;
use super::spoilt::spoil;
use super::steelhead::{Document, MOMENT, Templates};
use super::tally::Tally;
use crate::loop_store::{Dies, Mortal};
use crate::loop_support::{Break, Reply, Shop};

pub struct Tenant {
    pub shop: Shop,
    pub mark: &'static str,
    pub documents: Vec<Document>,
    /// The phone number that someone has typed in last, by the record: nothing that is sent takes it away.
    pub typed: BTreeMap<String, String>,
    /// Records that someone has open.
    pub locked: Vec<String>,
    pub count: u64,
    /// The dice of what people decide; nothing if they decide nothing.
    pub own: Option<Dice>,
    /// Documents that someone has settled by hand.
    pub settled: BTreeSet<DocumentKey>,
    pub tally: Tally,
    /// Chance of answers that cannot be read as they stand; nothing if there are none.
    pub spoilt: Option<Dice>,
    /// What is taken out of the queue; its own dice, as with `own`.
    pub taken_out: Option<Dice>,
    /// The dice of what QuickBooks refuses; nothing if there is nothing of that.
    pub odd: Option<Dice>,
    /// The dice of payments, and of what follows an invoice; nothing if the shop has no such layers.
    pub layered: Option<Dice>,
    /// The payments, in the order in which they were made.
    pub payments: Vec<Payment>,
    /// The records of payments that were looked at.
    pub received: BTreeSet<String>,
    /// Invoices that QuickBooks would refuse, with the constraint that they break.
    pub refused: BTreeMap<DocumentKey, &'static str>,
    /// Whether the session before got so far that requests went out, or to its end.
    pub has_begun: bool,
    /// What was on show of which job.
    pub shown: HashSet<(JobId, &'static str)>,
}

impl Tenant {
    /// QuickBooks refuses much in it, and it has optional layers, if there are dice for that.
    pub fn new(
        store: &Arc<AnyStore>,
        mark: &'static str,
        clock: ManualClock,
        (mut odd, layered): (Option<Dice>, Option<Dice>),
    ) -> Self {
        let mut shop = Shop::over(store.clone(), mark, clock);
        let mut tally = Tally::default();
        if let Some(dice) = &mut odd {
            refused::found(&mut shop, mark, dice, &mut tally);
        }
        let mut settings = if odd.is_some() { refused::settings(mark) } else { settings() };
        if layered.is_some() {
            layered::found(&mut shop);
            layered::settings(&mut settings);
            tally.note("file: with layers");
        }
        // So small that most reads have several pages, and break off between two.
        shop.limits.page = 4;
        shop.restart();
        shop.load(&["part_numbers.ndjson", "products.ndjson", "terms.ndjson"]);
        shop.store.set_settings(shop.company, &settings).unwrap();
        shop.visit(Break::Never);
        tally.sessions = 1;
        let (documents, locked, typed) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self {
            shop,
            mark,
            documents,
            typed,
            locked,
            count: 0,
            own: None,
            settled: BTreeSet::new(),
            tally,
            spoilt: None,
            taken_out: None,
            odd,
            layered,
            payments: Vec::new(),
            received: BTreeSet::new(),
            refused: BTreeMap::new(),
            has_begun: false,
            shown: HashSet::new(),
        }
    }

    pub fn file(&self) -> Kept {
        self.shop.store.company_file(self.shop.company).unwrap()
    }

    pub fn connection(&self, key: &DocumentKey) -> Option<Connection> {
        self.shop.store.standing(self.shop.company, key).unwrap()?.connection
    }

    /// A document as it is kept.
    pub fn stored(&self, key: &DocumentKey) -> String {
        let known = self.shop.store.documents(self.shop.company, std::slice::from_ref(key)).unwrap();
        known.into_iter().next().unwrap().document.json
    }

    pub fn turn(&mut self, templates: &Templates, dice: &mut Dice) {
        for _ in 0..=dice.below(4) {
            match dice.below(18) {
                0 | 1 => self.new_party(templates, dice),
                2 | 3 => self.new_invoice(templates, dice),
                4 | 5 => self.new_bill(templates, dice),
                6 | 7 => self.change(dice),
                8..13 => self.use_ferrule(dice),
                13..16 => self.by_hand(dice),
                16 => self.trouble(dice),
                _ => self.unlock(),
            }
        }
        self.decide_something(templates);
        self.bill_something_odd(templates);
        self.pay_something();
        self.look_at_the_queue();
        let minutes = [0, 1, 3, 11, 90, 2000][dice.below(6)];
        self.shop.clock.advance(minutes * 60);
        if self.file().is_paused {
            // What `SessionDesk::open` does then.
            self.tally.note("session: sent away");
        } else if dice.one_in(12) {
            self.two_clients(dice);
        } else {
            self.session(dice, None);
        }
        self.note_shown();
        self.note_flaws();
        self.check_now();
        self.check_payments();
    }

    /// One visit, in which anything may happen. Some time during it another Web Connector, which began before it,
    /// hands QuickBooks what it `holds`; if it does not come to that, it is given back.
    fn session(&mut self, dice: &mut Dice, mut holds: Option<String>) -> Option<String> {
        self.tally.sessions += 1;
        let (may_die, made) = (self.may_die(dice), self.made());
        let (store, company, clock) = (self.shop.store.clone(), self.shop.company, self.shop.clock.clone());
        let (mut own, mut tally) = (Dice(dice.next()), std::mem::take(&mut self.tally));
        let mut typed = std::mem::take(&mut self.typed);
        let (mut lost, mut spoilt, mut taken_out) = (false, self.spoilt, self.taken_out);
        let (settled, refused) = (self.settled_tokens(), self.refused_tokens());
        let (rules, is_layered) = (self.shop.rules.clone(), self.layered.is_some());
        let mut has_begun = false;
        let visit = self.shop.try_visit(&mut |file: &mut CompanyFile, _, request| {
            has_begun = true;
            if own.one_in(3)
                && let Some(held) = holds.take()
            {
                drop(file.meanwhile(|file| in_a_session(file, |file| file.process(&held))));
                tally.note("session: late requests meanwhile");
            }
            may_be_sent(request, &settled, (store.as_ref(), company));
            refused::may_be_sent(request, &refused);
            if is_layered {
                layered::may_be_sent(request, file);
            }
            if let Some((_, rest)) = request.split_once("Mod><ListID>")
                && own.one_in(4)
            {
                edit_the_same(file, rest.split('<').next().unwrap(), &mut own, (&mut tally, &mut typed));
            } else if own.one_in(6) {
                edit_one(file, &made, &mut own, (&mut tally, &mut typed));
            }
            if own.one_in(40) {
                let at = (company, super::moment(&clock));
                import_or_ignore(store.as_ref(), &rules, at, &mut own, true, &mut tally);
            }
            if is_layered && own.one_in(60) {
                layered::switch_payments(&store, company);
                tally.note("people: layer switched during a session");
            }
            if own.one_in(120) {
                store.pause(company, true).unwrap();
                tally.note("people: paused during a session");
            }
            take_out_sometimes(store.as_ref(), company, taken_out.as_mut(), &mut tally);
            let reply = reply(&mut own, &mut tally, request.contains("AddRq"));
            lost |= matches!(reply, Reply::Lose);
            spoilt_reply(reply, file, request, spoilt.as_mut(), &mut tally)
        });
        (self.tally, self.typed, self.spoilt, self.taken_out) = (tally, typed, spoilt, taken_out);
        self.has_begun = has_begun || visit.is_ok();
        self.rules_anew();
        match visit.map(|visit| visit.error.is_none()) {
            Ok(is_whole) => self.tally.note(if is_whole { "session: whole" } else { "session: broken off" }),
            Err(error) => {
                assert!(may_die, "{error}");
                self.tally.note("session: server killed");
            }
        }
        if self.afterwards(dice, may_die, lost) {
            // What a Web Connector had begun with QuickBooks ends with it.
            holds = None;
        }
        holds
    }

    /// Some servers die at one of their next writes, before or after it; says whether this one may.
    fn may_die(&mut self, dice: &mut Dice) -> bool {
        let death = dice.one_in(6).then(|| {
            let dies = if dice.one_in(2) { Dies::Before } else { Dies::After };
            (dice.below(14), dies)
        });
        if death.is_some() {
            let store = self.shop.store.clone();
            self.shop.serve(Mortal::new(store, death));
        }
        death.is_some()
    }

    /// What lines of settled transactions hold in a request.
    fn settled_tokens(&self) -> Vec<String> {
        let settled =
            self.documents.iter().filter(|it| it.is_transaction() && self.settled.contains(&it.key()));
        settled.map(|it| format!(">{}<", it.token(self.mark))).collect()
    }

    /// The server is started anew, and QuickBooks may be: whether it has forgotten its answers.
    fn afterwards(&mut self, dice: &mut Dice, has_died: bool, lost: bool) -> bool {
        if has_died {
            let store = self.shop.store.clone();
            self.shop.serve(store);
        } else if dice.one_in(20) {
            self.shop.restart();
            self.tally.note("session: server restarted");
        }
        // That it is started anew is why answers are lost, too.
        let is_forgotten = dice.one_in(if lost { 2 } else { 12 });
        if is_forgotten {
            self.shop.forget_answers();
            self.tally.note("quickbooks: answers forgotten");
        }
        is_forgotten
    }

    /// Two Web Connectors at once: the second takes over, whatever the first has under way.
    fn two_clients(&mut self, dice: &mut Dice) {
        let first = self.shop.begin();
        let mut request = self.shop.next(&first).unwrap();
        // It is cut off behind what it finds out and reads, at some time.
        for _ in 0..dice.below(6) {
            let Next::Request(text) = &request else { break };
            let text = text.clone();
            let answer = self.in_a_session(|file| file.process(&text));
            self.shop.receive(&first, &answer).unwrap();
            request = self.shop.next(&first).unwrap();
        }
        let held = if let Next::Request(request) = request { Some(request) } else { None };
        // What the first has in its hands comes late: meanwhile, a session later, or never.
        let held = self.session(dice, held);
        if let Some(request) = held.filter(|_| dice.one_in(2)) {
            drop(self.in_a_session(|file| file.process(&request)));
            self.tally.note("session: late requests");
        }
        // The server may have died before the second one was in.
        if self.has_begun {
            assert!(self.shop.next(&first).is_err());
            assert!(self.shop.receive(&first, &Ok(String::new())).is_err());
        }
        self.tally.sessions += 1;
        self.tally.note("session: two clients");
    }

    fn in_a_session<T>(&mut self, act: impl FnOnce(&mut CompanyFile) -> T) -> T {
        self.shop.file.meanwhile(|file| in_a_session(file, act))
    }

    /// No more faults: everything is played in a new version, and visits go on until all is quiet.
    pub fn settle(&mut self) {
        self.unlock();
        self.layers_on();
        for (_, condition) in &conditions() {
            self.shop.file.clear(condition);
        }
        self.shop.store.pause(self.shop.company, false).unwrap();
        self.quiet();
        for place in 0..self.documents.len() {
            let document = &self.documents[place];
            if document.is_transaction() && self.is_locked(&document.key()) {
                // What is locked here changes only once it is finalized there too.
                self.documents[place].json["finalizedAt"] = json!(MOMENT);
            }
            let document = &mut self.documents[place];
            document.json["customInputs"] = json!({ "Checked": { "at": "the end" } });
        }
        let mut keys: Vec<DocumentKey> = self.documents.iter().map(|document| self.load(document)).collect();
        keys.extend(self.payments_anew());
        self.shop.play(&keys);
        self.quiet();
        self.shop.store.ask_for_read(self.shop.company).unwrap();
        self.quiet();
    }

    fn quiet(&mut self) {
        for _ in 0..40 {
            self.shop.clock.advance(7200);
            self.shop.visit(Break::Never);
            self.tally.sessions += 1;
            if self.shop.count(JobState::Queued) + self.shop.count(JobState::Sent) == 0 {
                return;
            }
        }
        let open: Vec<_> = self.shop.jobs().into_iter().filter(|job| job.state == JobState::Queued).collect();
        panic!("never quiet: {open:#?}");
    }
}

fn in_a_session<T>(file: &mut CompanyFile, act: impl FnOnce(&mut CompanyFile) -> T) -> T {
    file.begin_session().unwrap();
    let done = act(file);
    file.end_session();
    done
}

/// Neither what was imported nor what is settled by hand is sent, nor a near twin of what is known.
fn may_be_sent(request: &str, settled: &[String], (store, company): (&dyn Store, CompanyId)) {
    Tenant::makes_no_near_twin(store, company, request);
    assert!(!request.contains("requestID=\"customer-qb-"), "what was imported is not exported");
    let sent = settled.iter().find(|token| request.contains(*token));
    assert_eq!(sent, None, "it is settled by hand, and sent");
}

/// Someone changes a record right before it is changed from here, and the same element.
fn edit_the_same(
    file: &mut CompanyFile,
    id: &str,
    own: &mut Dice,
    (tally, typed): (&mut Tally, &mut BTreeMap<String, String>),
) {
    let phone = own.below(10_000).to_string();
    if file.edit(id, "Phone", &phone) {
        typed.insert(id.to_owned(), phone);
        tally.note("quickbooks: changed during a session");
    }
}

/// Someone changes a record while a session is under way.
fn edit_one(
    file: &mut CompanyFile,
    made: &[Made],
    own: &mut Dice,
    (tally, typed): (&mut Tally, &mut BTreeMap<String, String>),
) {
    let Some(made) = own.pick(made) else { return };
    let (path, value) = edit(made.kind, own);
    if file.edit(&made.id, path, &value) {
        if path == "Phone" {
            typed.insert(made.id.clone(), value);
        }
        tally.note("quickbooks: changed during a session");
    }
}

/// The same, or with something in it that cannot be read.
fn spoilt_reply(
    reply: Reply,
    file: &mut CompanyFile,
    request: &str,
    dice: Option<&mut Dice>,
    tally: &mut Tally,
) -> Reply {
    let (Reply::Deliver, Some(dice)) = (&reply, dice) else { return reply };
    // What is refused is refused once more, unless that is over.
    let Ok(answer) = file.process(request) else { return reply };
    Reply::Text(spoil(&answer, dice, tally).unwrap_or(answer))
}

/// What becomes of requests; of those that make records more often something bad.
fn reply(own: &mut Dice, tally: &mut Tally, makes_records: bool) -> Reply {
    let (event, reply) = match own.below(if makes_records { 15 } else { 40 }) {
        0 => ("session: requests lost", Reply::Drop),
        1 => ("session: answer lost", Reply::Lose),
        2 => ("session: client left", Reply::Leave),
        3 => ("session: answer twice", Reply::Twice),
        4 => ("session: answer cut off", Reply::Instead(|answer| answer[..answer.len() / 3 * 2].to_owned())),
        _ => return Reply::Deliver,
    };
    tally.note(event);
    reply
}
