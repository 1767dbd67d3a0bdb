//! Every transaction of both sides, whatever its day.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::document::{Structure, Value};
use crate::engine::{Billed, Context, Decision, Engine, Key, Link, Links, Note, SWITCHED_OFF};
use crate::language::{say, t};
use crate::qbxml::{Company, Record};
use crate::rules::Program;
use crate::rules::file::Sign;
use crate::rules::program::{Reconcile, Show};
use crate::rules::settings::SettingError;
use crate::sync::company_file::document::document_key;
use crate::sync::company_file::settings::settings;
use crate::sync::plan::plan::{Plan, Step};
use crate::sync::plan::preview::Preview;
use crate::sync::reconcile::money::Money;
use crate::sync::reconcile::period::Period;
use crate::sync::reconcile::reconciliation::Reconciliation;
use crate::sync::reconcile::transaction::{Side, Transaction, TransactionState};
use crate::sync::stored::{DocumentKey, RecordKey};

/// Every transaction of both sides, whatever its day.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Each with whether it would be sent, if somebody played it: then its job says why it is not there.
    lines: Vec<(Transaction, bool)>,
    /// The objects that are reconciled, with what people call them, in the order of the rules.
    titles: Vec<(String, String)>,
    unreadable: usize,
}

/// What a ledger is made of.
pub struct LedgerInputs<'l> {
    /// The rules.
    pub program: &'l Program,
    /// The settings' values, in the order of the program's settings.
    pub settings: &'l [Value],
    /// The records.
    pub company: &'l Company,
    /// Which documents have which records.
    pub links: &'l Links,
    /// What would be done with the documents: it says why one is not there.
    pub plan: &'l Plan,
    /// All documents.
    pub documents: &'l [Structure],
    /// Documents that cannot be read.
    pub unreadable: usize,
    /// Documents whose connections are archived, with the id of the record.
    pub archived: HashMap<DocumentKey, String>,
}

impl Ledger {
    /// Of what is kept of a company file, and the plan of it.
    ///
    /// # Errors
    /// The settings that are kept do not fit the rules.
    pub fn of_kept(program: &Program, preview: &Preview, plan: &Plan) -> Result<Self, SettingError> {
        let settings = settings(program, preview.file())?;
        let (documents, unreadable) = preview.transactions(program, &objects(program));
        let mirror = preview.mirror();
        let known = mirror.connections.documents();
        let archived = mirror.connections.all().filter(|it| it.is_archived);
        let inputs = LedgerInputs {
            program,
            settings: &settings,
            company: &mirror.company,
            links: &mirror.links(program, known),
            plan,
            documents: &documents,
            unreadable,
            archived: archived.map(|it| (it.document.clone(), it.record_id.clone())).collect(),
        };
        Ok(Self::of(&inputs))
    }

    /// Of documents and records.
    pub fn of(inputs: &LedgerInputs<'_>) -> Self {
        let LedgerInputs { program, settings, company, links, plan, documents, .. } = inputs;
        let steps = plan.steps.iter().filter_map(|step| Some((step.outcome.key.as_ref()?, step)));
        let steps: HashMap<&Key, &Step> = steps.collect();
        let context = Context { settings, company, links };
        let line = |engine: &mut Engine<'_>, document: &Structure| {
            let billed = engine.billed(document, context)?;
            Some(inputs.line(steps.get(&billed.key).copied(), &billed))
        };
        let found = documents.par_iter().map_init(|| Engine::new(program), line);
        let mut lines: Vec<(Transaction, bool)> = found.flatten().collect();
        inputs.pair(&mut lines);
        let owned: HashSet<&str> =
            lines.iter().filter_map(|(line, _)| Some(line.record.as_ref()?.id.as_str())).collect();
        let others = inputs.others(&owned, &numbers(&lines));
        lines.extend(others.into_iter().map(|line| (line, false)));
        Self { lines, titles: titles(program), unreadable: inputs.unreadable }
    }

    /// Every transaction, whatever its day.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Transaction> {
        self.lines.iter().map(|(line, _)| line)
    }

    /// The objects that are reconciled, with what people call them, in the order of the rules.
    pub(super) fn titles(&self) -> &[(String, String)] {
        &self.titles
    }

    /// A period of it. `unsent` says why a document was not sent that nothing in the rules holds back.
    pub fn period(&self, period: Period, unsent: &dyn Fn(&DocumentKey) -> Option<String>) -> Reconciliation {
        let mut lines = Vec::new();
        for (line, is_unsent) in &self.lines {
            let Some(mut line) = line.within(period) else { continue };
            if let (true, TransactionState::NotInQuickbooks, Some(document)) =
                (is_unsent, line.state, &line.document)
            {
                line.reason = unsent(document).or(line.reason);
            }
            lines.push(line);
        }
        Reconciliation::of(period, lines, &self.titles, self.unreadable)
    }
}

