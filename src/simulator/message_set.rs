//! A message set: its requests one after another, and the answers kept for it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::books::Books;
use super::status::{Reason, Status};
use super::write::{Answer, document, response};
use crate::catalogue::{Version, operation};
use crate::qbxml::element::{Content, Node};

/// The longest id of a message set, in characters, as Intuit's sample has it.
const MAX_ID: usize = 24;

/// The longest id of a request, in characters.
const MAX_REQUEST_ID: usize = 50;

/// The answer kept for a message set, so that the same set is not done twice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    question: String,
    responses: String,
}

/// What a message set asks, beyond its requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) version: Version,
    /// What is wrong with some of the requests, by their place.
    pub(super) faults: &'a HashMap<usize, Status>,
    /// Whether answers can be kept.
    pub(super) can_keep: bool,
}

impl Books {
    /// Does a message set and gives the document of its responses.
    pub(super) fn message_set(&mut self, set: &Node, asked: Asked<'_>) -> String {
        let (old, new) = (id(set, "oldMessageSetID"), id(set, "newMessageSetID"));
        if old.is_none() && new.is_none() {
            return document(&[], &self.responses(set, asked));
        }
        let mut code = 0;
        if let Some(old) = old.filter(|old| Some(*old) != new) {
            let known = if old == "ClearAllMessageSets" {
                self.answers.clear();
                true
            } else {
                self.answers.remove(old).is_some()
            };
            if !known && new.is_none() {
                code = 600;
            }
        }
        let Some(new) = new else {
            let responses = self.responses(set, asked);
            return document(&[("messageSetStatusCode", code.to_string())], &responses);
        };
        let (code, responses) = self.once(set, new, asked);
        let attributes = [("newMessageSetID", new.to_owned()), ("messageSetStatusCode", code.to_string())];
        document(&attributes, &responses)
    }

    /// Does a message set under an id: once, whatever comes. Gives the status of the set as well.
    fn once(&mut self, set: &Node, id: &str, asked: Asked<'_>) -> (u32, String) {
        if id.chars().count() > MAX_ID {
            return (9004, String::new());
        }
        let question = question(set);
        let kept = self.answers.get(id);
        match kept {
            Some(kept) if set.children().is_empty() || kept.question == question => {
                (0, kept.responses.clone())
            }
            Some(_) => (9001, String::new()),
            None if set.children().is_empty() => (9002, String::new()),
            None if !asked.can_keep => (9005, String::new()),
            None => {
                let responses = self.responses(set, asked);
                let kept = Kept { question, responses: responses.clone() };
                self.answers.insert(id.to_owned(), kept);
                (0, responses)
            }
        }
    }

    /// Does the requests of a set and writes their responses.
    fn responses(&mut self, set: &Node, asked: Asked<'_>) -> String {
        let stops = set.attribute("onError") == Some("stopOnError");
        let is_quiet = set.attribute("responseData") == Some("includeNone");
        let (mut text, mut stopped) = (String::new(), false);
        let mut macros = HashMap::new();
        for (place, request) in set.children().iter().enumerate() {
            let name = request.name.trim_end_matches("Rq");
            let Some(operation) = operation(name) else {
                continue;
            };
            let mut answer = match asked.faults.get(&place) {
                _ if stopped => Answer::from(Status::from(Reason::NotDone)),
                Some(fault) => Answer::from(fault.clone()),
                None => with_macros(request, &macros)
                    .and_then(checked)
                    .and_then(|request| self.perform(operation, &request, asked.version))
                    .unwrap_or_else(Answer::from),
            };
            stopped = stopped || stops && answer.status.is_failure();
            define(operation.body.and_then(|body| request.child(body.name())), &answer, &mut macros);
            if is_quiet {
                answer.content.clear();
            }
            response(operation.response.name(), id(request, "requestID"), &answer, &mut text);
        }
        text
    }
}

fn id<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.attribute(name).filter(|id| !id.is_empty())
}

/// What makes a message set the same as another: all it asks, but not what it clears.
fn question(set: &Node) -> String {
    let mut question = set.attribute("onError").unwrap_or_default().to_owned();
    set.children().iter().for_each(|request| request.write_xml(&mut question));
    question
}

fn checked(request: Node) -> Result<Node, Status> {
    match id(&request, "requestID") {
        Some(id) if id.chars().count() > MAX_REQUEST_ID => Err(Status::new(Reason::RequestIdTooLong, &[id])),
        _ => Ok(request),
    }
}

/// The macros that earlier requests of the set have defined, with the ids of what they made.
type Macros = HashMap<String, String>;

/// The request with ids in the place of macros; fails with 9100 for a macro that is not defined.
fn with_macros(request: &Node, macros: &Macros) -> Result<Node, Status> {
    let mut request = request.clone();
    substitute(&mut request, macros)?;
    Ok(request)
}

fn substitute(node: &mut Node, macros: &Macros) -> Result<(), Status> {
    if let Some(name) = node.attribute("useMacro") {
        let unknown = || Status::new(Reason::UnknownMacro, &[name]);
        let id = macros.get(name).ok_or_else(unknown)?.clone();
        node.content = Content::Text(id);
    }
    match &mut node.content {
        Content::Children(children) => children.iter_mut().try_for_each(|child| substitute(child, macros)),
        Content::Text(_) => Ok(()),
    }
}

fn define(body: Option<&Node>, answer: &Answer, macros: &mut Macros) {
    let name = body.and_then(|body| body.attribute("defMacro"));
    let record = answer.content.first();
    let id = record.map(super::table::id_of).filter(|id| !id.is_empty());
    if let Some((name, id)) = name.zip(id) {
        macros.insert(name.to_owned(), id.to_owned());
    }
}
