//! What happens in the demo, step by step, and how it is told.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;

use crate::cli::service::lose_answer::LoseAnswer;
use crate::cli::terminal::Terminal;
use crate::engine::{Decision, Fate};
use crate::simulator::{CompanyFile, Condition, Http, Lasting, Unwatched, Update, WebConnector};
use crate::store::Database;
use crate::sync::session::Sessions;
use crate::sync::stored::{CompanyId, DocumentKey, Exchange, ExchangeKind, JobState, NewDocument};
use crate::sync::{Period, Plan, reconcile, version};
use crate::text::counted::counted;
use crate::text::visible::visible;

/// How many errors are shown in full.
const SHOWN: usize = 4;

/// The demo, while it runs.
pub struct Story<'s> {
    /// Where to tell.
    pub terminal: Terminal,
    /// Where everything is kept.
    pub store: &'s dyn Database,
    /// For the plan.
    pub sessions: Sessions,
    /// The company file, as the store knows it.
    pub company: CompanyId,
    /// The simulated Web Connector.
    pub connector: WebConnector<Http>,
    /// The simulated company file.
    pub file: CompanyFile,
    /// The last exchange that was told of.
    pub told: i64,
}

impl Story<'_> {
    /// Tells it from its beginning to its end.
    pub fn tell(&mut self, documents: &[NewDocument]) -> Result<()> {
        self.head("1. Steelhead's documents are loaded")?;
        self.line(&kinds(documents))?;
        self.head("2. Play: every customer, invoice and bill is queued")?;
        let keys: Vec<DocumentKey> = documents.iter().map(|it| it.key.clone()).filter(is_played).collect();
        let played = self.store.play(self.company, &keys, chrono::Utc::now())?;
        let again = self.store.play(self.company, &keys, chrono::Utc::now())?;
        self.line(&format!(
            "{} queued. Played once more: {} queued, {} already there.",
            played.queued.len(),
            again.queued.len(),
            again.already_queued.len()
        ))?;
        self.head(
            "3. The Web Connector comes, and the connection breaks off after QuickBooks did the third batch",
        )?;
        let update = self.connector.update(&mut self.file, &mut LoseAnswer::new(3, &mut Unwatched));
        self.visit(&update)?;
        self.head("4. It comes again: first Ferrule asks what became of that batch, then it goes on")?;
        let update = self.connector.update(&mut self.file, &mut Unwatched);
        self.visit(&update)?;
        self.once_each()?;
        self.head("5. What QuickBooks has booked")?;
        self.booked()?;
        self.head(
            "6. A customer gets another phone number in Steelhead; the bookkeeper changes an address in QuickBooks",
        )?;
        self.change(documents)?;
        let update = self.connector.update(&mut self.file, &mut Unwatched);
        self.visit(&update)?;
        self.head("7. Both have changed one phone number")?;
        let plan = self.sessions.plan(self.company)?;
        self.conflicts(&plan)?;
        self.head("8. What is left needs a person")?;
        self.errors()?;
        self.head("9. A record is damaged: QuickBooks answers with what cannot be read, in a read and after a change")?;
        self.damage(documents)?;
        self.head("10. The plan now")?;
        self.line(&plan.counts().to_string())?;
        self.line(
            "Nothing is left to change: the address that the bookkeeper corrected in QuickBooks stays as she",
        )?;
        self.line("wrote it. What is rejected is told above; the rest is as it should be.")
    }

    /// Whether each invoice that is done is there exactly once.
    fn once_each(&self) -> Result<()> {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for kind in ["Invoice", "Bill"] {
            for record in self.file.records(kind) {
                let text = |path| record.descend(path).and_then(|it| it.text()).unwrap_or_default();
                let party = ["CustomerRef/FullName", "VendorRef/FullName"].map(text).concat();
                // A vendor may use a number again: then the day is another.
                let number = format!("{kind} {} {party} {}", text("RefNumber"), text("TxnDate"));
                *numbers.entry(number).or_default() += 1;
            }
        }
        let twice = numbers.values().filter(|count| **count > 1).count();
        self.line(&format!(
            "QuickBooks has {} and {} of theirs; there twice: {twice}.",
            counted(self.file.count("Invoice"), "invoice"),
            counted(self.file.count("Bill"), "bill")
        ))
    }

    /// A price per thousand, a number that was used again, and the money of a month.
    fn booked(&self) -> Result<()> {
        for id in self.file.ids_of_number("Invoice", "SH:1143") {
            let amount = self.held(id, "InvoiceLineRet/Amount");
            self.line(&format!(
                "Invoice 1143 bills 12,500 pieces at 38.50 per thousand: 481.25. QuickBooks booked {amount}."
            ))?;
        }
        let bills = self.file.ids_of_number("Bill", "262034").into_iter();
        let bills =
            bills.map(|id| format!("{} over {}", self.held(id, "TxnDate"), self.held(id, "AmountDue")));
        let bills: Vec<String> = bills.collect();
        self.line(&format!(
            "The vendor used the number 262034 again. QuickBooks has both bills: {}.",
            bills.join(", ")
        ))?;
        let file = self.store.company_file(self.company)?;
        let rules = self.sessions.rules(&file)?;
        let april = Period::read("2026-04-01", "2026-04-30")?;
        let found = reconcile(self.store, &rules.program, &file, april, chrono::Utc::now())?;
        self.line(&format!("Reconciled, {april}. {}", found.summary()))
    }

    /// What a record of the company file holds.
    fn held(&self, id: &str, path: &str) -> &str {
        self.file.record(id).and_then(|record| record.descend(path)?.text()).unwrap_or_default()
    }

    /// Where both sides have changed the same.
    fn conflicts(&self, plan: &Plan) -> Result<()> {
        for step in &plan.steps {
            let (Decision::Keep(counterpart) | Decision::Connect(counterpart)) = &step.outcome.decision
            else {
                continue;
            };
            for change in counterpart.changes.iter().filter(|change| change.fate == Fate::Conflict) {
                let value = |value: &Option<String>| value.clone().unwrap_or_default();
                self.line(&format!(
                    "{}, {}: both had {}. Steelhead has {} now, and QuickBooks {}.",
                    step.outcome.label,
                    change.path,
                    value(&change.agreed),
                    value(&change.after),
                    value(&change.before)
                ))?;
            }
        }
        self.line(
            "QuickBooks leads, so nothing is sent. The customer's page offers Update for QuickBooks' number;",
        )?;
        self.line("`ferrule play --adopt` would send Steelhead's.")
    }

    fn change(&mut self, documents: &[NewDocument]) -> Result<()> {
        let numbers = [
            ("Dunmore Tool & Die", "937-555-0188", "937-555-0199"),
            ("Versailles Wire Co", "937-555-0221", "937-555-0299"),
        ];
        let mut changed = Vec::new();
        for (name, before, after) in numbers {
            let is_it = |it: &&NewDocument| {
                it.key.object == "customer" && it.json.contains(name) && it.json.contains(before)
            };
            if let Some(customer) = documents.iter().find(is_it) {
                let json = customer.json.replacen(before, after, 1);
                changed.push(NewDocument { key: customer.key.clone(), version: version(&json), json });
            }
        }
        if let Some(id) = self.file.id_of("Customer", "Versailles Wire Co").map(str::to_owned) {
            self.file.edit(&id, "Phone", "937-555-0277");
        }
        let now = chrono::Utc::now();
        self.store.load(self.company, &changed, now)?;
        let keys: Vec<DocumentKey> = changed.into_iter().map(|it| it.key).collect();
        self.store.play(self.company, &keys, now)?;
        if let Some(id) = self.file.id_of("Customer", "Apex Fastener Co").map(str::to_owned) {
            self.file.edit(&id, "BillAddress/Addr1", "PO Box 999");
        }
        Ok(())
    }

    /// One customer's record cannot be read, and neither can the answer to a change of another one.
    fn damage(&mut self, documents: &[NewDocument]) -> Result<()> {
        let now = chrono::Utc::now();
        let number = "937-555-0155";
        let is_it = |it: &&NewDocument| it.key.object == "customer" && it.json.contains("Dunmore Tool & Die");
        if let Some(customer) = documents.iter().find(is_it) {
            let json = customer.json.replacen("937-555-0188", number, 1);
            let changed = NewDocument { key: customer.key.clone(), version: version(&json), json };
            self.store.load(self.company, std::slice::from_ref(&changed), now)?;
            self.store.play(self.company, &[changed.key], now)?;
        }
        let damage = |text: &str, becomes: &str| Condition::Damaged {
            text: text.to_owned(),
            becomes: becomes.to_owned(),
        };
        let damages = [
            damage("<Addr1>PO Box 999</Addr1>", "<Addr1>PO Box &#x1F;999"),
            damage(&format!("<Phone>{number}</Phone>"), &format!("<Phone>{number}")),
        ];
        for damage in &damages {
            self.file.inject(damage.clone(), Lasting::UntilCleared);
        }
        let update = self.connector.update(&mut self.file, &mut Unwatched);
        self.visit(&update)?;
        self.line("The visit went on: all other records were read, and the change is done. Set aside:")?;
        for kept in self.store.flaws(self.company)? {
            let told = kept.flaw.reason.split(": line ").next().unwrap_or_default();
            self.line(&visible(&format!("{}: {told}", kept.flaw.name.as_deref().unwrap_or_default())))?;
        }
        for damage in &damages {
            self.file.clear(damage);
        }
        self.store.ask_for_read(self.company)?;
        self.line("The bookkeeper saves both records anew, and the next visit reads them again:")?;
        let update = self.connector.update(&mut self.file, &mut Unwatched);
        self.visit(&update)?;
        self.line(&format!("Set aside now: {}.", self.store.flaws(self.company)?.len()))
    }

    /// Tells what a visit did.
    fn visit(&mut self, update: &Update) -> Result<()> {
        let mut news: Vec<Exchange> = self.store.history(self.company, None, 500)?;
        news.retain(|exchange| exchange.id.0 > self.told);
        news.reverse();
        self.told = news.last().map_or(self.told, |exchange| exchange.id.0);
        for exchange in &news {
            self.line(&exchange_line(exchange))?;
        }
        let jobs = self.store.job_counts(self.company)?;
        let states: Vec<String> =
            jobs.iter().map(|(state, count)| format!("{count} {}", state.name().replace('_', " "))).collect();
        self.line(&format!("The Web Connector says: {}", visible(&update.status)))?;
        self.line(&format!("Jobs: {}.", states.join(", ")))
    }

    fn errors(&self) -> Result<()> {
        let jobs = self.store.jobs(self.company, None)?;
        let open: Vec<_> = jobs.iter().filter(|job| job.state != JobState::Done).collect();
        for job in open.iter().take(SHOWN) {
            if let Some(error) = &job.error {
                self.line(&format!(
                    "{} ({}, for the {}): {}",
                    job.document,
                    job.state.name(),
                    error.who.name(),
                    error.happened
                ))?;
            }
        }
        let more = open.len().saturating_sub(SHOWN);
        if more > 0 {
            self.line(&format!("... and {more} more: `ferrule errors` has them all."))?;
        }
        Ok(())
    }

    fn head(&self, text: &str) -> Result<()> {
        self.terminal.print(&format!("\n{text}\n"))
    }

    fn line(&self, text: &str) -> Result<()> {
        self.terminal.print(&format!("  {text}\n"))
    }
}

