//! All places of a rule set that name something.

use crate::lsp::files::checked::Checked;
use crate::rules::source::{FileId, Span};

use super::files;

/// Something that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// A function of a script.
    Function(String),
    /// A setting.
    Setting(String),
    /// An object, by its shape.
    Object(String),
    /// A field of a shape.
    Field(String, String),
    /// A name of a loop, a value or a parameter, by where it is given.
    Name(Span),
    /// A key of a file, by the keys above it: layers say the same key again.
    Key(String, Vec<String>),
}

/// A place that names something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// What it names.
    pub symbol: Symbol,
    /// Where.
    pub span: Span,
    /// Whether it is defined there.
    pub is_definition: bool,
}

/// All places of a rule set that name something.
#[derive(Debug, Default)]
pub struct Index(pub Vec<Occurrence>);

impl Index {
    /// The index of a rule set. A file that cannot be read has no place in it.
    pub fn of(checked: &Checked) -> Self {
        Self(files::occurrences(checked))
    }

    /// What stands at a byte of a file. A key that is a name counts as the name.
    pub fn at(&self, file: FileId, offset: usize) -> Option<&Occurrence> {
        let is_here =
            |span: Span| span.file == file && (span.start as usize..=span.end as usize).contains(&offset);
        let is_key = |it: &&Occurrence| matches!(it.symbol, Symbol::Key(..));
        self.0.iter().filter(|it| is_here(it.span)).min_by_key(|it| (is_key(it), it.span.end - it.span.start))
    }

    /// Where it is defined; from one definition the others, as layers have them.
    pub fn definitions(&self, of: &Occurrence) -> Vec<Span> {
        let all = || self.all(&of.symbol).filter(|it| it.is_definition).map(|it| it.span);
        let others: Vec<Span> = all().filter(|span| *span != of.span).collect();
        if others.is_empty() { all().collect() } else { others }
    }

    /// All places that name it.
    pub fn all<'i>(&'i self, symbol: &'i Symbol) -> impl Iterator<Item = &'i Occurrence> {
        self.0.iter().filter(move |it| it.symbol == *symbol)
    }
}
