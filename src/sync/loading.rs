//! Steelhead's documents into the store, from wherever they come.

use std::io::Cursor;

use crate::document::{Code, DocumentProblem, Origin};
use crate::rules::Program;
use crate::steelhead::graphql::Page;
use crate::steelhead::{Chunks, RawDocument};
use crate::sync::stored::{CompanyFile, Loaded, Moment, NewDocument, Store, StoreError};
use crate::sync::{
    Documents, ImportError, Merging, Source, Strange, agree_on_connected, decode_raw, is_of_record,
    merge_imports, new_document,
};
use crate::text::counted::counted;

/// Documents that are written down at once.
const BATCH: usize = 500;
/// Of more problems or warnings than these only the number is told.
const MAX_TOLD: usize = 1000;

/// What became of documents.
#[derive(Default)]
pub struct LoadReport {
    /// What was kept.
    pub loaded: Loaded,
    /// How many were not.
    pub not_kept: usize,
    /// What is wrong with them, and with files.
    pub problems: Told,
    /// What is worth knowing about the others.
    pub warnings: Told,
    /// Those that were imported before, and are Steelhead's own now.
    pub merging: Merging,
}

/// What is wrong, as far as it is told.
#[derive(Default)]
pub struct Told {
    /// The first.
    pub first: Vec<DocumentProblem>,
    /// How many there are besides.
    pub more: usize,
}

impl Extend<DocumentProblem> for Told {
    fn extend<T: IntoIterator<Item = DocumentProblem>>(&mut self, problems: T) {
        for problem in problems {
            if self.first.len() < MAX_TOLD {
                self.first.push(problem);
            } else {
                self.more += 1;
            }
        }
    }
}

/// Where documents are loaded to.
#[derive(Clone, Copy)]
pub struct Loading<'l> {
    /// The rules that say what a document is.
    pub program: &'l Program,
    /// Where they are kept.
    pub store: &'l dyn Store,
    /// Whose they are.
    pub file: &'l CompanyFile,
    /// The time.
    pub now: Moment,
}

impl Loading<'_> {
    /// Reads documents to their end, and keeps nothing. `each` gets how many bytes are behind. Gives how many documents
    /// there are.
    ///
    /// # Errors
    /// The first place where they are no JSON.
    pub fn check(mut chunks: Chunks, mut each: impl FnMut(u64)) -> Result<usize, DocumentProblem> {
        let mut count = 0;
        while let Some(chunk) = chunks.next() {
            count += chunk?.len();
            each(chunks.position());
        }
        Ok(count)
    }

    /// Keeps documents that are all at hand, and sees which of them were imported before.
    ///
    /// # Errors
    /// The store failed, or what is kept cannot be used.
    pub fn whole(self, chunks: Chunks) -> Result<LoadReport, ImportError> {
        agree_on_connected(self.store, self.program, self.file)?;
        let mut report = LoadReport::default();
        self.load(chunks, &mut report, |_| {})?;
        self.merge(&mut report)?;
        Ok(report)
    }

    /// Keeps documents as they come. `each` gets how many were handled.
    ///
    /// # Errors
    /// The store failed.
    pub fn load(
        self,
        chunks: Chunks,
        report: &mut LoadReport,
        mut each: impl FnMut(usize),
    ) -> Result<(), StoreError> {
        let before = report.handled();
        let mut strange = Strange::default();
        for chunk in chunks {
            match chunk {
                Ok(raw) => self.some(&raw, &mut strange, report)?,
                Err(problem) => {
                    report.problems.extend([Self::broken_off(problem, report.handled() - before)]);
                }
            }
            each(report.handled() - before);
        }
        report.warnings.extend(strange.summed());
        Ok(())
    }

    /// Keeps what came from Steelhead's API in one page. `from` is its address, for messages.
    ///
    /// # Errors
    /// The store failed.
    pub fn page(self, page: &Page, from: &str, report: &mut LoadReport) -> Result<(), StoreError> {
        let told = |text: &String| DocumentProblem::file(Code::CutOff, from.to_owned(), text.as_str());
        report.not_kept += page.set_aside.len();
        report.problems.extend(page.set_aside.iter().map(told));
        report.warnings.extend(page.warnings.iter().map(told));
        if page.documents.is_empty() {
            return Ok(());
        }
        let text = Cursor::new(page.documents.join("\n"));
        self.load(Chunks::read(from, text), report, |_| ())
    }

    /// Sees which of the documents are ones that were imported before.
    ///
    /// # Errors
    /// The store failed.
    pub fn merge(self, report: &mut LoadReport) -> Result<(), ImportError> {
        report.merging = merge_imports(self.store, self.program, self.file, self.now)?;
        Ok(())
    }

    fn some(
        &self,
        raw: &[RawDocument],
        strange: &mut Strange,
        report: &mut LoadReport,
    ) -> Result<(), StoreError> {
        let Documents { sources, unreadable, warnings } = decode_raw(raw, self.program, strange);
        report.not_kept += unreadable.len();
        report.problems.extend(unreadable.into_iter().flat_map(|it| it.problems));
        report.warnings.extend(warnings);
        for batch in self.new_ones(&sources, raw, report).chunks(BATCH) {
            report.add(self.store.load(self.file.id, batch, self.now)?);
        }
        Ok(())
    }

    /// What comes through a pipe breaks off behind documents that are kept already.
    fn broken_off(mut problem: DocumentProblem, before: usize) -> DocumentProblem {
        if before > 0 {
            problem.message =
                format!("{}; the {} before it were loaded", problem.message, counted(before, "document"));
        }
        problem
    }

    fn new_ones(self, sources: &[Source], raw: &[RawDocument], report: &mut LoadReport) -> Vec<NewDocument> {
        let mut texts = raw.iter();
        let mut new = Vec::with_capacity(sources.len());
        for source in sources {
            // Both are in the order of the file.
            let text = texts.find(|text| text.origin().start == source.origin.start);
            let json = text.map_or("", RawDocument::json);
            match new_document(self.program, &source.document, json) {
                Some(document) if is_of_record(&document.key) => {
                    report.not_kept += 1;
                    report.problems.extend([of_record(&source.origin)]);
                }
                Some(document) => new.push(document),
                None => {
                    report.not_kept += 1;
                    report.problems.extend([without_id(&source.origin)]);
                }
            }
        }
        new
    }
}

fn without_id(origin: &Origin) -> DocumentProblem {
    wrong_id(origin, Code::MissingField, "a document that is to be kept needs an id")
}

fn of_record(origin: &Origin) -> DocumentProblem {
    let message = "the document was imported from QuickBooks and has no id of Steelhead: load it into Steelhead, and what \
                   Steelhead makes of it here";
    wrong_id(origin, Code::WrongFieldType, message)
}

fn wrong_id(origin: &Origin, code: Code, message: &str) -> DocumentProblem {
    DocumentProblem {
        code,
        file: origin.file.clone(),
        at: Some(origin.start),
        length: 0,
        path: "id".to_owned(),
        message: message.to_owned(),
    }
}

impl LoadReport {
    fn add(&mut self, loaded: Loaded) {
        self.loaded.new += loaded.new;
        self.loaded.changed += loaded.changed;
        self.loaded.same += loaded.same;
        self.loaded.locked += loaded.locked;
    }

    /// How many were kept, also as they had been before.
    pub fn kept(&self) -> usize {
        self.loaded.new + self.loaded.changed + self.loaded.same + self.loaded.locked
    }

    /// How many there were.
    pub fn handled(&self) -> usize {
        self.kept() + self.not_kept
    }
}
