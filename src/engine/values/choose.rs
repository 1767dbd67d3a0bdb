//! `pick()` and `where()` without the lists in between.
//!
//! `pick(where(list, "type", "custom"), "name", "class")` looks at each member once; called as a
//! function it would make a list of what `where` finds and lists of the fields of both.

use std::borrow::Cow;
use std::ops::ControlFlow;

use crate::document::{ShapeId, Value};
use crate::functions::equals;
use crate::rules::program::Node;

use super::eval::{Evaluator, Frame, Outcome};
use super::member::field;
use crate::engine::terms::fault::Fault;

/// A call that chooses members of a list by a field.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Chooser<'n> {
    list: &'n Node,
    name: &'n str,
    slots: &'n [(ShapeId, usize)],
    wanted: &'n Node,
    /// Only the first.
    pub(in crate::engine) one: bool,
}

impl<'n> Chooser<'n> {
    /// The chooser that a node is; nothing for other nodes, and where what is wanted could fail.
    pub(in crate::engine) fn of(node: &'n Node) -> Option<Self> {
        let Node::Call(function, arguments, _) = node else {
            return None;
        };
        // Few calls project a list, and that is sooner seen than a name compared.
        let [list, Node::Project { name, slots, .. }, wanted] = arguments.as_ref() else {
            return None;
        };
        let one = match function.name {
            "pick" => true,
            "where" => false,
            _ => return None,
        };
        let is_safe = matches!(wanted, Node::Const(_) | Node::Local(_) | Node::Setting(_));
        is_safe.then_some(Self { list, name, slots, wanted, one })
    }
}

/// What sees members; it says when it has seen enough.
type See<'s, 'v> = &'s mut dyn FnMut(Cow<'v, Value>) -> ControlFlow<()>;

impl Evaluator<'_> {
    /// The value of a chooser; nothing if its list is none, which the function says in its words.
    pub(in crate::engine) fn chosen<'v>(
        &'v self,
        chooser: Chooser<'v>,
        frame: &'v Frame<'v>,
    ) -> Option<Outcome<'v>> {
        if chooser.one {
            let mut found = Cow::Owned(Value::Absent);
            let seen = self.choose(chooser, frame, &mut |member| {
                found = member;
                ControlFlow::Break(())
            });
            return seen.map(|seen| seen.map(|()| found));
        }
        let mut found = Vec::new();
        let seen = self.choose(chooser, frame, &mut |member| {
            found.push(member.into_owned());
            ControlFlow::Continue(())
        });
        seen.map(|seen| seen.map(|()| Cow::Owned(Value::List(found.into()))))
    }

    fn choose<'v>(
        &'v self,
        chooser: Chooser<'v>,
        frame: &'v Frame<'v>,
        see: See<'_, 'v>,
    ) -> Option<Result<(), Fault>> {
        let wanted = match self.eval(chooser.wanted, frame) {
            Ok(wanted) => wanted,
            Err(fault) => return Some(Err(fault)),
        };
        let mut fitting = |member: Cow<'v, Value>| {
            let value = field(Cow::Borrowed(member.as_ref()), chooser.name, chooser.slots, self.shapes());
            if equals(&value, &wanted) { see(member) } else { ControlFlow::Continue(()) }
        };
        if let Some(inner) = Chooser::of(chooser.list).filter(|inner| !inner.one) {
            return self.choose(inner, frame, &mut fitting);
        }
        let list = self.eval(chooser.list, frame);
        if let Ok(list) = &list
            && let Err(fault) = self.charge_list(list)
        {
            return Some(Err(fault));
        }
        match list {
            Ok(Cow::Borrowed(Value::List(members))) => {
                _ = members.iter().map(Cow::Borrowed).try_for_each(fitting);
            }
            Ok(Cow::Owned(Value::List(members))) => {
                _ = members.iter().cloned().map(Cow::Owned).try_for_each(fitting);
            }
            Ok(value) if value.is_absent() => {}
            Ok(_) => return None,
            Err(fault) => return Some(Err(fault)),
        }
        Some(Ok(()))
    }
}
