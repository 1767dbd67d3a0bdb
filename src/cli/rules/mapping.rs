//! The stages of `ferrule map`: documents are cut, mapped and written, some at a time, all stages at once. So all cores have something to do, and what is in memory does not depend on how many there are.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, Scope};

use anyhow::Result;
use rayon::prelude::*;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::rules::held::{HeldList, HeldText};
use crate::cli::rules::notes;
use crate::cli::terminal::Terminal;
use crate::document::{DocumentProblem, ShapeId};
use crate::qbxml::{MessageSet, Writer, pretty_onto};
use crate::rules::{Program, Severity};
use crate::steelhead::{DocumentFiles, RawDocument};
use crate::sync::{Counts, Plan, Planner, ProblemView, Said, Step, StepView, Strange, decode_one};

/// What documents are mapped by.
#[derive(Clone, Copy)]
pub struct Mapping<'m> {
    /// The rules.
    pub program: &'m Program,
    /// The shape of the documents that are wanted.
    pub shape: ShapeId,
    /// Whether the result is JSON.
    pub as_json: bool,
    /// Where words go.
    pub terminal: Terminal,
}

/// What was found of some documents.
struct Batch {
    counts: Counts,
    errors: Vec<DocumentProblem>,
    warnings: Vec<DocumentProblem>,
    steps: Vec<Written>,
}

/// The same before it is written.
struct Decided {
    steps: Vec<Step>,
    said: Vec<Said>,
}

/// What becomes of some documents, as it is told.
#[derive(Default)]
struct Written {
    /// Their requests for people, or all of it as JSON.
    results: String,
    /// What is to be told of them.
    notes: String,
    /// A request is written here first.
    request: Writer,
}

/// So many documents at least are written by one worker after the other.
const TOGETHER: usize = 8;

/// So many bytes of requests are held back: where there are not more, what is wrong is told before them.
const HELD: usize = 1 << 20;

/// What has to wait until all documents were read, because the order of words is fixed: first what is wrong
/// with documents, then what is worth knowing of them, then what the rules say.
#[derive(Default)]
pub struct Report {
    counts: Counts,
    /// Not written yet.
    requests: String,
    is_written: bool,
    errors: HeldText,
    warnings: HeldText,
    notes: HeldText,
    json: Option<Json>,
}

/// What `--json` writes: a [`PlanView`](crate::sync::PlanView).
#[derive(Default, Serialize)]
struct Json {
    counts: Counts,
    steps: HeldList,
    #[serde(skip_serializing_if = "HeldList::is_empty")]
    unreadable: HeldList,
    #[serde(skip_serializing_if = "HeldList::is_empty")]
    warnings: HeldList,
}

/// Does one stage in a thread of its own; the next stage takes what it gives.
fn stage<'s, A, B: Send + 's>(
    scope: &'s Scope<'s, '_>,
    input: impl Iterator<Item = A> + Send + 's,
    mut work: impl FnMut(A) -> B + Send + 's,
) -> Receiver<B> {
    let (sender, receiver) = sync_channel(1);
    scope.spawn(move || {
        for item in input {
            if sender.send(work(item)).is_err() {
                break;
            }
        }
    });
    receiver
}

