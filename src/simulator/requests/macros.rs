//! Macros: names that one request of a message set gives to what it makes, for later ones to use.

use std::collections::HashMap;

use super::answer::Answer;
use crate::simulator::books::id_of;
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// The macros that earlier requests of the set have defined, with the ids of what they made.
#[derive(Default)]
pub(crate) struct Macros(HashMap<String, String>);

impl Macros {
    /// Notes what a request that was answered has made, if its body gives that a name.
    pub(crate) fn define(&mut self, body: &Node, answer: &Answer) {
        let id = answer.content.first().map(id_of).filter(|id| !id.is_empty());
        if let Some((name, id)) = body.attribute("defMacro").zip(id) {
            self.0.insert(name.to_owned(), id.to_owned());
        }
    }

    /// The request with ids in the place of macros.
    ///
    /// # Errors
    /// 9100 for a macro that is not defined.
    pub(crate) fn resolve(&self, request: &Node) -> Result<Node, Status> {
        let mut request = request.clone();
        self.substitute(&mut request)?;
        Ok(request)
    }

    fn substitute(&self, node: &mut Node) -> Result<(), Status> {
        if let Some(name) = node.attribute("useMacro") {
            let id = self.0.get(name).ok_or_else(|| Status::new(Reason::UnknownMacro, &[name]))?;
            node.content = Content::Text(id.clone());
        }
        match &mut node.content {
            Content::Children(children) => children.iter_mut().try_for_each(|child| self.substitute(child)),
            Content::Text(_) => Ok(()),
        }
    }
}
