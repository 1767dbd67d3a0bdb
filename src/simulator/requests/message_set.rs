//! A message set: its requests one after another, and the answers kept for it.

use std::collections::HashMap;

use super::answer::Answer;
use super::macros::Macros;
use super::perform::perform;
use super::request::Request;
use super::write::Responses;
use crate::catalogue::{Version, operation};
use crate::simulator::books::{Books, KeptAnswer};
use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// The longest id of a message set, in characters, as Intuit's sample has it.
const MAX_ID: usize = 24;

/// The longest id of a request, in characters.
const MAX_REQUEST_ID: usize = 50;

/// A message set, and what was found out about it before its first request.
pub(crate) struct MessageSet<'s> {
    pub(crate) node: &'s Node,
    pub(crate) version: Version,
    /// What is wrong with some of the requests, by their place.
    pub(crate) faults: &'s HashMap<usize, Status>,
    /// Whether answers can be kept.
    pub(crate) can_keep: bool,
}

impl MessageSet<'_> {
    /// Does what the set asks and gives the document of its responses.
    pub(crate) fn answer(&self, books: &mut Books) -> String {
        let (old, new) = (id(self.node, "oldMessageSetID"), id(self.node, "newMessageSetID"));
        if old.is_none() && new.is_none() {
            return self.responses(books).document(&[]);
        }
        let mut code = 0;
        if let Some(old) = old.filter(|old| Some(*old) != new) {
            let known = if old == "ClearAllMessageSets" {
                books.answers.forget_all();
                true
            } else {
                books.answers.forget(old)
            };
            if !known && new.is_none() {
                code = 600;
            }
        }
        let Some(new) = new else {
            return self.responses(books).document(&[("messageSetStatusCode", &code.to_string())]);
        };
        let (code, responses) = self.once(books, new);
        responses.document(&[("newMessageSetID", new), ("messageSetStatusCode", &code.to_string())])
    }

    /// Does the set under an id: once, however often it is asked. Gives the status of the set as well.
    fn once(&self, books: &mut Books, id: &str) -> (u32, Responses) {
        if id.chars().count() > MAX_ID {
            return (9004, Responses::default());
        }
        let question = self.question();
        let is_empty = self.node.children().is_empty();
        match books.answers.get(id) {
            Some(kept) if is_empty || kept.question == question => (0, Responses::kept(&kept.responses)),
            Some(_) => (9001, Responses::default()),
            None if is_empty => (9002, Responses::default()),
            None if !self.can_keep => (9005, Responses::default()),
            None => {
                let responses = self.responses(books);
                books.answers.keep(id, KeptAnswer { question, responses: responses.to_text() });
                (0, responses)
            }
        }
    }

    /// What makes the set the same as another: all it asks, but not what it clears.
    fn question(&self) -> String {
        let requests = self.node.children().iter().map(Node::to_xml);
        let on_error = self.node.attribute("onError").unwrap_or_default().to_owned();
        std::iter::once(on_error).chain(requests).collect()
    }

    /// Does the requests of the set and writes their responses.
    fn responses(&self, books: &mut Books) -> Responses {
        let stops = self.node.attribute("onError") == Some("stopOnError");
        let is_quiet = self.node.attribute("responseData") == Some("includeNone");
        let (mut responses, mut is_stopped) = (Responses::default(), false);
        let mut macros = Macros::default();
        for (place, node) in self.node.children().iter().enumerate() {
            let Some(operation) = operation(node.name.trim_end_matches("Rq")) else {
                continue;
            };
            let asked = Request { operation, node, version: self.version };
            let mut answer = match self.faults.get(&place) {
                _ if is_stopped => Answer::from(Status::from(Reason::NotDone)),
                Some(fault) => Answer::from(fault.clone()),
                None => done(books, asked, &macros).unwrap_or_else(Answer::from),
            };
            is_stopped = is_stopped || stops && answer.status.is_failure();
            macros.define(asked.body(), &answer);
            if is_quiet {
                answer.content.clear();
            }
            responses.push(operation.response.name(), id(node, "requestID"), &answer);
        }
        responses
    }
}

/// Does one request, its macros resolved.
fn done(books: &mut Books, asked: Request<'_>, macros: &Macros) -> Result<Answer, Status> {
    let resolved = macros.resolve(asked.node)?;
    if let Some(id) = id(&resolved, "requestID").filter(|id| id.chars().count() > MAX_REQUEST_ID) {
        return Err(Status::new(Reason::RequestIdTooLong, &[id]));
    }
    perform(books, Request { node: &resolved, ..asked })
}

fn id<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.attribute(name).filter(|id| !id.is_empty())
}
