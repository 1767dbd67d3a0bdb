//! A compiled rule set: everything resolved and checked, ready to be run by the engine.
//!
//! Elements stand in the catalogue's order, paths are slots, expressions are small trees.

pub use super::seen::{Seen, SeenStep, Step};
use std::sync::Arc;

use crate::catalogue::{Country, DataType, Element, Version};
use crate::document::{Decoder, Need, ShapeId, Shapes};

pub use crate::rules::check::branch::{Asked, Branch, Fork, Parts};
pub use crate::rules::check::doubts::absent::learn;
pub use crate::rules::check::node::{Action, Expr, Input, Instruction, Node, Operator, Routine, Where};
use crate::rules::check::settings::Settings;
use crate::rules::check::uses::Uses;
use crate::rules::diagnostics::source::Sources;
use crate::rules::files::RuleFiles;
use crate::rules::files::field_file::Overflow;
use crate::rules::files::file::{Duplicates, Lacking, Lead, Limits, Rounding, Sign, Trigger, WhenEmpty};
pub use crate::rules::files::list_file::ColumnKind;
use crate::steelhead::graphql::ApiSource;

/// A compiled rule set.
#[derive(Debug)]
pub struct Program {
    /// The name of the rule set.
    pub name: String,
    /// The qbXML version that requests are written in.
    pub version: Version,
    /// The editions that it is for.
    pub editions: Vec<Country>,
    /// What becomes of an element that the company file's edition lacks.
    pub lacking: Lacking,
    /// The files it was compiled from.
    pub sources: Sources,
    /// Who uses what in them.
    pub uses: Arc<Uses>,
    /// The same, layer by layer, to compile them anew with something changed.
    pub files: Arc<RuleFiles>,
    /// The shapes of documents.
    pub shapes: Shapes,
    /// The settings.
    pub settings: Settings,
    /// The objects, each after those that it refers to.
    pub objects: Vec<Object>,
    /// Where their documents come from, if Steelhead's API is asked.
    pub sources_of_documents: Vec<ApiSource>,
    /// What bounds script functions.
    pub limits: Limits,
    /// When work that is only tried must end.
    pub stop: Stop,
    /// What runs touch; nothing unless somebody asks for it.
    pub seen: Option<Seen>,
    /// What rules read of each object's documents, by shape.
    pub needs: Vec<Need>,
    /// Reads documents as far as the rules read them.
    pub decoder: Decoder,
}

/// Says when work that is only tried must end, whatever it has come to. What runs in earnest never ends so: the same
/// document would give one answer on a fast computer and another on a slow one.
#[derive(Clone, Default)]
pub struct Stop(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Stop {
    /// Work ends once this says so.
    pub fn once(is_over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(is_over)))
    }

    /// Whether it must end now.
    pub fn is_now(&self) -> bool {
        self.0.as_ref().is_some_and(|is_over| is_over())
    }
}

impl std::fmt::Debug for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Stop(once)" } else { "Stop(never)" })
    }
}

/// One object's rules.
#[derive(Debug)]
pub struct Object {
    /// The object's name, as documents carry it.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The shape of its documents.
    pub shape: ShapeId,
    /// How messages call one document.
    pub label: Option<Expr>,
    /// What pages show of its documents; nothing if they have no list of them.
    pub list: Option<List>,
    /// Document to QuickBooks.
    pub export: Option<Export>,
    /// Record to Steelhead.
    pub import: Option<Import>,
}

/// What pages show of the documents of one object.
#[derive(Debug)]
pub struct List {
    /// Where it stands among the others: smaller numbers first.
    pub place: u32,
    /// The object, as documents carry it.
    pub object: String,
    /// The page's path below that of the company file.
    pub path: String,
    /// What people call one document, such as `Invoice`.
    pub one: String,
    /// What people call the page.
    pub title: String,
    /// What is shown of each document; the first is its name.
    pub columns: Vec<ListColumn>,
    /// What else its own page shows.
    pub details: Vec<ListColumn>,
    /// Its lines, if it has any.
    pub lines: Option<ListLines>,
    /// What a document is, from what it says itself.
    pub states: Vec<ListState>,
    /// What it is where nothing else applies.
    pub otherwise: String,
}

