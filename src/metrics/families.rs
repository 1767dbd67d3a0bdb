//! Numbers of company files, as they were gathered last.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::metrics::MetricType;

use crate::sync::stored::{CompanyId, JobState, Moment, Tally};

/// Stands for all company files beyond those that have a label of their own.
const OTHER: &str = "other";

/// What was gathered last.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Whether the database answered.
    pub(super) is_up: bool,
    /// How long it took, in seconds.
    pub(super) took: f64,
    /// How each company file stands, by its id.
    pub(super) tallies: Vec<Tally>,
    /// How many documents differ, where that was counted.
    pub(super) differ: BTreeMap<CompanyId, usize>,
    /// How many servers run over the database, and whether some of them go by other rules.
    pub(super) servers: Option<(usize, bool)>,
}

/// Writes it.
#[derive(Debug)]
pub(super) struct Families {
    pub(super) gathered: Arc<Mutex<Gathered>>,
    /// As many company files have a label of their own: those that were made first.
    pub(super) labelled: usize,
}

/// Labels of a series.
type Labels = Vec<(&'static str, String)>;
/// The samples of a family.
type Samples = Vec<(Labels, f64)>;

impl Collector for Families {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        let gathered = self.gathered.lock();
        Writer { encoder, gathered: &gathered, labelled: self.labelled }.all()
    }
}

struct Writer<'w, 'e> {
    encoder: DescriptorEncoder<'e>,
    gathered: &'w Gathered,
    labelled: usize,
}

impl Writer<'_, '_> {
    fn all(&mut self) -> fmt::Result {
        let gathered = self.gathered;
        let up = if gathered.is_up { 1.0 } else { 0.0 };
        self.one("ferrule_database_up", "Whether the database answered", up)?;
        self.one(
            "ferrule_gather_seconds",
            "Seconds that it took to gather what is told of company files",
            gathered.took,
        )?;
        self.one(
            "ferrule_company_files",
            "How many company files there are",
            number(gathered.tallies.len()),
        )?;
        self.servers()?;
        self.names()?;
        self.moments()?;
        self.counts()
    }

    fn one(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.family(name, help, vec![(Labels::new(), value)])
    }

    fn family(&mut self, name: &str, help: &str, samples: Samples) -> fmt::Result {
        let mut family = self.encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in samples {
            if labels.is_empty() {
                family.encode_gauge(&value)?;
            } else {
                family.encode_family(&labels)?.encode_gauge(&value)?;
            }
        }
        Ok(())
    }

    fn servers(&mut self) -> fmt::Result {
        let Some((count, differ)) = self.gathered.servers else { return Ok(()) };
        self.one("ferrule_servers", "How many servers run over the database", number(count))?;
        let help = "Whether servers over the database go by other rules than others do";
        self.one("ferrule_servers_differ", help, if differ { 1.0 } else { 0.0 })
    }

    fn names(&mut self) -> fmt::Result {
        let named = self.gathered.tallies.iter().take(self.labelled);
        let labels =
            |tally: &Tally| vec![("company", tally.company.0.to_string()), ("name", tally.name.clone())];
        let samples = named.map(|tally| (labels(tally), 1.0)).collect();
        self.family(
            "ferrule_company_file_info",
            "The name of each company file that has a label of its own",
            samples,
        )
    }

    /// Of those that share a label the earliest is told: it is what somebody has to look after.
    fn moments(&mut self) -> fmt::Result {
        let is_awaited = |tally: &Tally| tally.last_contact.filter(|_| !tally.is_paused);
        let help = "When the Web Connector last called, in seconds since 1970; left out while it is paused, and before its first visit";
        self.earliest("ferrule_last_contact_timestamp_seconds", help, is_awaited)?;
        let help = "When a visit last ended with nothing left to do, in seconds since 1970";
        self.earliest("ferrule_last_sync_timestamp_seconds", help, |tally| tally.last_sync)?;
        let help = "When the last read of everything ended, in seconds since 1970";
        self.earliest("ferrule_last_read_timestamp_seconds", help, |tally| tally.last_read)?;
        let help = "When the job that has been queued for longest was played, in seconds since 1970";
        self.earliest("ferrule_oldest_queued_timestamp_seconds", help, |tally| tally.oldest_queued)
    }

    fn earliest(&mut self, name: &str, help: &str, of: impl Fn(&Tally) -> Option<Moment>) -> fmt::Result {
        let mut samples = Vec::new();
        let mut other: Option<Moment> = None;
        for (place, tally) in self.gathered.tallies.iter().enumerate() {
            let Some(moment) = of(tally) else { continue };
            if place < self.labelled {
                samples.push((label(tally), seconds(moment)));
            } else {
                other = Some(other.map_or(moment, |other| other.min(moment)));
            }
        }
        samples.extend(other.map(|moment| (vec![("company", OTHER.to_owned())], seconds(moment))));
        self.family(name, help, samples)
    }

    fn counts(&mut self) -> fmt::Result {
        let help = "Whether the Web Connector is sent away for now";
        self.summed("ferrule_paused", help, |tally| Some(usize::from(tally.is_paused)))?;
        self.jobs()?;
        let help = "Writes whose answer has not come: the next visit finds out what became of them";
        self.summed("ferrule_unanswered_writes", help, |tally| Some(tally.unanswered))?;
        let help = "Transactions that differed in the last nightly reconciliation";
        self.summed("ferrule_reconciled_differing", help, |tally| tally.reconciled_differing)?;
        let help = "Documents whose record in QuickBooks holds something else than it must, as they were last counted";
        let differ = &self.gathered.differ;
        self.summed("ferrule_documents_differ", help, |tally| differ.get(&tally.company).copied())
    }

    fn jobs(&mut self) -> fmt::Result {
        let states: BTreeSet<JobState> =
            JobState::ALL.into_iter().filter(|state| *state != JobState::Done).collect();
        let mut all = Samples::new();
        for state in states {
            let count = |tally: &Tally| Some(tally.jobs.get(&state).copied().unwrap_or_default());
            for (mut labels, value) in self.sums(count) {
                labels.push(("state", state.name().to_owned()));
                all.push((labels, value));
            }
        }
        let help = "Documents by the state of their newest job; those that are done are not counted";
        self.family("ferrule_jobs", help, all)
    }

    fn summed(&mut self, name: &str, help: &str, of: impl Fn(&Tally) -> Option<usize>) -> fmt::Result {
        let samples = self.sums(of);
        self.family(name, help, samples)
    }

    fn sums(&self, of: impl Fn(&Tally) -> Option<usize>) -> Samples {
        let mut samples = Vec::new();
        let mut other: Option<usize> = None;
        for (place, tally) in self.gathered.tallies.iter().enumerate() {
            let Some(count) = of(tally) else { continue };
            if place < self.labelled {
                samples.push((label(tally), number(count)));
            } else {
                other = Some(other.unwrap_or_default() + count);
            }
        }
        samples.extend(other.map(|count| (vec![("company", OTHER.to_owned())], number(count))));
        samples
    }
}

/// The label of a company file: its id.
fn label(tally: &Tally) -> Labels {
    vec![("company", tally.company.0.to_string())]
}

/// Seconds since 1970.
#[expect(
    clippy::cast_precision_loss,
    reason = "moments of this millennium have fewer digits than a float holds"
)]
fn seconds(moment: Moment) -> f64 {
    moment.timestamp_millis() as f64 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "nothing is counted as far")]
fn number(count: usize) -> f64 {
    count as f64
}
