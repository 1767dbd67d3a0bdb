//! The eight weeks before the demo's story: a shop that has used Ferrule for a while. Everything goes the way it goes
//! in a shop: documents are loaded and played, and the Web Connector visits.

use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{Datelike as _, NaiveDate, TimeDelta, Utc, Weekday};
use serde::Deserialize;
use serde_json::{Value, json};

use super::demo_clock;
use crate::simulator::{CompanyFile, Condition, HResult, Http, Lasting, Unwatched, WebConnector};
use crate::store::Database;
use crate::sync::stored::{CompanyId, DocumentKey, NewDocument};
use crate::sync::version;

/// What happened, as `weeks.yaml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    weeks: u64,
    invoices_each_day: usize,
    invoices: Vec<u64>,
    bills: Vec<u64>,
    first_invoice: FirstInvoice,
    first_bill: FirstBill,
    closed_on: Vec<usize>,
    mistake_on: Vec<usize>,
    phone: Phone,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstInvoice {
    id: usize,
    number: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstBill {
    id: usize,
    number: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phone {
    customer: u64,
    before: String,
    until: usize,
}

/// The shop while its past goes by.
pub struct Past<'p> {
    /// Where everything is kept.
    pub store: &'p dyn Database,
    /// The company file, as the store knows it.
    pub company: CompanyId,
    /// The simulated Web Connector.
    pub connector: &'p mut WebConnector<Http>,
    /// The simulated company file.
    pub file: &'p mut CompanyFile,
    /// The sample's documents.
    pub documents: &'p [NewDocument],
}

impl Past<'_> {
    /// Lets the weeks before today go by. `fixtures` is the folder with the sample shops.
    ///
    /// # Errors
    /// `weeks.yaml` cannot be read, or the store failed.
    pub fn live(mut self, fixtures: &Path) -> Result<()> {
        let path = fixtures.join("demo/past/weeks.yaml");
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let plan: Plan =
            serde_yaml::from_str(&text).with_context(|| format!("cannot read `{}`", path.display()))?;
        let today = Utc::now().date_naive();
        let (mut invoices, mut to_mend) = (0, None);
        for (nth, day) in working_days(today, plan.weeks).into_iter().enumerate() {
            demo_clock::set(at(day, 13, 40));
            if nth == 0 {
                self.begin(&plan)?;
            }
            let mut new: Vec<NewDocument> = to_mend.take().into_iter().collect();
            if nth == plan.phone.until {
                new.extend(self.sample("customer", plan.phone.customer).cloned());
            }
            for of_day in 0..plan.invoices_each_day {
                let Some(invoice) = self.invoice(&plan, invoices, day) else { continue };
                let is_wrong = of_day == 0 && plan.mistake_on.contains(&nth);
                if is_wrong {
                    new.push(without_quantity(&invoice));
                    to_mend = Some(written(&invoice));
                } else {
                    new.push(written(&invoice));
                }
                invoices += 1;
            }
            if day.weekday() == Weekday::Wed {
                new.extend(self.bill(&plan, nth / 5, day));
            }
            self.send(&new)?;
            self.visits(day, nth, plan.closed_on.contains(&nth));
        }
        demo_clock::end_past();
        Ok(())
    }

    /// What there is before the first invoice: customers, part numbers and what else they name.
    fn begin(&self, plan: &Plan) -> Result<()> {
        let is_first = |it: &&NewDocument| !["invoice", "bill"].contains(&it.key.object.as_str());
        let mut first: Vec<NewDocument> = self.documents.iter().filter(is_first).cloned().collect();
        let key = key("customer", plan.phone.customer);
        for customer in first.iter_mut().filter(|it| it.key == key) {
            if let Ok(mut json) = serde_json::from_str::<Value>(&customer.json) {
                json["phone"] = json!(plan.phone.before);
                *customer = NewDocument { key: key.clone(), ..written(&json) };
            }
        }
        self.store.load(self.company, &first, demo_clock::now())?;
        Ok(())
    }

    /// Documents come from Steelhead, and a clerk plays them.
    fn send(&self, new: &[NewDocument]) -> Result<()> {
        self.store.load(self.company, new, demo_clock::now())?;
        let keys: Vec<DocumentKey> = new.iter().map(|it| it.key.clone()).collect();
        self.store.play(self.company, &keys, demo_clock::now())?;
        Ok(())
    }

    /// The visits of a day: one, or two where QuickBooks cannot be opened at first.
    fn visits(&mut self, day: NaiveDate, nth: usize, is_closed: bool) {
        let minute = u32::try_from(nth * 7 % 50).unwrap_or_default();
        if is_closed {
            demo_clock::set(at(day, 14, minute));
            self.file.inject(Condition::NoSession(HResult::MODAL_DIALOG), Lasting::Times(2));
            self.connector.update(self.file, &mut Unwatched);
        }
        demo_clock::set(at(day, 15, minute));
        self.connector.update(self.file, &mut Unwatched);
    }

    fn sample(&self, object: &str, id: u64) -> Option<&NewDocument> {
        let key = key(object, id);
        self.documents.iter().find(|it| it.key == key)
    }

    /// The next invoice, of this day.
    fn invoice(&self, plan: &Plan, nth: usize, day: NaiveDate) -> Option<Value> {
        let of = plan.invoices.get(nth.checked_rem(plan.invoices.len())?)?;
        let mut json: Value = serde_json::from_str(&self.sample("invoice", *of)?.json).ok()?;
        json["id"] = json!(plan.first_invoice.id + nth);
        json["idInDomain"] = json!(plan.first_invoice.number + nth);
        // Some are finalized on the evening before, so that not every one waits for the same time.
        let finalized = at(day, 13, 5) - TimeDelta::hours([0, 1, 16, 3][nth % 4]);
        json["createdAt"] = json!((finalized - TimeDelta::minutes(6)).to_rfc3339());
        json["finalizedAt"] = json!(finalized.to_rfc3339());
        json["invoicedAtAsDate"] = json!(day.to_string());
        json["shipDateAsDate"] = json!(day.to_string());
        json["dueAtAsDate"] = json!((day + TimeDelta::days(30)).to_string());
        Some(json)
    }

    /// The bill of a week.
    fn bill(&self, plan: &Plan, week: usize, day: NaiveDate) -> Option<NewDocument> {
        let of = plan.bills.get(week.checked_rem(plan.bills.len())?)?;
        let mut json: Value = serde_json::from_str(&self.sample("bill", *of)?.json).ok()?;
        json["id"] = json!(plan.first_bill.id + week);
        json["idInDomain"] = json!(plan.first_bill.id + week);
        json["invoiceNumber"] = json!(format!("{}-{week}", plan.first_bill.number));
        json["finalizedAt"] = json!(at(day, 12, 30).to_rfc3339());
        json["invoiceDateAsDate"] = json!(day.to_string());
        json["dueAtAsDate"] = json!((day + TimeDelta::days(30)).to_string());
        Some(written(&json))
    }
}

/// The working days of so many weeks before a day, the oldest first.
fn working_days(today: NaiveDate, weeks: u64) -> Vec<NaiveDate> {
    let is_at_work = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let before = (1..=weeks * 7).rev().filter_map(|days| today.checked_sub_days(chrono::Days::new(days)));
    before.filter(is_at_work).collect()
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> crate::sync::stored::Moment {
    day.and_hms_opt(hour, minute, 0).unwrap_or_default().and_utc()
}

fn key(object: &str, id: u64) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_string() }
}

/// A document as it comes from Steelhead.
fn written(json: &Value) -> NewDocument {
    let object = json["object"].as_str().unwrap_or_default().to_owned();
    let key = DocumentKey { object, id: json["id"].to_string() };
    let json = json.to_string();
    NewDocument { key, version: version(&json), json }
}

/// The same invoice with the mistake of a clerk: a quantity of 0.
fn without_quantity(invoice: &Value) -> NewDocument {
    let mut json = invoice.clone();
    json["lines"][0]["items"][0]["quantity"] = json!(0);
    written(&json)
}
