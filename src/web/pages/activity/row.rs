//! What happened, as the page of activity tells it: a row for each.

use crate::activity::{Event, Happened};
use crate::language::{marked, say, t};
use crate::sync::stored::{CompanyFile, Ending, ExchangeKind, Job, Moment};
use crate::text::quotes::quoted;
use crate::web::draw::deed::{Sum, became};
use crate::web::draw::told::Told;
use crate::web::pages::documents::names::Names;
use crate::web::pages::integrations::page as integrations;
use crate::web::pages::reconcile;
use crate::web::words::states::words;
use crate::web::words::when::{counted, duration};

/// One thing that happened.
pub(super) struct EventRow {
    pub(super) at: Moment,
    pub(super) what: &'static str,
    pub(super) kind: &'static str,
    pub(super) word: &'static str,
    pub(super) told: Told,
    /// What a search finds it by besides: the code of what went wrong.
    code: String,
    pub(super) link: String,
    pub(super) label: &'static str,
}

impl EventRow {
    /// An event of a company file.
    pub(super) fn of(event: Event, file: &CompanyFile, names: &Names<'_>) -> Self {
        let at = event.at;
        match event.happened {
            Happened::Visit { id, ended_at, ending } => {
                let visit = (id.0, ended_at.map(|ended| duration(ended - at)));
                Self::visit(at, file, visit, ending)
            }
            Happened::Exchange { session, kind, answered_at, failure, requests, .. } => {
                let took = answered_at.map(|answered| (answered - at).num_milliseconds());
                Self::exchange(at, file, (session.0, kind, took), failure, &requests)
            }
            Happened::Job(job, message) => Self::job(&job, message.as_deref(), names),
            Happened::Night(found) => Self {
                at,
                what: t("Reconciled"),
                kind: if found.differing > 0 { "warn" } else { "good" },
                word: if found.differing > 0 { marked("Differs") } else { marked("Agrees") },
                told: Told {
                    details: found.words.clone(),
                    ..Told::plain(say!("{from} to {to}", from = found.from, to = found.to))
                },
                link: reconcile::link(file, &found),
                label: t("Reconcile"),
                code: String::new(),
            },
            Happened::Action(entry) => Self {
                at,
                what: t("Person"),
                kind: "idle",
                word: marked("Done"),
                told: names.act(&entry, None),
                link: String::new(),
                label: "",
                code: String::new(),
            },
        }
    }

    fn visit(
        at: Moment,
        file: &CompanyFile,
        (id, took): (i64, Option<String>),
        ending: Option<Ending>,
    ) -> Self {
        let (kind, word) = match (&took, &ending) {
            (None, _) => ("busy", marked("Under way")),
            (_, Some(Ending::Finished)) => ("good", marked("Finished")),
            (_, _) => ("warn", marked("Stopped")),
        };
        let why = ending.filter(|ending| *ending != Ending::Finished);
        Self {
            at,
            what: t("Visit"),
            kind,
            word,
            told: Told {
                details: why.map_or_else(String::new, |ending| t(&ending.to_string()).to_owned()),
                ..Told::plain(took.map_or(t("The Web Connector is connected").to_owned(), |took| {
                    say!("The Web Connector was connected for {took}", took)
                }))
            },
            link: visit_link(file, id),
            label: t("Visit"),
            code: String::new(),
        }
    }

    fn exchange(
        at: Moment,
        file: &CompanyFile,
        (session, kind, took): (i64, ExchangeKind, Option<i64>),
        failure: Option<String>,
        requests: &[(String, usize, usize)],
    ) -> Self {
        let refused: usize = requests.iter().map(|(_, _, refused)| refused).sum();
        let (pill, word) = match (&failure, took, refused) {
            (Some(_), ..) => ("bad", marked("Failed")),
            (None, None, _) => ("warn", marked("No answer")),
            (None, Some(_), 0) => ("good", marked("Answered")),
            (None, Some(_), _) => ("bad", marked("Some refused")),
        };
        let what = match kind {
            ExchangeKind::Read => t("Read"),
            ExchangeKind::Write => t("Write"),
            ExchangeKind::Recover => t("Asked again"),
        };
        let mut sum = Sum::default();
        for (message, count, refused) in requests {
            sum.add(kind, message, *count, *refused);
        }
        let mut text = sum.told(&[]);
        if text.is_empty() {
            text = counted(requests.iter().map(|(_, count, _)| count).sum(), "request");
        }
        let took = took.map(|took| say!("answered in {took} ms", took));
        let details: Vec<String> = failure.into_iter().chain(took).collect();
        Self {
            at,
            what,
            kind: pill,
            word,
            told: Told { details: details.join("; "), ..Told::plain(text) },
            link: visit_link(file, session),
            label: t("Visit"),
            code: String::new(),
        }
    }

    fn job(job: &Job, message: Option<&str>, names: &Names<'_>) -> Self {
        let (kind, word, _) = words(job.state);
        let document = names.of(&job.document);
        let record = document.as_ref().and_then(|it| it.record.as_deref());
        let after = became(job, message, record);
        let details = job.error.as_ref().map(|error| quoted(&error.happened)).unwrap_or_default();
        let (label, href, link) = match &document {
            Some(it) => (it.title.clone(), it.path.clone(), format!("{}/history", it.path)),
            None => (names.in_words(&job.document.to_string()), String::new(), String::new()),
        };
        Self {
            at: job.changed_at,
            what: t("Document"),
            kind,
            word,
            told: Told { before: String::new(), label, href, after, details },
            code: job.error.as_ref().map(|error| error.code.clone()).unwrap_or_default(),
            link,
            label: t("History"),
        }
    }

    /// Whether all words occur in what is shown.
    pub(super) fn has(&self, words: &[String]) -> bool {
        if words.is_empty() {
            return true;
        }
        let all = format!("{} {} {} {}", self.what, self.word, self.told.text(), self.code).to_lowercase();
        words.iter().all(|word| all.contains(word.as_str()))
    }
}

fn visit_link(file: &CompanyFile, id: i64) -> String {
    format!("{}/visits/{id}", integrations::path(file))
}
