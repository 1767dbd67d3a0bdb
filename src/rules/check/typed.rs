//! What is known of an expression: what is left of it, its type, where it comes from.

use crate::document::{ShapeId, Value};

use super::node::Node;
use super::types::Type;
use crate::rules::diagnostics::source::Span;

/// A place in a document from which `connection()` follows another document.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowedLink {
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
    /// What is evaluated.
    pub node: Node,
    /// Its type.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
    /// Where in the document it comes from, if it does.
    pub paths: Vec<ReadPath>,
}

/// An expression after checking, and where it stands.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What is known of it.
    pub typed: Typed,
    /// Where it stands.
    pub span: Span,
}

impl Typed {
    /// Something that is not a part of a document, and always there.
    pub fn new(node: Node, ty: Type) -> Self {
        Self { node, ty, optional: false, paths: Vec::new() }
    }

    /// Something that is wrong and was told.
    pub fn unknown() -> Self {
        Self::new(Node::Const(Value::Absent), Type::Any).optional(true)
    }

    /// What a variable of a type holds, which is always there and no part of a document.
    pub fn variable(ty: Type) -> Self {
        Self::new(Node::Const(Value::Absent), ty)
    }

    /// Nothing.
    pub fn nothing() -> Self {
        Self::new(Node::Const(Value::Absent), Type::Absent).optional(true)
    }

    /// The same, which may be absent or not.
    #[must_use]
    pub fn optional(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }

    /// Something that is one or the other: its type, whether it may be absent, where it comes from. What
    /// is evaluated is for the caller to say.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.paths.extend(other.paths);
        self.ty = self.ty.join(other.ty);
        self.optional |= other.optional;
        self
    }
}

/// The type of a literal.
pub fn constant_type(value: &Value) -> Type {
    match value {
        Value::Absent => Type::Absent,
        Value::Bool(_) => Type::Bool,
        Value::Number(number) if number.scale() == 0 => Type::Integer,
        Value::Number(_) => Type::Number,
        Value::Text(text) => Type::literal(text),
        _ => Type::Any,
    }
}

/// The first of these that is there; with where each begins.
pub fn first_there(parts: Vec<Typed>, starts: Vec<Span>) -> Typed {
    let optional = parts.last().is_none_or(|part| part.optional);
    let nodes = parts.iter().map(|part| part.node.clone()).zip(starts).collect();
    let all = parts.into_iter().reduce(Typed::or).unwrap_or_else(Typed::unknown);
    Typed { node: Node::Coalesce(nodes), optional, ..all }
}

/// The one or the other; the condition with its place.
pub fn choice((condition, at): (Node, Span), yes: Typed, no: Typed) -> Typed {
    let node = Node::If(condition.into(), yes.node.clone().into(), no.node.clone().into(), at);
    Typed { node, ..yes.or(no) }
}
