//! What QuickBooks tells of transactions besides their amounts: whether they are paid, and what is not paid yet.
//!
//! Which elements these are, the rules say: `show`, and `open` in `reconcile`. Nothing of it is kept.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::catalogue::DataType;
use crate::qbxml::Record;
use crate::rules::Program;
use crate::rules::file::Sign;
use crate::rules::program::{Reconcile, Show, Variant};
use crate::sync::Money;
use crate::sync::stored::{CompanyFile, Connection, DocumentKey, Store, StoreError};

/// Something that a document's record tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordFact {
    /// What stands over it.
    pub label: String,
    /// What the record holds.
    pub value: String,
    /// Whether that is an amount.
    #[serde(skip)]
    pub is_amount: bool,
}

/// What one party has not paid yet, of transactions of one object in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenAmount {
    /// The object.
    pub object: String,
    /// The currency, if QuickBooks says one.
    pub currency: Option<String>,
    /// How much.
    pub amount: Money,
    /// Of how many transactions.
    pub count: usize,
}

/// What the records of a company file tell.
#[derive(Debug, Default)]
pub struct Payments {
    facts: HashMap<DocumentKey, Vec<RecordFact>>,
    /// What the records of documents are called, such as an invoice's number.
    numbers: HashMap<DocumentKey, String>,
    /// By the id of the party's record.
    open: HashMap<String, Vec<OpenAmount>>,
}

impl Payments {
    /// All that records tell.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<Self, StoreError> {
        let mut documents: HashMap<(String, String), Vec<DocumentKey>> = HashMap::new();
        for it in store.connections(file.id)?.into_iter().filter(|it| !it.is_archived) {
            documents.entry((it.record_type, it.record_id)).or_default().push(it.document);
        }
        let mut found = Self::default();
        for (kind, (object, variant)) in variants(program) {
            let mut open: BTreeMap<(String, Option<String>), (Money, usize)> = BTreeMap::new();
            for stored in store.records_of(file.id, kind)? {
                let record = stored.record()?;
                if let Some(documents) = documents.remove(&(kind.to_owned(), stored.key.id)) {
                    let facts = facts(&variant.show, &record);
                    let number = variant.reconcile.as_ref().and_then(|rule| record.get(rule.number?));
                    let numbers = documents.iter().filter_map(|it| Some((it.clone(), number?.to_owned())));
                    found.numbers.extend(numbers);
                    found.facts.extend(documents.into_iter().map(|document| (document, facts.clone())));
                }
                let owed = variant.reconcile.as_ref().and_then(|rule| owed(rule, &record));
                if let Some((party, currency, amount)) = owed.filter(|(_, _, amount)| !amount.is_zero()) {
                    let sum = open.entry((party, currency)).or_default();
                    *sum = (sum.0 + amount, sum.1 + 1);
                }
            }
            for ((party, currency), (amount, count)) in open {
                let one = OpenAmount { object: object.to_owned(), currency, amount, count };
                found.open.entry(party).or_default().push(one);
            }
        }
        Ok(found)
    }

    /// What a document's record tells.
    pub fn facts(&self, document: &DocumentKey) -> &[RecordFact] {
        self.facts.get(document).map_or(&[], Vec::as_slice)
    }

    /// What a document's record is called, such as an invoice's number.
    pub fn number(&self, document: &DocumentKey) -> Option<&str> {
        self.numbers.get(document).map(String::as_str)
    }

    /// What the party with that record has not paid yet.
    pub fn open(&self, record_id: &str) -> &[OpenAmount] {
        self.open.get(record_id).map_or(&[], Vec::as_slice)
    }
}

/// What the record of one document tells.
///
/// # Errors
/// The store failed.
pub fn facts_of(
    store: &dyn Store,
    program: &Program,
    file: &CompanyFile,
    connection: &Connection,
) -> Result<Vec<RecordFact>, StoreError> {
    let all = variants(program);
    let Some((_, variant)) = all.get(connection.record_type.as_str()).filter(|_| !connection.is_archived)
    else {
        return Ok(Vec::new());
    };
    let stored = store.record(file.id, &connection.record())?;
    Ok(match stored {
        Some(stored) => facts(&variant.show, &stored.record()?),
        None => Vec::new(),
    })
}

/// What stands over the facts of an object's documents, in order, and whether each is an amount.
pub fn fact_labels<'p>(program: &'p Program, object: &str) -> Vec<(&'p str, bool)> {
    let export = program.object(object).and_then(|object| object.export.as_ref());
    let mut labels: Vec<(&str, bool)> = Vec::new();
    // The export's own request comes last among its variants, and is the usual one.
    for show in export.iter().flat_map(|export| export.variants.iter().rev()).flat_map(|it| &it.show) {
        if labels.iter().all(|(label, _)| *label != show.label) {
            labels.push((&show.label, show.data_type == DataType::Amount));
        }
    }
    labels
}

/// The variants that something is told of, by the type of their records.
fn variants(program: &Program) -> BTreeMap<&'static str, (&str, &Variant)> {
    let mut found = BTreeMap::new();
    for object in &program.objects {
        for variant in object.export.iter().flat_map(|export| &export.variants) {
            if !variant.show.is_empty() || variant.reconcile.as_ref().is_some_and(|it| it.open.is_some()) {
                found.entry(variant.record).or_insert((object.name.as_str(), variant));
            }
        }
    }
    found
}

fn facts(show: &[Show], record: &Record) -> Vec<RecordFact> {
    let fact = |show: &Show| {
        let value = record.get(&show.path).filter(|value| !value.is_empty())?;
        let value = match (show.data_type, value) {
            (DataType::Bool, "true" | "1") => "yes",
            (DataType::Bool, _) => "no",
            (_, value) => value,
        };
        let is_amount = show.data_type == DataType::Amount;
        Some(RecordFact { label: show.label.clone(), value: value.to_owned(), is_amount })
    };
    show.iter().filter_map(fact).collect()
}

/// Who has not paid how much of a transaction yet.
fn owed(rule: &Reconcile, record: &Record) -> Option<(String, Option<String>, Money)> {
    let amount = Money::read(record.get(rule.open.as_deref()?)?)?;
    let amount = if rule.sign == Sign::Negative { -amount } else { amount };
    let party = record.get(&format!("{}/ListID", rule.party))?.to_owned();
    let currency = rule.currency.and_then(|it| record.get(&format!("{it}/FullName"))).map(str::to_owned);
    Some((party, currency, amount))
}