impl LedgerInputs<'_> {
    /// A document's line, and whether it would be sent if it were played.
    fn line(&self, step: Option<&Step>, billed: &Billed<'_>) -> (Transaction, bool) {
        let object = self.program.object_of(billed.key.shape).map_or("", |object| object.name.as_str());
        let document = document_key(object, &billed.key);
        let record = match step.map(|step| &step.outcome.decision) {
            Some(Decision::Connect(found) | Decision::Keep(found)) => found.record.clone(),
            _ => match self.links.get(&billed.key) {
                Some(Link::Connected { record, .. }) => record.clone(),
                _ => None,
            },
        };
        let held = record.as_deref().map(|record| side(billed.rule, record));
        let is_billed = billed.skipped.is_none();
        let read = |text: &Option<String>| counted(billed.rule, text.as_deref());
        let amount = if is_billed || held.is_none() { read(&billed.amount) } else { Some(Money::ZERO) };
        let ours = Side {
            date: billed
                .date
                .as_deref()
                .or(held.as_ref().map(|it| it.date.as_str()))
                .unwrap_or_default()
                .to_owned(),
            amount,
            tax: read(&billed.tax),
        };
        let named = billed.party.as_ref().and_then(|it| it.full_name.as_deref().or(it.id.as_deref()));
        let line = Transaction {
            object: object.to_owned(),
            label: billed.label.clone(),
            number: billed.number.as_deref().unwrap_or_default().to_owned(),
            party: party(billed.rule, record.as_deref()).or(named).unwrap_or_default().to_owned(),
            currency: self.currency(billed, record.as_deref()),
            state: TransactionState::Agrees,
            steelhead: Some(ours),
            open: record.as_deref().and_then(|record| open(billed.rule, record)),
            quickbooks: held,
            difference: None,
            told: record.as_deref().map(|record| self.told(billed.record, record)).unwrap_or_default(),
            record: record.as_deref().and_then(RecordKey::of),
            reason: None,
            document: Some(document),
        };
        let mut line = line.weighed(is_billed);
        let (reason, is_unsent) = self.reason(&line, step, billed.skipped.as_ref());
        line.reason = reason;
        if line.state == TransactionState::NotInQuickbooks && step.is_some_and(|it| it.outcome.is_by_hand) {
            line.state = TransactionState::Settled;
            line.difference = None;
        }
        (line, is_unsent)
    }

    /// What is settled by hand has a record that nobody has connected: the only one of its number and party that is
    /// nobody's counterpart. Then the two are compared as others are.
    fn pair(&self, lines: &mut [(Transaction, bool)]) {
        let rules = rules(self.program);
        let ids = lines.iter().filter_map(|(line, _)| Some(line.record.as_ref()?.id.clone()));
        let mut owned: HashSet<String> = ids.collect();
        let settled = lines.iter_mut().map(|(line, _)| line);
        for line in settled.filter(|line| line.state == TransactionState::Settled && !line.number.is_empty())
        {
            let of_object = rules.iter().filter(|(_, (object, _))| *object == line.object);
            let found = of_object.filter_map(|(kind, (_, rule))| {
                let same = self.company.find(&[*kind], rule.number?, &line.number).into_iter();
                let is_free = |record: &Arc<Record>| record.id().is_some_and(|id| !owned.contains(id));
                let is_theirs = |record: &Arc<Record>| party(rule, Some(record)) == Some(line.party.as_str());
                Some((*rule, same.filter(is_free).filter(is_theirs).collect::<Vec<_>>()))
            });
            let found: Vec<_> = found.filter(|(_, records)| !records.is_empty()).collect();
            let [(rule, records)] = found.as_slice() else { continue };
            let [record] = records.as_slice() else { continue };
            owned.extend(record.id().map(str::to_owned));
            let reason = line.reason.take();
            let kind = record.name().to_owned();
            *line = Transaction {
                quickbooks: Some(side(rule, record)),
                open: open(rule, record),
                told: self.told(&kind, record),
                record: RecordKey::of(record),
                reason,
                ..line.clone()
            }
            .weighed(true);
        }
    }

    /// Why a line is as it is, and whether it would be sent if it were played.
    fn reason(
        &self,
        line: &Transaction,
        step: Option<&Step>,
        skipped: Option<&Note>,
    ) -> (Option<String>, bool) {
        let told = |text: &str| (Some(text.trim_end().to_owned()), false);
        if let Some(note) = skipped {
            return if line.state == TransactionState::Agrees { (None, false) } else { told(&note.message) };
        }
        match line.state {
            TransactionState::Differs if line.difference.is_none() => {
                told(t("One side does not tell the amount."))
            }
            TransactionState::Differs if line.difference == Some(Money::ZERO) => told(t("The taxes differ.")),
            TransactionState::NotInQuickbooks => match step.map(|step| &step.outcome.decision) {
                _ if line.document.as_ref().is_some_and(|it| self.archived.contains_key(it)) => {
                    told(t("Its connection is archived."))
                }
                Some(Decision::Reject(notes)) => {
                    let all: Vec<&str> = notes.iter().map(|note| note.message.trim_end()).collect();
                    told(&all.join(" "))
                }
                Some(Decision::Skip(Some(note))) => told(&note.message),
                Some(Decision::Create(_)) => (Some(t("It was not sent yet.").to_owned()), true),
                Some(Decision::Skip(None)) | None => told(t(SWITCHED_OFF)),
                _ => told(t("It was not sent.")),
            },
            TransactionState::Agrees | TransactionState::Differs => {
                match step.map(|step| &step.outcome.decision) {
                    Some(Decision::Connect(_)) => {
                        told(t("The two are not connected yet; playing the document does it."))
                    }
                    _ => (None, false),
                }
            }
            _ => (None, false),
        }
    }

    /// What else a record of that type tells.
    fn told(&self, kind: &str, record: &Record) -> BTreeMap<String, String> {
        let exports = self.program.objects.iter().filter_map(|object| object.export.as_ref());
        let variant = exports.flat_map(|export| &export.variants).find(|variant| variant.record == kind);
        let show = variant.iter().flat_map(|variant| &variant.show);
        let value = |show: &Show| Some((show.label.clone(), record.get(&show.path)?.to_owned()));
        show.filter_map(value).collect()
    }

    /// The currency of a transaction: what its record says, else what the record of its party says.
    fn currency(&self, billed: &Billed<'_>, record: Option<&Record>) -> Option<String> {
        let path = format!("{}/FullName", billed.rule.currency?);
        let own = record.and_then(|record| record.get(&path)).map(str::to_owned);
        own.or_else(|| {
            let party = self.company.by_id(billed.party.as_ref()?.id.as_deref()?)?;
            party.get(&path).map(str::to_owned)
        })
    }

    /// The records that no document stands for. `numbers` are those of documents that are not in QuickBooks.
    fn others(&self, owned: &HashSet<&str>, numbers: &HashMap<(&str, &str), &str>) -> Vec<Transaction> {
        let archived: HashMap<&str, &DocumentKey> =
            self.archived.iter().map(|(document, id)| (id.as_str(), document)).collect();
        let mut lines = Vec::new();
        for (kind, (object, rule)) in rules(self.program) {
            for record in self.company.records(kind) {
                if record.id().is_some_and(|id| owned.contains(id)) {
                    continue;
                }
                let number = rule.number.and_then(|path| record.get(path)).unwrap_or_default();
                let line = Transaction {
                    object: object.to_owned(),
                    document: None,
                    label: format!("{} {number}", kind.trim_end_matches("Ret")).trim_end().to_owned(),
                    number: number.to_owned(),
                    party: party(rule, Some(record)).unwrap_or_default().to_owned(),
                    currency: rule
                        .currency
                        .and_then(|it| record.get(&format!("{it}/FullName")))
                        .map(str::to_owned),
                    state: TransactionState::NotInSteelhead,
                    steelhead: None,
                    quickbooks: Some(side(rule, record)),
                    difference: None,
                    open: open(rule, record),
                    told: self.told(kind, record),
                    record: RecordKey::of(record),
                    reason: None,
                };
                let mut line = line.weighed(true);
                let archived = record.id().and_then(|id| archived.get(id));
                line.reason = Some(match archived {
                    _ if line.state == TransactionState::NotBilled => t("It holds no amount.").to_owned(),
                    Some(document) => say!("Its connection to {document} is archived.", document),
                    None if numbers.contains_key(&(object, number)) => {
                        let same = numbers.get(&(object, number)).copied().unwrap_or_default();
                        say!("{same} of Steelhead has the same number, and is not connected to it.", same)
                    }
                    None => t("No document of Steelhead is connected to it.").to_owned(),
                });
                lines.push(line);
            }
        }
        lines
    }
}