/// The lines of a document.
#[derive(Debug)]
pub struct ListLines {
    /// What people call them.
    pub title: String,
    /// The way to them, through lists; each member of the last list is a line.
    pub at: String,
    /// What is shown of each, by ways from the document on. What lies beside the way is that of the
    /// member on the way.
    pub columns: Vec<ListColumn>,
}

/// A column of a list.
#[derive(Debug)]
pub struct ListColumn {
    /// Its head.
    pub label: String,
    /// The way to the value, such as `customer.name`.
    pub field: Option<String>,
    /// The way to a text that is shown where there is no such value.
    pub otherwise: Option<String>,
    /// The way to values that are added up.
    pub sum: Option<String>,
    /// How values are shown and sorted.
    pub kind: ColumnKind,
}

/// What a document is, from what it says itself.
#[derive(Debug)]
pub struct ListState {
    /// The word.
    pub word: String,
    /// It is so if this field has a value.
    pub when: Option<String>,
    /// It is so unless this field has a value.
    pub unless: Option<String>,
    /// It counts more than what became of the document.
    pub first: bool,
    /// What to say about a connected document in this state.
    pub note: Option<String>,
}

/// Document to QuickBooks.
#[derive(Debug)]
pub struct Export {
    /// On its own or only with another document.
    pub trigger: Trigger,
    /// Exported only if this holds.
    pub when: Option<Expr>,
    /// The field that playing a document fills.
    pub finalize: Option<String>,
    /// The date of a document.
    pub date: Option<Expr>,
    /// Why a document that has no record counts as done by hand.
    pub settled: Vec<Condition>,
    /// Why a document is not sent.
    pub skip: Vec<Condition>,
    /// Why a document must not be sent.
    pub reject: Vec<Condition>,
    /// What to tell all the same.
    pub warn: Vec<Condition>,
    /// Record types that share the space of names.
    pub unique_with: Vec<&'static str>,
    /// What to do when two documents would have one name.
    pub duplicates: Duplicates,
    /// What to do when QuickBooks has a record of nearly the name that one is to be created with.
    pub near: Option<Near>,
    /// The requests to choose from, in order; the last may have no condition.
    pub variants: Vec<Variant>,
    /// What follows once a document has its record.
    pub then: Vec<Then>,
}

/// A request that follows once a document has its record. Its variable is the record.
#[derive(Debug)]
pub struct Then {
    /// Its name.
    pub id: String,
    /// Sent only if this holds.
    pub when: Option<Expr>,
    /// What must have become of the record: once it holds, nothing is sent.
    pub until: Expr,
    /// The request.
    pub message: Message,
}

/// What to do when QuickBooks has a record of nearly the name that one is to be created with.
#[derive(Debug)]
pub struct Near {
    /// Whether words that mean the same count as the same.
    pub words: bool,
    /// Whether a name counts also below another record.
    pub parent: bool,
    /// `hold` or `warn`, whatever its case.
    pub then: Expr,
}

/// One request that a document can become.
#[derive(Debug)]
pub struct Variant {
    /// Its name; the export's own has none.
    pub name: Option<String>,
    /// The documents it is for.
    pub when: Option<Expr>,
    /// How to find a counterpart.
    pub matching: Option<Match>,
    /// The request that creates the record, such as `CustomerAddRq`.
    pub add: Message,
    /// The request that changes it.
    pub modify: Option<Message>,
    /// The type of the record, such as `CustomerRet`.
    pub record: &'static str,
    /// What the record must hold once the document was sent.
    pub confirm: Vec<Confirm>,
    /// What is compared when a period is reconciled.
    pub reconcile: Option<Reconcile>,
    /// What is shown of the record.
    pub show: Vec<Show>,
}

