//! One document through its object's export rules.

use std::cell::RefCell;
use std::sync::Arc;

use crate::document::{Code, Structure, Value, is_id_of_record};
use crate::qbxml::{MessageWriter, Record};
use crate::rules::Program;
use crate::rules::file::Only;
use crate::rules::program::{Condition, Export, Object, Variant};

use super::decide::CounterpartChoice;
use super::refused::Asked;
use super::request::Emitter;
use super::terms::agreed::Agreed;
use super::terms::by_hand::ByHand;
use super::terms::confirmed::Confirmed;
use super::terms::context::{Context, Key, Link};
use super::terms::fault::Fault;
use super::terms::outcome::{Decision, FollowUp, Note, Outcome, Provenance, Request};
use super::terms::words;
use super::values::Budget;
use super::values::eval::{Evaluator, Frame};
use super::values::inactive::InactiveOnes;
use super::values::names::choose;

/// So many characters of a document's label are told: names can be of any length.
const LONGEST_LABEL: usize = 80;

/// Runs a program. One for each worker, because it writes all requests into the same memory.
#[derive(Debug)]
pub struct Engine<'p> {
    /// The rules.
    pub program: &'p Program,
    /// Where requests are written, one after the other.
    writer: RefCell<MessageWriter>,
}

/// What to do beyond deciding.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Say of every element where it comes from.
    pub explain: bool,
    /// The document is known only in part, as another document holds it: it may be created or
    /// connected, but its differences mean nothing.
    pub in_part: bool,
}

impl<'p> Engine<'p> {
    /// An engine for a program.
    pub fn new(program: &'p Program) -> Self {
        Self { program, writer: RefCell::default() }
    }

    pub(super) fn evaluator<'e>(&'e self, context: Context<'e>) -> Evaluator<'e> {
        Evaluator {
            program: self.program,
            context,
            budget: Budget::default(),
            writer: &self.writer,
            dependencies: Vec::new().into(),
            warnings: Vec::new().into(),
            own: None.into(),
            inactive: InactiveOnes::default(),
        }
    }

    /// Decides what is to be done with a document.
    pub fn export(&self, document: &Structure, context: Context<'_>, options: Options) -> Outcome {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let frame = Frame::root(&root);
        let object = self.program.object_of(document.shape);
        let key = Key::of(self.program, document);
        let label = Self::label(object, &evaluator, &frame, key.as_ref());
        let mut run = Run {
            link: key.as_ref().and_then(|key| context.links.get(key)),
            held: key.as_ref().and_then(|key| context.links.held(key)).map(AsRef::as_ref),
            by_hand: key.as_ref().and_then(|key| context.links.by_hand(key)),
            agreed: key.as_ref().and_then(|key| context.links.agreed(key)),
            apart: key.as_ref().and_then(|key| context.links.apart(key)).map(AsRef::as_ref),
            key: key.as_ref(),
            options,
            ..Run::new(&evaluator, frame)
        };
        let decision = match object.and_then(|object| object.export.as_ref()) {
            Some(_) if key.as_ref().is_some_and(|key| is_id_of_record(&key.id)) => {
                Decision::Skip(Some(imported()))
            }
            Some(export) => run.decide(export),
            None => Decision::Skip(None),
        };
        // Last, because only a decision to send makes an inactive record matter.
        let decision = evaluator.inactive.decide(decision);
        let Found { mut warnings, name, sought, provenance, waits, is_by_hand, confirmed, then, .. } =
            run.found;
        warnings.append(&mut evaluator.warnings.take());
        // Where nothing is sent, nothing is cut or rounded either.
        let goes_on = !then.is_empty();
        if decision.is_settled() && !goes_on {
            warnings.clear();
        }
        // What follows may mend it.
        warnings.extend(decision.differences(&confirmed).into_iter().filter(|_| !goes_on));
        let mut outcome = Outcome {
            key,
            label,
            decision,
            warnings,
            dependencies: evaluator.dependencies.take(),
            name,
            sought,
            waits,
            is_by_hand,
            provenance,
            confirmed,
            then,
        };
        Asked { company: context.company, links: context.links }.judge(&mut outcome);
        outcome
    }

    /// The record that a document would be connected to, whether or not it is to be sent.
    pub fn find(&self, document: &Structure, context: Context<'_>) -> Option<Arc<Record>> {
        let evaluator = self.evaluator(context);
        let root = Value::Structure(document.clone());
        let export = self.program.object_of(document.shape)?.export.as_ref()?;
        let mut run = Run::new(&evaluator, Frame::root(&root));
        let variant = run.variant(export)?;
        // The match may search by what the request would hold, so the request is written though not sent.
        let request = run.emit(variant, export);
        match run.counterpart(variant, &request) {
            CounterpartChoice::Connect(record) => Some(record),
            _ => None,
        }
    }