impl Mapping<'_> {
    /// Maps all documents, and writes their requests. Nothing is given if there was no document of the object.
    pub fn run(&self, files: &DocumentFiles, planner: &mut Planner<'_>) -> Result<Option<Report>> {
        let mut report = Report { json: self.as_json.then(Json::default), ..Report::default() };
        let mut strange = Strange::default();
        let unknown = &mut strange;
        let mut is_empty = true;
        thread::scope(|scope| -> Result<()> {
            let cut = stage(scope, files.batches(), |raw| raw);
            let decided = stage(scope, cut.into_iter(), move |raw| raw.map(|raw| self.decide(raw, planner)));
            let written = stage(scope, decided.into_iter(), move |it| it.map(|it| self.write(it, unknown)));
            for batch in written {
                let batch = batch.map_err(|problem| anyhow::anyhow!("{problem}"))??;
                is_empty &= batch.counts == Counts::default();
                report.add(batch, self)?;
            }
            Ok(())
        })?;
        report.warn(strange.summed(), self.terminal)?;
        Ok((!is_empty).then_some(report))
    }

    fn decide(&self, raw: Vec<RawDocument>, planner: &mut Planner<'_>) -> Decided {
        let (steps, said) = planner.alone(self.shape, raw, |raw| {
            let (source, said) = decode_one(raw.json(), raw.origin(), self.program);
            (source.filter(|source| source.document.shape == self.shape), said)
        });
        Decided { steps, said }
    }

    fn write(&self, Decided { steps, said }: Decided, unknown: &mut Strange) -> Result<Batch> {
        let plan = Plan { steps };
        let counts = plan.counts();
        let steps = plan.steps.into_par_iter().with_min_len(TOGETHER);
        let written = steps.try_fold(Written::default, |written, step| self.written(written, &step));
        let steps = written.collect::<Result<_>>()?;
        let mut batch = Batch { counts, errors: Vec::new(), warnings: Vec::new(), steps };
        for said in said {
            batch.counts.rejected += usize::from(said.unreadable.is_some());
            batch.errors.extend(said.unreadable.into_iter().flat_map(|document| document.problems));
            batch.warnings.extend(said.warnings);
            said.unknown.into_iter().for_each(|problem| unknown.add(problem));
        }
        Ok(batch)
    }

    fn written(&self, mut written: Written, step: &Step) -> Result<Written> {
        if self.as_json {
            written.results += &HeldList::member(&StepView::of(step, self.program))?;
            return Ok(written);
        }
        written.request.clear();
        if step.write_sent(&mut written.request) {
            pretty_onto(&mut written.results, written.request.as_bytes(), MessageSet::DEPTH);
        }
        written.notes += &notes::lines(step, self.program, self.terminal);
        Ok(written)
    }

    /// What stands before all requests, and what behind them.
    fn envelope(&self) -> (String, String) {
        MessageSet { version: self.program.version, ..MessageSet::default() }.around()
    }
}

impl Report {
    fn add(&mut self, batch: Batch, mapping: &Mapping<'_>) -> Result<()> {
        let terminal = mapping.terminal;
        self.counts += batch.counts;
        for problem in &batch.errors {
            self.errors.add(&terminal.line(Severity::Error, &problem.to_string()))?;
            if let Some(json) = &mut self.json {
                json.unreadable.add(&HeldList::member(&ProblemView::of(problem))?)?;
            }
        }
        self.warn(batch.warnings, terminal)?;
        for Written { results, notes, .. } in &batch.steps {
            self.notes.add(notes)?;
            match &mut self.json {
                Some(json) => json.steps.add(results)?,
                None => self.requests.push_str(results),
            }
        }
        if self.requests.len() > HELD { self.write(mapping) } else { Ok(()) }
    }

    /// Writes the requests that were held.
    fn write(&mut self, mapping: &Mapping<'_>) -> Result<()> {
        if self.requests.is_empty() {
            return Ok(());
        }
        if !self.is_written {
            self.is_written = true;
            mapping.terminal.print(&mapping.envelope().0)?;
        }
        mapping.terminal.print(&std::mem::take(&mut self.requests))
    }

    fn warn(
        &mut self,
        warnings: impl IntoIterator<Item = DocumentProblem>,
        terminal: Terminal,
    ) -> Result<()> {
        for problem in warnings {
            self.warnings.add(&terminal.line(Severity::Warning, &problem.to_string()))?;
            if let Some(json) = &mut self.json {
                json.warnings.add(&HeldList::member(&ProblemView::of(&problem))?)?;
            }
        }
        Ok(())
    }

    /// Tells all that waited, and writes what is left.
    pub fn finish(mut self, mapping: &Mapping<'_>) -> Result<Exit> {
        let terminal = mapping.terminal;
        for held in [&mut self.errors, &mut self.warnings, &mut self.notes] {
            std::mem::take(held).tell()?;
        }
        let failed = self.counts.rejected > 0;
        if let Some(json) = self.json.take() {
            terminal.print_json(&Json { counts: self.counts, ..json })?;
        } else {
            self.write(mapping)?;
            if self.is_written {
                terminal.print(&mapping.envelope().1)?;
            } else if !failed {
                terminal.tell("no document needs a request\n");
            }
        }
        Ok(if failed { Exit::Error } else { Exit::Well })
    }
}
