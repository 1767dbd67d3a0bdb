//! Compiled expressions: small trees, with their place and their words.

use std::sync::Arc;

use crate::catalogue::DataType;
use crate::document::{ShapeId, Value};
use crate::functions::Function;

use crate::rules::diagnostics::source::Span;

/// A compiled expression with its place and its words.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What is evaluated.
    pub node: Node,
    /// Where it stands.
    pub span: Span,
    /// The expression as written, or the literal.
    pub text: Arc<str>,
    /// The paths it reads, for explanations.
    pub inputs: Arc<[Input]>,
}

/// A path that an expression reads.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path as written.
    pub text: String,
    /// What gives its value.
    pub node: Node,
}

/// An expression. Variables are counted from the outermost: 0 is the document or the record.
#[derive(Clone, Debug)]
pub enum Node {
    /// A constant.
    Const(Value),
    /// A variable.
    Local(u16),
    /// A setting, by its index.
    Setting(usize),
    /// All settings, for a function that runs in Rhai.
    Settings,
    /// Whether a document is connected to a record.
    Connected(Box<Node>),
    /// An element of a record, read as the catalogue's type says.
    Element {
        /// The record or the element that holds it.
        of: Box<Node>,
        /// Its name.
        name: Arc<str>,
        /// Its type; nothing for an aggregate.
        data_type: Option<DataType>,
    },
    /// A field: of a structure by slot, of a map or a record by name, of every member of a list.
    Field {
        /// What has the field.
        of: Box<Node>,
        /// Its name.
        name: Arc<str>,
        /// Its slot in each shape that `of` can have.
        slots: Box<[(ShapeId, usize)]>,
    },
    /// The field of every member of a list, absent ones kept, so that the two lists are in step.
    Project {
        /// The list.
        of: Box<Node>,
        /// The field's name.
        name: Arc<str>,
        /// Its slot in each shape that a member can have.
        slots: Box<[(ShapeId, usize)]>,
    },
    /// A member of a list, counted from 0, from the end if negative.
    Index(Box<Node>, Box<Node>),
    /// A list.
    List(Box<[Node]>),
    /// The first that is there.
    Coalesce(Box<[Node]>),
    /// Whether all hold; the rest is not looked at after one that does not.
    And(Box<[Node]>),
    /// Whether any holds; the rest is not looked at after one that does.
    Or(Box<[Node]>),
    /// An operator.
    Binary(Operator, Box<Node>, Box<Node>),
    /// Not.
    Not(Box<Node>),
    /// Minus.
    Negate(Box<Node>),
    /// All joined as text.
    Join(Box<[Node]>),
    /// The one or the other.
    If(Box<Node>, Box<Node>, Box<Node>),
    /// A new variable (the next free number) for the second part.
    Let(Box<Node>, Box<Node>),
    /// A provided function.
    Call(&'static Function, Box<[Node]>, Span),
    /// The reference to another document's record.
    Connection(Box<Node>),
    /// The reference to a record by exact name.
    Record {
        /// The record types it can be.
        records: Arc<[&'static str]>,
        /// What people call such a record.
        noun: &'static str,
        /// Its full name.
        name: Box<Node>,
    },
    /// A script function that runs in Rhai.
    Script {
        /// The function.
        name: Arc<str>,
        /// What it is given.
        arguments: Box<[Node]>,
        /// The call.
        span: Span,
    },
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Sum, or text joined.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Quotient, to 28 digits.
    Divide,
    /// Remainder.
    Remainder,
    /// The same.
    Equal,
    /// Not the same.
    NotEqual,
    /// Less.
    Less,
    /// Less or the same.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or the same.
    GreaterOrEqual,
}
