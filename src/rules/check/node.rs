//! Compiled expressions: small trees, with their place and their words.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::catalogue::DataType;
use crate::document::{ShapeId, Value};
use crate::functions::Function;

use super::branch::Parts;
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

/// A path that an expression reads, or a function that it calls.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path or the call as written.
    pub text: String,
    /// What gives its value.
    pub node: Node,
    /// Whether it is the call of a function of a script, and no path.
    pub is_call: bool,
}

/// Kinds of records: types such as `ItemService`, or what their own element says, such as `AccountsReceivable`.
pub type Kinds = Arc<[&'static str]>;

/// An expression. Variables are counted from the outermost: 0 is the document or the record.
#[derive(Clone, Debug)]
pub enum Node {
    /// A constant.
    Const(Value),
    /// A variable.
    Local(u16),
    /// A setting, by its index.
    Setting(usize),
    /// All settings, for a function that takes any value.
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
    Coalesce(Parts),
    /// Whether all hold; the rest is not looked at after one that does not.
    And(Parts),
    /// Whether any holds; the rest is not looked at after one that does.
    Or(Parts),
    /// An operator.
    Binary(Operator, Box<Node>, Box<Node>),
    /// Not.
    Not(Box<Node>),
    /// Minus.
    Negate(Box<Node>),
    /// All joined as text.
    Join(Box<[Node]>),
    /// The one or the other, and where the condition stands.
    If(Box<Node>, Box<Node>, Box<Node>, Span),
    /// A new variable (the next free number) for the second part.
    Let(Box<Node>, Box<Node>),
    /// A provided function.
    Call(&'static Function, Box<[Node]>, Span),
    /// The reference to another document's record, which must be of one of these kinds, if any are named.
    Connection(Box<Node>, Kinds),
    /// What the document's own request writes into an element that comes once: the way to the element.
    Written(Arc<[&'static str]>),
    /// The reference to a line of another document's record, by the line's own id.
    LineOf(Box<Node>, Box<Node>),
    /// The type of another document's record, without `Ret`.
    RecordType(Box<Node>),
    /// The id of the document of that object that is connected to a record: one that is referred to, or that has this id.
    Counterpart(ShapeId, Box<Node>),
    /// The reference to a record by exact name.
    Record {
        /// The record types it can be.
        records: Arc<[&'static str]>,
        /// Whether those are of several lists.
        is_several: bool,
        /// What people call such a record.
        noun: Arc<str>,
        /// Its full name.
        name: Box<Node>,
        /// It must be of one of these kinds, if any are named.
        kinds: Kinds,
    },
    /// The reference to the record whose element has a value.
    RecordWhere(Arc<Where>),
    /// The record that an element of a record refers to, which is of one of these types.
    Referred(Box<Node>, Kinds),
    /// The body of a script function that goes over lists or assigns to variables.
    Routine(Box<Routine>),
}

/// Which record is looked for by the value of an element.
#[derive(Clone, Debug)]
pub struct Where {
    /// The types that it can be of.
    pub records: Kinds,
    /// What people call such a record.
    pub noun: &'static str,
    /// The element.
    pub element: &'static str,
    /// Its value.
    pub value: Node,
    /// The name of the record that is taken where several have that value.
    pub preferred: Node,
}

/// Instructions that run one after the other, with variables of their own. Their numbers follow those
/// of the variables around the routine, so that an expression means the same inside and outside it.
#[derive(Clone, Debug)]
pub struct Routine {
    /// The function, for messages.
    pub function: Arc<str>,
    /// What it does.
    pub body: Box<[Instruction]>,
}

/// One statement of a routine.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// What is done.
    pub action: Action,
    /// Where it stands.
    pub span: Span,
    /// How many operations it counts for each time it runs.
    pub cost: u32,
}

/// What an instruction does.
#[derive(Clone, Debug)]
pub enum Action {
    /// A new variable, which gets the next number, until the end of the block.
    Let(Node),
    /// Another value for the variable of that number, which is one of the routine's own.
    Assign(u16, Node),
    /// The body, once for every member of a list; the member is a new variable.
    For(Node, Box<[Instruction]>),
    /// The one or the other.
    If(Node, Box<[Instruction]>, Box<[Instruction]>),
    /// A block of its own.
    Block(Box<[Instruction]>),
    /// The end of the routine, with this value.
    Return(Node),
    /// A value: that of its block, if it is the last.
    Value(Node),
}

impl Node {
    /// The expressions that it is made of; those of a routine too.
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Const(_) | Self::Local(_) | Self::Setting(_) | Self::Settings | Self::Written(_) => {
                Vec::new()
            }
            Self::Connected(of)
            | Self::Not(of)
            | Self::Negate(of)
            | Self::Connection(of, _)
            | Self::RecordType(of)
            | Self::Counterpart(_, of)
            | Self::Referred(of, _)
            | Self::Element { of, .. }
            | Self::Field { of, .. }
            | Self::Project { of, .. } => vec![of],
            Self::Record { name, .. } => vec![name],
            Self::RecordWhere(sought) => vec![&sought.value, &sought.preferred],
            Self::Index(a, b) | Self::Binary(_, a, b) | Self::Let(a, b) | Self::LineOf(a, b) => vec![a, b],
            Self::If(a, b, c, _) => vec![a, b, c],
            Self::List(all) | Self::Join(all) | Self::Call(_, all, _) => all.iter().collect(),
            Self::Coalesce(all) | Self::And(all) | Self::Or(all) => all.iter().collect(),
            Self::Routine(routine) => routine.body.iter().flat_map(Instruction::parts).collect(),
        }
    }

    /// How many operations it counts for: one for each node. A routine inside it counts for itself.
    pub fn cost(&self) -> u32 {
        match self {
            Self::Routine(_) => 1,
            _ => self.parts().into_iter().fold(1, |sum, part| sum.saturating_add(part.cost())),
        }
    }
}

impl Instruction {
    /// The expressions that it is made of.
    fn parts(&self) -> Vec<&Node> {
        fn inside(body: &[Instruction]) -> Vec<&Node> {
            body.iter().flat_map(Instruction::parts).collect()
        }
        match &self.action {
            Action::Let(node) | Action::Assign(_, node) | Action::Return(node) | Action::Value(node) => {
                vec![node]
            }
            Action::For(list, body) => [vec![list], inside(body)].concat(),
            Action::If(condition, yes, no) => [vec![condition], inside(yes), inside(no)].concat(),
            Action::Block(body) => inside(body),
        }
    }
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

impl Operator {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
        Self::Remainder,
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
    ];

    /// Whether it holds of two things of which the first is less, the same or greater; nothing if it does not compare.
    pub fn holds(self, order: Ordering) -> Option<bool> {
        match self {
            Self::Equal => Some(order.is_eq()),
            Self::NotEqual => Some(order.is_ne()),
            Self::Less => Some(order.is_lt()),
            Self::LessOrEqual => Some(order.is_le()),
            Self::Greater => Some(order.is_gt()),
            Self::GreaterOrEqual => Some(order.is_ge()),
            _ => None,
        }
    }

    /// Whether it reckons with numbers; any other compares.
    pub fn reckons(self) -> bool {
        matches!(self, Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Remainder)
    }
}