    pub(super) fn label(
        object: Option<&Object>,
        evaluator: &Evaluator<'_>,
        frame: &Frame<'_>,
        key: Option<&Key>,
    ) -> String {
        let Some(object) = object else {
            return String::new();
        };
        let label = object.label.as_ref().and_then(|label| evaluator.text(label, frame).ok());
        let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| {
            let id = key.map_or("without an id", |key| key.id.as_ref());
            format!("{} {id}", object.title)
        });
        words::clipped(&label, LONGEST_LABEL)
    }
}

/// Why nothing is sent for a document that was made of a record.
pub const IMPORTED: &str = "It was imported from QuickBooks, so there is nothing to send.";

/// Why nothing is sent for a document whose rules are switched off.
pub const SWITCHED_OFF: &str = "The settings switch off the export of such documents.";

fn imported() -> Note {
    Note { code: "imported".to_owned(), message: IMPORTED.to_owned(), ..Note::default() }
}

/// What is found on the way to a decision.
#[derive(Default)]
pub(super) struct Found {
    pub rejections: Vec<Note>,
    pub warnings: Vec<Note>,
    pub name: Option<String>,
    pub sought: Option<(&'static str, String)>,
    pub waits: bool,
    pub is_by_hand: bool,
    pub provenance: Vec<Provenance>,
    pub confirmed: Vec<Confirmed>,
    pub then: Vec<FollowUp>,
}

/// One document on its way to a decision.
pub(super) struct Run<'r> {
    pub evaluator: &'r Evaluator<'r>,
    pub frame: Frame<'r>,
    pub link: Option<&'r Link>,
    /// Why a person has to say what its counterpart is.
    pub held: Option<&'r str>,
    /// What a person has said of it being done by hand.
    pub by_hand: Option<&'r ByHand>,
    /// What it and its record agreed on last, if that is known.
    pub agreed: Option<&'r Agreed>,
    /// The name of which a person has said that it is no other record's, though one has nearly that name.
    pub apart: Option<&'r str>,
    /// Its object and id.
    pub key: Option<&'r Key>,
    pub options: Options,
    pub found: Found,
}

impl<'r> Run<'r> {
    /// A document of which nothing more is known.
    pub(super) fn new(evaluator: &'r Evaluator<'r>, frame: Frame<'r>) -> Self {
        Self {
            evaluator,
            frame,
            link: None,
            held: None,
            by_hand: None,
            agreed: None,
            apart: None,
            key: None,
            options: Options::default(),
            found: Found::default(),
        }
    }
}

