//! What is known of an expression: what is left of it, its type, where it comes from; and the variables
//! that it can see.

use crate::document::{ShapeId, Value};

use super::node::Node;
use super::types::Type;
use crate::rules::diagnostics::source::Span;

/// A place in a document from which `connection()` follows another document.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Where the reference lies.
    pub path: ReadPath,
    /// The document that is followed.
    pub target: ShapeId,
    /// The call.
    pub span: Span,
}

/// Where in a document a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadPath {
    /// The object.
    pub root: ShapeId,
    /// The slots that lead there; lists are passed through.
    pub slots: Vec<usize>,
    /// The structure that lies there, if it is one.
    pub shape: Option<ShapeId>,
}

/// An expression after checking.
#[derive(Clone, Debug)]
pub struct Typed {
    /// What is evaluated; nothing if it holds a loop or an assignment and must run in Rhai.
    pub node: Option<Node>,
    /// Its type.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
    /// Where in the document it comes from, if it does.
    pub paths: Vec<ReadPath>,
}

impl Typed {
    /// Something that is not a part of a document.
    pub fn new(node: Node, ty: Type) -> Self {
        Self { node: Some(node), ty, optional: false, paths: Vec::new() }
    }

    /// Something that is wrong and was told.
    pub fn unknown() -> Self {
        Self { node: Some(Node::Const(Value::Absent)), ty: Type::Any, optional: true, paths: Vec::new() }
    }

    pub(super) fn optional(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: Typed,
}

/// The variables that an expression can see, and how many places are taken when it runs.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The variables, innermost last.
    pub variables: Vec<Variable>,
    /// How many places are taken: the number of the next variable.
    pub depth: u16,
}

impl Scope {
    /// This scope with one more variable, which takes a place.
    #[must_use]
    pub fn with(&self, name: &str, ty: Type, paths: Vec<ReadPath>, optional: bool) -> Self {
        let mut scope = self.clone();
        let value = Typed { node: Some(Node::Local(self.depth)), ty, optional, paths };
        scope.variables.push(Variable { name: name.to_owned(), value });
        scope.depth += 1;
        scope
    }

    pub(super) fn find(&self, name: &str) -> Option<&Typed> {
        self.variables.iter().rev().find(|variable| variable.name == name).map(|variable| &variable.value)
    }
}

/// The type of a literal.
pub(super) fn constant_type(value: &Value) -> Type {
    match value {
        Value::Absent => Type::Absent,
        Value::Bool(_) => Type::Bool,
        Value::Number(number) if number.scale() == 0 => Type::Integer,
        Value::Number(_) => Type::Number,
        Value::Text(text) => Type::literal(text),
        _ => Type::Any,
    }
}

/// The type and the paths of the first of these that is there.
pub(super) fn merge(parts: Vec<Typed>) -> Typed {
    let optional = parts.last().is_none_or(|part| part.optional);
    let mut nodes = Some(Vec::new());
    let mut ty: Option<Type> = None;
    let mut paths = Vec::new();
    for part in parts {
        nodes = nodes.zip(part.node).map(|(mut nodes, node)| {
            nodes.push(node);
            nodes
        });
        ty = Some(ty.map_or(part.ty.clone(), |ty| ty.join(part.ty)));
        paths.extend(part.paths);
    }
    Typed {
        node: nodes.map(|nodes| Node::Coalesce(nodes.into())),
        ty: ty.unwrap_or(Type::Any),
        optional,
        paths,
    }
}

/// The one or the other.
pub(super) fn choice(condition: Option<Node>, yes: Typed, no: Typed) -> Typed {
    let node = match (condition, yes.node, no.node) {
        (Some(condition), Some(yes), Some(no)) => Some(Node::If(condition.into(), yes.into(), no.into())),
        _ => None,
    };
    let optional = yes.optional || no.optional;
    let mut paths = yes.paths;
    paths.extend(no.paths);
    Typed { node, ty: yes.ty.join(no.ty), optional, paths }
}