/// The documents that are not in QuickBooks, by object and number.
fn numbers(lines: &[(Transaction, bool)]) -> HashMap<(&str, &str), &str> {
    let open =
        lines.iter().map(|(line, _)| line).filter(|line| line.record.is_none() && !line.number.is_empty());
    open.map(|line| ((line.object.as_str(), line.number.as_str()), line.label.as_str())).collect()
}

/// What a record holds.
fn side(rule: &Reconcile, record: &Record) -> Side {
    let amount = |path: &str| counted(rule, record.get(path));
    Side {
        date: record.get(rule.date).unwrap_or_default().to_owned(),
        amount: amount(&rule.amount),
        tax: rule.tax.as_deref().and_then(amount),
    }
}

fn open(rule: &Reconcile, record: &Record) -> Option<Money> {
    counted(rule, record.get(rule.open.as_deref()?))
}

fn party<'r>(rule: &Reconcile, record: Option<&'r Record>) -> Option<&'r str> {
    record?.get(&format!("{}/FullName", rule.party))
}

/// An amount as it counts.
fn counted(rule: &Reconcile, text: Option<&str>) -> Option<Money> {
    let amount = Money::read(text?)?;
    Some(match rule.sign {
        Sign::Positive => amount,
        Sign::Negative => -amount,
    })
}

/// What is reconciled of which types of records, and the object whose rules say so.
fn rules(program: &Program) -> BTreeMap<&'static str, (&str, &Reconcile)> {
    let mut rules = BTreeMap::new();
    for object in &program.objects {
        for variant in object.export.iter().flat_map(|export| &export.variants) {
            if let Some(rule) = &variant.reconcile {
                rules.entry(variant.record).or_insert((object.name.as_str(), rule));
            }
        }
    }
    rules
}

fn titles(program: &Program) -> Vec<(String, String)> {
    let objects = objects(program);
    let all = program.objects.iter().filter(|object| objects.contains(object.name.as_str()));
    all.map(|object| (object.name.clone(), object.title.clone())).collect()
}

/// The objects of which anything is reconciled.
fn objects(program: &Program) -> HashSet<&str> {
    rules(program).into_values().map(|(object, _)| object).collect()
}
