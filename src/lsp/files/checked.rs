//! A rule set as it was checked last.

use std::path::Path;
use std::sync::LazyLock;

use crate::rules::diagnostic::Diagnostic;
use crate::rules::files::{BASE, RuleFile};
use crate::rules::source::{FileId, Sources, Span};
use crate::rules::{Compiled, Program, RuleFiles, compile};

/// A rule set as it was checked last.
#[derive(Debug, Default)]
pub struct Checked {
    /// Its files.
    pub files: RuleFiles,
    /// The same, with places.
    pub sources: Sources,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// The program, as it was when nothing was wrong: what completion and hover know goes on to hold while something is typed.
    program: Option<Program>,
    /// Whether that is what the files are now.
    pub is_current: bool,
}

/// A change of a file: a text in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is taken away.
    pub span: Span,
    /// What comes instead.
    pub text: String,
}

/// The rules that ship: what is known where nothing has compiled yet.
static SHIPPED: LazyLock<Option<Program>> =
    LazyLock::new(|| RuleFiles::read(&[BASE]).ok().and_then(|files| compile(&files).program));

impl Checked {
    /// Checks these files, unless they are those of the last time.
    pub fn check(&mut self, files: RuleFiles) {
        if self.is_of(&files) {
            return;
        }
        let compiled = compile(&files);
        self.files = files;
        self.sources = compiled.sources;
        self.diagnostics = compiled.diagnostics;
        self.is_current = compiled.program.is_some();
        self.program = compiled.program.or(self.program.take());
    }

    /// The program that completion and hover go by.
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref().or(SHIPPED.as_ref())
    }

    /// What comes of some changes; nothing if they cannot be made.
    pub fn tried(&self, edits: &[Edit]) -> Option<Compiled> {
        let mut files = self.files.clone();
        let mut edits: Vec<&Edit> = edits.iter().collect();
        // From the end, so that earlier places stay what they are.
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        for edit in edits {
            let file = files.layers.iter_mut().flatten().nth(edit.span.file.0 as usize)?;
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            file.text.get(start..end)?;
            file.text.replace_range(start..end, &edit.text);
        }
        Some(compile(&files))
    }

    /// The number of the file at a path, as places name it.
    pub fn id(&self, path: &Path) -> Option<FileId> {
        self.sources.iter().find(|(_, source)| Path::new(&source.path) == path).map(|(id, _)| id)
    }

    /// The file at a path: its name in its layer, and its text.
    pub fn file(&self, path: &Path) -> Option<&RuleFile> {
        self.files.layers.iter().flatten().find(|file| Path::new(&file.path) == path)
    }

    fn is_of(&self, files: &RuleFiles) -> bool {
        let (old, new) = (&self.files.layers, &files.layers);
        old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| {
                old.len() == new.len()
                    && old.iter().zip(new).all(|(old, new)| old.path == new.path && old.text == new.text)
            })
    }
}