/// What is compared when a period is reconciled: elements of the record.
#[derive(Debug)]
pub struct Reconcile {
    /// The day.
    pub date: &'static str,
    /// The number that people know it by.
    pub number: Option<&'static str>,
    /// Who owes, or is owed: a reference.
    pub party: &'static str,
    /// The amount; it is confirmed.
    pub amount: String,
    /// The tax.
    pub tax: Option<String>,
    /// The currency; a reference.
    pub currency: Option<&'static str>,
    /// What is not paid yet.
    pub open: Option<String>,
    /// How the amounts count.
    pub sign: Sign,
}

/// An element of the record that is shown.
#[derive(Debug)]
pub struct Show {
    /// What stands over it.
    pub label: String,
    /// The way to the element.
    pub path: String,
    /// Its type.
    pub data_type: DataType,
}

/// An element of a record, and what it must hold once the document was sent.
#[derive(Debug)]
pub struct Confirm {
    /// The way to the element, such as `Subtotal`.
    pub path: String,
    /// The element.
    pub element: Element,
    /// What it must hold.
    pub leaf: Leaf,
}

/// A request with its fields.
#[derive(Debug)]
pub struct Message {
    /// `CustomerAddRq`.
    pub request: Element,
    /// `CustomerAdd`.
    pub body: Element,
    /// Its elements in the catalogue's order.
    pub fields: Vec<FieldOp>,
    /// Its required elements.
    pub required: Vec<&'static str>,
}

/// How to find a counterpart.
#[derive(Debug)]
pub struct Match {
    /// `CustomerQueryRq`.
    pub request: Element,
    /// The record types it finds.
    pub records: Vec<&'static str>,
    /// The element that it selects by.
    pub element: &'static str,
    /// What that must be.
    pub by: MatchBy,
    /// Records below which the counterpart may also stand: full names, with semicolons between them.
    pub under: Option<Expr>,
    /// Which of the records found is the counterpart.
    pub accept: Option<Expr>,
    /// What to tell when none is; its variable is the first record that was found.
    pub otherwise: Option<Expr>,
    /// The setting that `otherwise` speaks of.
    pub setting: Option<Arc<str>>,
}

/// What a counterpart is searched by.
#[derive(Debug)]
pub enum MatchBy {
    /// What the document's own fields give that element (`fields.Name`): what would be written.
    Field(Vec<&'static str>),
    /// An expression.
    Value(Expr),
}

/// A condition with the words that tell it.
#[derive(Debug)]
pub struct Condition {
    /// Its name.
    pub id: String,
    /// Loops, outermost first.
    pub loops: Vec<Expr>,
    /// The condition.
    pub when: Expr,
    /// What to tell.
    pub message: Expr,
    /// The setting that the message speaks of.
    pub setting: Option<Arc<str>>,
    /// It counts only for a document that would be created.
    pub only_create: bool,
    /// What must become of the record before nothing is left to do.
    pub until: Option<Expr>,
}

impl Condition {
    /// Whether it goes over the same as another condition.
    pub fn has_loops_of(&self, other: &Self) -> bool {
        let is_same = |(one, other): (&Expr, &Expr)| one.text == other.text;
        !self.loops.is_empty()
            && self.loops.len() == other.loops.len()
            && self.loops.iter().zip(&other.loops).all(is_same)
    }
}

/// What fills one element.
#[derive(Debug)]
pub struct FieldOp {
    /// The element.
    pub element: Element,
    /// Loops, outermost first: the element comes once for each turn.
    pub loops: Vec<Expr>,
    /// By what a line is told from others.
    pub id: Option<Expr>,
    /// Left out unless this holds.
    pub when: Option<Expr>,
    /// Who leads where both sides have changed it; nothing if what it is in says so.
    pub lead: Option<Lead>,
    /// What becomes of it where QuickBooks has nothing at a first connection; nothing if what it is in says so.
    pub when_empty: Option<WhenEmpty>,
    /// What is in it.
    pub content: Content,
    /// Elements of one group exclude each other: the branches of a choice.
    pub group: Option<Exclusive>,
}

/// A branch of a choice, where the checker could not see that only one is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exclusive {
    /// The choice, counted within its parent.
    pub choice: u16,
    /// The branch.
    pub branch: u16,
}

