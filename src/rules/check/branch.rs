//! Where an expression goes one way or another, so that it can be told which ways were tried.

use std::ops::Deref;

use super::node::{Action, Instruction, Node};
use crate::rules::diagnostics::source::Span;

/// How an expression decides at a place. Several may begin at one place: `a && b || c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fork {
    /// It is asked as a whole: a `when`, a value.
    Whole,
    /// The condition of an `if`.
    If,
    /// A part of `a && b`.
    And,
    /// A part of `a || b`.
    Or,
    /// A part of `a ?? b`.
    Coalesce,
    /// A loop.
    For,
}

/// A place at which an expression decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Branch {
    /// Where it stands.
    pub span: Span,
    /// How it decides there.
    pub fork: Fork,
}

/// A branch with what is asked there.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'n> {
    /// The branch.
    pub branch: Branch,
    /// What is asked.
    pub node: &'n Node,
    /// What is asked after it, if it does not decide.
    pub rest: &'n [Node],
}

/// Parts that are looked at one after the other until one decides, and where each stands.
#[derive(Clone, Debug)]
pub struct Parts {
    nodes: Box<[Node]>,
    spans: Box<[Span]>,
}

impl Parts {
    /// Each part with its place.
    pub fn placed(&self) -> impl Iterator<Item = (&Node, Span)> {
        self.nodes.iter().zip(self.spans.iter().copied())
    }

    fn asked(&self, fork: Fork, found: &mut dyn FnMut(Asked<'_>)) {
        for (index, (node, span)) in self.placed().enumerate() {
            let rest = self.nodes.get(index + 1..).unwrap_or_default();
            found(Asked { branch: Branch { span, fork }, node, rest });
        }
    }
}

impl FromIterator<(Node, Span)> for Parts {
    fn from_iter<I: IntoIterator<Item = (Node, Span)>>(parts: I) -> Self {
        let (nodes, spans): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        Self { nodes: nodes.into(), spans: spans.into() }
    }
}

impl Deref for Parts {
    type Target = [Node];

    fn deref(&self) -> &[Node] {
        &self.nodes
    }
}

impl Node {
    /// Hands over each branch inside it.
    pub fn branches(&self, found: &mut dyn FnMut(Asked<'_>)) {
        match self {
            Self::If(condition, _, _, span) => asked(condition, *span, Fork::If, found),
            Self::And(parts) => parts.asked(Fork::And, found),
            Self::Or(parts) => parts.asked(Fork::Or, found),
            Self::Coalesce(parts) => parts.asked(Fork::Coalesce, found),
            Self::Routine(routine) => instructions(&routine.body, found),
            _ => {}
        }
        self.parts().into_iter().for_each(|part| part.branches(found));
    }
}

fn asked(node: &Node, span: Span, fork: Fork, found: &mut dyn FnMut(Asked<'_>)) {
    found(Asked { branch: Branch { span, fork }, node, rest: &[] });
}

fn instructions(body: &[Instruction], found: &mut dyn FnMut(Asked<'_>)) {
    for Instruction { action, span, .. } in body {
        match action {
            Action::If(condition, yes, no) => {
                asked(condition, *span, Fork::If, found);
                instructions(yes, found);
                instructions(no, found);
            }
            Action::For(list, body) => {
                asked(list, *span, Fork::For, found);
                instructions(body, found);
            }
            Action::Block(body) => instructions(body, found),
            Action::Let(_) | Action::Assign(..) | Action::Return(_) | Action::Value(_) => {}
        }
    }
}
