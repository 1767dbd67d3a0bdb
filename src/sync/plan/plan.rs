//! The plan: every document with what is to be done with it, in the order in which it is done.

use std::collections::HashSet;

use crate::document::Origin;
use crate::engine::{Decision, FollowUp, Key, Note, Outcome};
use crate::language::{many, marked, say};
use crate::qbxml::{MessageSet, Writer};
use crate::rules::Program;
use crate::rules::file::Trigger;
use crate::sync::plan::mark::PlacedMark;

/// Every document with what is to be done with it, in the order in which it is done.
#[derive(Debug, Default)]
pub struct Plan {
    /// The documents.
    pub steps: Vec<Step>,
}

/// One document with what is to be done with it.
#[derive(Debug)]
pub struct Step {
    /// The object's name.
    pub object: String,
    /// Where the document comes from; nothing if another document holds the only known part of it.
    pub origin: Option<Origin>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The `ExternalGUID` by which the record is found again, if it makes a record that can have one.
    pub(in crate::sync) mark: Option<PlacedMark>,
}

/// What a step does, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A record is created.
    Create,
    /// A record is changed.
    Change,
    /// A record that is there becomes the counterpart.
    Connect,
    /// Nothing, because of errors.
    Reject,
    /// Nothing, because everything is as it should be.
    Unchanged,
    /// Nothing, for a reason that is no error.
    Skip,
    /// Nothing, because it counts as done by hand.
    Settled,
}

impl Action {
    /// The sign that plans show before a step.
    pub fn sign(self) -> char {
        match self {
            Self::Create => '+',
            Self::Change => '~',
            Self::Connect => '=',
            Self::Reject => '!',
            Self::Unchanged => ' ',
            Self::Skip | Self::Settled => '-',
        }
    }

    /// What it is called in JSON, in snapshots and in addresses: one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => marked("create"),
            Self::Change => marked("change"),
            Self::Connect => marked("connect"),
            Self::Reject => marked("reject"),
            Self::Unchanged => marked("unchanged"),
            Self::Skip => marked("skip"),
            Self::Settled => marked("settled"),
        }
    }

    /// What people read over the steps that do this.
    pub fn told(self) -> &'static str {
        match self {
            Self::Create => marked("To create"),
            Self::Change => marked("To change"),
            Self::Connect => marked("To connect"),
            Self::Reject => marked("Rejected"),
            Self::Unchanged => marked("Unchanged"),
            Self::Skip => marked("Not sent"),
            Self::Settled => marked("Settled by hand"),
        }
    }
}

/// How many steps do what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Counts {
    /// Records to create.
    pub create: usize,
    /// Records to change.
    pub change: usize,
    /// Records to connect.
    pub connect: usize,
    /// Documents rejected.
    pub rejected: usize,
    /// Documents that are as they should be.
    pub unchanged: usize,
    /// Documents that are not sent, without being wrong.
    pub skipped: usize,
    /// Documents that count as done by hand.
    pub settled: usize,
    /// Documents whose record holds something else than it must: another amount, say. They are counted
    /// above too.
    pub differs: usize,
}

impl Step {
    /// What it does.
    pub fn action(&self) -> Action {
        match &self.outcome.decision {
            Decision::Create(_) => Action::Create,
            Decision::Reject(_) => Action::Reject,
            Decision::Skip(_) if self.outcome.is_by_hand => Action::Settled,
            Decision::Skip(_) => Action::Skip,
            Decision::Connect(counterpart) | Decision::Keep(counterpart)
                if counterpart.request.is_some() || !self.outcome.follow_ups().is_empty() =>
            {
                Action::Change
            }
            Decision::Connect(_) | Decision::Share { .. } => Action::Connect,
            Decision::Keep(_) => Action::Unchanged,
        }
    }

    /// Whether `QuickBooks` has changed something that the document has otherwise.
    pub fn has_news(&self) -> bool {
        let (Decision::Connect(counterpart) | Decision::Keep(counterpart)) = &self.outcome.decision else {
            return false;
        };
        counterpart.changes.iter().any(|change| change.fate.is_news())
    }

    /// Whether its document is exported on its own, and not only with one that refers to it.
    fn is_played(&self, program: &Program) -> bool {
        let export = program.object(&self.object).and_then(|object| object.export.as_ref());
        export.is_some_and(|export| export.trigger == Trigger::Play)
    }

    /// The id that its request carries: the object and the document's id, at most 50 characters.
    pub fn request_id(&self) -> String {
        let id = self.outcome.key.as_ref().map_or("", |key| key.id.as_ref());
        let full = format!("{}-{id}", self.object);
        full.chars().take(50).collect()
    }

    /// The request as the rules make it, with its wrapping, such as `<CustomerAddRq
    /// requestID="customer-20">`.
    pub fn request_xml(&self) -> Option<Vec<u8>> {
        let mut writer = Writer::new();
        self.wrap(&mut writer, None).then(|| writer.into_bytes())
    }

    /// The request as it is sent: the same with the mark of its document.
    pub fn sent_xml(&self) -> Option<Vec<u8>> {
        let mut writer = Writer::new();
        self.write_sent(&mut writer).then(|| writer.into_bytes())
    }