fn is_played(key: &DocumentKey) -> bool {
    ["customer", "invoice", "bill"].contains(&key.object.as_str())
}

fn kinds(documents: &[NewDocument]) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for document in documents {
        *kinds.entry(&document.key.object).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    kinds.join(", ")
}

/// One exchange in a line: what was asked, and how it was answered.
fn exchange_line(exchange: &Exchange) -> String {
    let mut line = match exchange.kind {
        ExchangeKind::Read => format!("read   {}", counted(exchange.items.len(), "query")),
        ExchangeKind::Recover => "ask    what became of the batch without an answer".to_owned(),
        ExchangeKind::Write => format!("write  {}", messages(exchange)),
    };
    let failed = exchange
        .items
        .iter()
        .filter(|item| item.status_code.is_some_and(|code| !(0..1000).contains(&code)))
        .count();
    let _ = match (&exchange.failure, exchange.answered_at) {
        (Some(failure), _) => write!(line, " -> {failure}"),
        (None, None) => write!(line, " -> no answer came"),
        (None, Some(_)) if failed > 0 => write!(line, " -> {failed} refused"),
        (None, Some(_)) => write!(line, " -> done"),
    };
    line
}

fn messages(exchange: &Exchange) -> String {
    let mut messages: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &exchange.items {
        *messages.entry(&item.message).or_default() += 1;
    }
    let messages: Vec<String> =
        messages.iter().map(|(message, count)| format!("{count} {message}")).collect();
    messages.join(", ")
}
