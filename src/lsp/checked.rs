//! A rule set as it was checked last.

use std::path::Path;

use crate::rules::diagnostic::Diagnostic;
use crate::rules::source::Sources;
use crate::rules::{Program, RuleFiles, compile};

use super::diagnostics::Told;
use super::positions::Encoding;

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
    pub program: Option<Program>,
}

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
        self.program = compiled.program.or(self.program.take());
    }

    fn is_of(&self, files: &RuleFiles) -> bool {
        let (old, new) = (&self.files.layers, &files.layers);
        old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| {
                old.len() == new.len()
                    && old.iter().zip(new).all(|(old, new)| old.path == new.path && old.text == new.text)
            })
    }

    /// Says what is wrong.
    pub fn tell(&self, told: &mut Told, instead: &Path, encoding: Encoding) {
        told.add(&self.diagnostics, &self.sources, instead, encoding);
    }
}