    /// Writes the request as it is sent. Tells whether there is one.
    pub fn write_sent(&self, writer: &mut Writer) -> bool {
        self.wrap(writer, self.mark.as_ref())
    }

    /// The requests that follow, each with its id and as it is sent, once the record is there.
    pub fn follow_ups(&self) -> impl Iterator<Item = (&FollowUp, String, Vec<u8>)> {
        let own: String = self.request_id().chars().take(40).collect();
        self.outcome.follow_ups().iter().enumerate().map(move |(nth, follow)| {
            let id = format!("{own}-then-{}", nth + 1);
            let xml = written(follow, &id);
            (follow, id, xml)
        })
    }

    fn wrap(&self, writer: &mut Writer, mark: Option<&PlacedMark>) -> bool {
        let Some(request) = self.outcome.request() else { return false };
        let (name, id) = (format!("{}Rq", request.message), self.request_id());
        writer.open_with(&name, [("requestID", id.as_str())]);
        match mark {
            Some(mark) => mark.write(&request.xml, writer),
            None => writer.raw(&request.xml),
        }
        writer.close(&name);
        true
    }
}

/// A request that follows, with its wrapping.
fn written(follow: &FollowUp, id: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    let name = format!("{}Rq", follow.request.message);
    writer.open_with(&name, [("requestID", id)]);
    match follow.request.body().filter(|_| follow.is_bare) {
        Some(body) => body.root().children().for_each(|child| child.write_to(&mut writer)),
        None => writer.raw(&follow.request.xml),
    }
    writer.close(&name);
    writer.into_bytes()
}

impl Plan {
    /// How many steps do what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for step in &self.steps {
            let count = match step.action() {
                Action::Create => &mut counts.create,
                Action::Change => &mut counts.change,
                Action::Connect => &mut counts.connect,
                Action::Reject => &mut counts.rejected,
                Action::Unchanged => &mut counts.unchanged,
                Action::Skip => &mut counts.skipped,
                Action::Settled => &mut counts.settled,
            };
            *count += 1;
            counts.differs += usize::from(step.outcome.differs());
        }
        counts
    }

    /// Drops what only documents need that are not sent: a part number goes with its first invoice, so
    /// not with one that is rejected. What is wrong with such a document is still told.
    /// `only` says which documents are wanted for their own sake.
    pub(in crate::sync) fn drop_unused(&mut self, program: &Program, only: &dyn Fn(&str, &Key) -> bool) {
        let mut sent: HashSet<Key> = HashSet::new();
        let mut mentioned: HashSet<Key> = HashSet::new();
        let mut kept = Vec::with_capacity(self.steps.len());
        for step in self.steps.drain(..).rev() {
            let key = step.outcome.key.as_ref();
            let is_wanted = key.is_none_or(|key| only(&step.object, key));
            let on_its_own = step.origin.is_some() && is_wanted && step.is_played(program);
            let is_sent = !matches!(step.action(), Action::Reject | Action::Skip | Action::Settled);
            let needed = step
                .outcome
                .key
                .as_ref()
                .is_some_and(|key| sent.contains(key) || (!is_sent && mentioned.contains(key)));
            if on_its_own || needed {
                let keys = step.outcome.dependencies.iter().map(|dependency| dependency.key.clone());
                if is_sent {
                    sent.extend(keys);
                } else {
                    mentioned.extend(keys);
                }
                kept.push(step);
            }
        }
        kept.reverse();
        self.steps = kept;
    }

    /// All requests as they are sent, as one qbXML document, compact; nothing if there is none.
    pub fn requests(&self, program: &Program) -> Option<Vec<u8>> {
        let of = |step: &Step| {
            let own = step.sent_xml().unwrap_or_default();
            step.follow_ups().fold(own, |all, (.., xml)| [all, xml].concat())
        };
        let requests: Vec<u8> = self.steps.iter().flat_map(of).collect();
        let set = MessageSet { version: program.version, ..MessageSet::default() };
        (!requests.is_empty()).then(|| set.wrap(&requests))
    }

    /// All that is to be told of all steps: errors and warnings.
    pub fn notes(&self) -> impl Iterator<Item = (&Step, &Note)> {
        self.steps.iter().flat_map(|step| {
            let all = step.outcome.rejections().iter().chain(&step.outcome.warnings);
            all.map(move |note| (step, note))
        })
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.create += other.create;
        self.change += other.change;
        self.connect += other.connect;
        self.rejected += other.rejected;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
        self.settled += other.settled;
        self.differs += other.differs;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { create, change, connect, rejected, unchanged, skipped, settled, differs } = self;
        let mut told = say!(
            "Plan: {create} to create, {change} to change, {connect} to connect, {rejected} rejected, {unchanged} unchanged",
            create,
            change,
            connect,
            rejected,
            unchanged
        );
        if *skipped > 0 {
            told.push_str(&say!(", {skipped} not sent", skipped));
        }
        if *settled > 0 {
            told.push_str(&say!(", {settled} settled by hand", settled));
        }
        if *differs > 0 {
            told.push_str(&many!("; {n} differs in QuickBooks", "; {n} differ in QuickBooks", *differs));
        }
        write!(f, "{told}.")
    }
}