impl Run<'_> {
    /// The order of the questions is the order in which people want answers: is it to be sent at all, is
    /// something wrong with it, and only then whether QuickBooks has it already. What is wrong is collected,
    /// not told at once, because a clerk who mends one thing wants to know of the next.
    fn decide(&mut self, export: &Export) -> Decision {
        match export.when.as_ref().map(|when| self.evaluator.holds(when, &self.frame)) {
            Some(Ok(false)) => return Decision::Skip(None),
            Some(Err(fault)) => self.reject(fault),
            _ => {}
        }
        if let Some(note) = self.wrong_edition() {
            return Decision::Reject(vec![note]);
        }
        if let Some(note) = self.settled(export) {
            self.found.is_by_hand = true;
            return Decision::Skip(Some(note));
        }
        // Before anything is rejected: what is not meant to be sent may be as wrong as it likes.
        if let Some(note) = self.conditions(&export.skip, Only::Any).into_iter().next() {
            return self.skipped(export, note);
        }
        let mut rejections = self.conditions(&export.reject, Only::Any);
        self.found.rejections.append(&mut rejections);
        let mut warnings = self.conditions(&export.warn, Only::Any);
        self.found.warnings.append(&mut warnings);
        let Some(variant) = self.variant(export) else {
            return self.rejected();
        };
        let request = self.emit(variant, export);
        if !self.options.in_part {
            self.found.confirmed = self.confirmed(variant);
        }
        // A document that is wrong is not matched: what it would be matched by may be what is wrong.
        let choice = if self.found.rejections.is_empty() {
            self.counterpart(variant, &request)
        } else {
            CounterpartChoice::Create
        };
        let decision = match choice {
            CounterpartChoice::Create => self.create(export, variant, request),
            CounterpartChoice::Connect(record) => {
                let counterpart = self.compared(variant, Some(record), None, &request);
                self.new_name_is_free(export, variant, &counterpart);
                Decision::Connect(counterpart)
            }
            CounterpartChoice::Keep(record, id) => {
                let counterpart = self.compared(variant, record, id, &request);
                self.new_name_is_free(export, variant, &counterpart);
                Decision::Keep(counterpart)
            }
        };
        self.found.then = self.follow_ups(export, &decision);
        // Comparing may have found something wrong as well: a name that is taken.
        if self.found.rejections.is_empty() { decision } else { self.rejected() }
    }

    /// The note that the rules are not for the company file's edition, if they are not.
    fn wrong_edition(&self) -> Option<Note> {
        let editions = &self.evaluator.program.editions;
        let country =
            self.evaluator.context.company.country().filter(|country| !editions.contains(country))?;
        let message = format!(
            "The company file is of {}, and the rules are not for it. Write {country} under editions in ruleset.yaml if they are.",
            country.edition()
        );
        Some(Note { code: Code::NotInEdition.to_string(), message, ..Note::default() })
    }

    pub(super) fn rejected(&mut self) -> Decision {
        Decision::Reject(std::mem::take(&mut self.found.rejections))
    }

    pub(super) fn reject(&mut self, fault: Fault) {
        let note = Note {
            code: fault.code().to_string(),
            element: None,
            span: fault.span(),
            setting: fault.setting().cloned(),
            command: fault.command().map(str::to_owned),
            message: fault.into_message(),
        };
        self.found.rejections.push(note);
    }

    /// The conditions that hold, as notes.
    pub(super) fn conditions(&mut self, conditions: &[Condition], only: Only) -> Vec<Note> {
        let (evaluator, frame) = (self.evaluator, self.frame);
        let is_asked = |it: &&Condition| {
            it.only_create == (only == Only::Create) && !evaluator.is_off_for_all(&it.when.node, &frame)
        };
        let asked: Vec<&Condition> = conditions.iter().filter(is_asked).collect();
        // Most go over the lines. Those that do so one after the other go over them once; where somebody watches the
        // loops, each goes by itself.
        let is_watched = evaluator.program.seen.is_some();
        let mut notes = Vec::new();
        for together in asked.chunk_by(|one, next| !is_watched && next.has_loops_of(one)) {
            let Some(loops) = together.first().map(|it| &it.loops) else { continue };
            let mut found = vec![Vec::new(); together.len()];
            evaluator.turns(loops, &frame, &mut |turn| match turn {
                Ok(frame) => {
                    for (condition, found) in together.iter().zip(&mut found) {
                        self.condition(condition, frame, found);
                    }
                }
                Err(fault) => self.reject(fault),
            });
            notes.extend(found.into_iter().flatten());
        }
        notes
    }

    fn condition(&mut self, condition: &Condition, frame: &Frame<'_>, notes: &mut Vec<Note>) {
        let evaluator = self.evaluator;
        match evaluator.holds(&condition.when, frame) {
            Ok(false) => {}
            Ok(true) => {
                let message = evaluator.text(&condition.message, frame).unwrap_or_else(Fault::into_message);
                notes.push(Note {
                    code: condition.id.clone(),
                    message,
                    element: None,
                    span: Some(condition.when.span),
                    setting: evaluator.about_setting(condition),
                    command: None,
                });
            }
            Err(fault) => self.reject(fault.at(condition.when.span)),
        }
    }

    /// The request that the document becomes.
    pub(super) fn variant<'x>(&mut self, export: &'x Export) -> Option<&'x Variant> {
        match choose(self.evaluator, export, &self.frame) {
            Ok(Some(variant)) => return Some(variant),
            Ok(None) => {
                self.reject(Fault::new(Code::NoRequest, "the rules have no request for this document"));
            }
            Err(fault) => self.reject(fault),
        }
        None
    }

    pub(super) fn emit(&mut self, variant: &Variant, export: &Export) -> Request {
        let mut emitter = Emitter::new(self.evaluator, self.options.explain);
        emitter.notes_lines = variant.keeps_lines();
        let name = variant.add.body.name();
        emitter.writer.open(name);
        emitter.fields(&variant.add.fields, &variant.add.required, &self.frame);
        emitter.writer.close(name);
        // A condition of the rules said in better words why something required is missing.
        if !self.found.rejections.is_empty() {
            emitter.rejections.retain(|note| note.code != Code::Required);
        }
        self.found.rejections.append(&mut emitter.rejections);
        self.found.warnings.append(&mut emitter.warnings);
        self.found.provenance = emitter.provenance.take().unwrap_or_default();
        // A name must be free in all lists that share it: where the match looks, where the record goes, and
        // where the rules say so.
        let searched = variant.matching.iter().flat_map(|matching| matching.records.iter().copied());
        let mut namespace: Vec<&'static str> =
            searched.chain([variant.record]).chain(export.unique_with.iter().copied()).collect();
        namespace.sort_unstable();
        namespace.dedup();
        let (lines, awaits) = (std::mem::take(&mut emitter.lines), emitter.awaits);
        Request::written(name, variant.record, namespace.into(), emitter.take()).with_lines(lines, awaits)
    }

    fn create(&mut self, export: &Export, variant: &Variant, request: Request) -> Decision {
        let mut rejections = self.conditions(&export.reject, Only::Create);
        self.found.rejections.append(&mut rejections);
        let mut warnings = self.conditions(&export.warn, Only::Create);
        self.found.warnings.append(&mut warnings);
        // What is wrong with the name was told when it was written.
        self.found.name =
            self.evaluator.name_in(variant, &self.frame).unwrap_or_default().map(|name| name.to_string());
        if let Some(name) = self.found.name.clone() {
            self.name_is_free(&name, export, variant);
            self.near_twins(export, variant, &name);
        }
        Decision::Create(request)
    }
}