/// What is in an element.
#[derive(Debug)]
pub enum Content {
    /// A value.
    Leaf(Leaf),
    /// Elements in the catalogue's order.
    Aggregate {
        /// The elements.
        fields: Vec<FieldOp>,
        /// The required ones among them.
        required: Vec<&'static str>,
    },
    /// A reference to a record, or a map of elements.
    Whole {
        /// The value.
        value: Expr,
        /// What to do with text in it that is too long.
        overflow: Option<Overflow>,
    },
}

/// A value and how it is written.
#[derive(Debug)]
pub struct Leaf {
    /// The value.
    pub value: Expr,
    /// What to do with text that is too long.
    pub overflow: Option<Overflow>,
    /// How to round.
    pub rounding: Rounding,
}

/// Record to Steelhead.
#[derive(Debug)]
pub struct Import {
    /// The record types it can come from.
    pub from: Vec<&'static str>,
    /// Importable only if this holds.
    pub when: Option<Expr>,
    /// Why a record is not importable.
    pub skip: Vec<Condition>,
    /// Whether an update replaces what the document has.
    pub overwrite: Option<Expr>,
    /// The fields of the document.
    pub fields: Vec<ImportOp>,
}

/// One field of an imported document.
#[derive(Debug)]
pub struct ImportOp {
    /// The field's name.
    pub name: String,
    /// What it becomes.
    pub content: ImportContent,
}

/// What a field of an imported document becomes.
#[derive(Debug)]
pub enum ImportContent {
    /// A value.
    Value(Expr),
    /// A structure.
    Struct(Vec<ImportOp>),
    /// A list of structures.
    List(Vec<ImportMember>),
}

/// A member of a list of an imported document, or one for each turn of its loops.
#[derive(Debug)]
pub struct ImportMember {
    /// The lists that it goes over, outermost first.
    pub loops: Vec<Expr>,
    /// It is there only if this holds.
    pub when: Option<Expr>,
    /// Its fields.
    pub fields: Vec<ImportOp>,
}

impl Variant {
    /// Whether it is noted which line is which: the rules change such records, or say by what a line is found again.
    pub fn keeps_lines(&self) -> bool {
        self.modify.is_some() || self.add.fields.iter().any(|op| op.id.is_some())
    }
}

impl Program {
    /// The lists of documents that pages have, in their order.
    pub fn lists(&self) -> Vec<&List> {
        let mut lists: Vec<&List> = self.objects.iter().filter_map(|object| object.list.as_ref()).collect();
        lists.sort_by(|a, b| (a.place, &a.title).cmp(&(b.place, &b.title)));
        lists
    }

    /// The list at that path below a company file's.
    pub fn list_at(&self, path: &str) -> Option<&List> {
        self.lists().into_iter().find(|list| list.path == path)
    }

    /// The list of that object's documents.
    pub fn list_of(&self, object: &str) -> Option<&List> {
        self.object(object)?.list.as_ref()
    }

    /// The object of a shape.
    pub fn object_of(&self, shape: ShapeId) -> Option<&Object> {
        self.objects.iter().find(|object| object.shape == shape)
    }

    /// The object of that name.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.name == name)
    }

    /// Whether documents of an object may have one record together (`duplicates: share`).
    pub fn may_share(&self, object: &str) -> bool {
        let export = self.object(object).and_then(|object| object.export.as_ref());
        export.is_some_and(|export| export.duplicates == Duplicates::Share)
    }

    /// Whether further requests follow once a document of that object has its record.
    pub fn goes_on(&self, object: &str) -> bool {
        let export = self.object(object).and_then(|object| object.export.as_ref());
        export.is_some_and(|export| !export.then.is_empty())
    }

    /// What rules read of a shape's documents.
    pub fn need(&self, shape: ShapeId) -> &Need {
        self.needs.get(shape.0 as usize).unwrap_or(&Need::Nothing)
    }
}
