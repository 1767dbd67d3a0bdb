//! Files of documents that are read more than once, piece by piece.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::{NamedTempFile, TempPath};

use super::files::{STANDARD_INPUT, STANDARD_INPUT_NAME, files, name, no_documents, unreadable};
use super::{Chunks, RawDocument};
use crate::document::{DocumentProblem, Origin};

/// So many bytes of documents are given at once, or one document more.
const BATCH: usize = 1 << 18;
/// What comes through a pipe is kept in memory up to this length.
const SHORT: u64 = 8 << 20;

/// Files of documents. They can be read as often as wanted, and what is in memory at once is a few MB,
/// however long they are.
#[derive(Debug)]
pub struct DocumentFiles {
    name: String,
    inputs: Vec<Input>,
}

/// One file.
#[derive(Debug)]
enum Input {
    /// It can be opened as often as wanted.
    File(PathBuf),
    /// A pipe gives its content once, so it was kept.
    Short(Arc<str>, Arc<[u8]>),
    /// The same, too long for the memory.
    Long(Arc<str>, TempPath),
}

impl DocumentFiles {
    /// The files that `path` stands for, as [`files`] finds them. What is a pipe is read to its end here.
    ///
    /// # Errors
    /// There is no such file or folder, or what comes through a pipe cannot be read or kept.
    pub fn open(path: &Path) -> Result<Self, DocumentProblem> {
        let inputs = files(path)?.into_iter().map(Input::open).collect::<Result<_, _>>()?;
        Ok(Self { name: name(path), inputs })
    }

    /// A text that is held already, as if it were that of a file.
    pub fn of_text(name: impl Into<Arc<str>>, text: Vec<u8>) -> Self {
        let name: Arc<str> = name.into();
        Self { name: name.to_string(), inputs: vec![Input::Short(name, text.into())] }
    }

    /// Reads all documents, and says whether the files are sound. `see` is given each batch.
    ///
    /// # Errors
    /// What is wrong with any of the files, one problem per file; or that there is no document in them.
    pub fn check(&self, mut see: impl FnMut(&[RawDocument])) -> Result<(), Vec<DocumentProblem>> {
        let (mut problems, mut is_empty) = (Vec::new(), true);
        for input in &self.inputs {
            for chunk in input.chunks() {
                match chunk {
                    Ok(documents) => {
                        is_empty &= documents.is_empty();
                        see(&documents);
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
        if problems.is_empty() && is_empty {
            problems.push(no_documents(self.name.clone()));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The document that begins at a place, where one was given before.
    pub fn document(&self, origin: &Origin) -> Option<RawDocument> {
        let input = self.inputs.iter().find(|input| origin.file.as_deref() == Some(input.name().as_ref()))?;
        let mut content = input.open_again().ok()?;
        content.seek(SeekFrom::Start(origin.start.offset as u64)).ok()?;
        Chunks::one(origin.clone(), content)
    }

    /// All documents, file after file, many at a time. Stops after the first error.
    pub fn batches(&self) -> impl Iterator<Item = Result<Vec<RawDocument>, DocumentProblem>> + Send {
        let mut chunks = self.inputs.iter().flat_map(Input::chunks);
        let mut cut: VecDeque<RawDocument> = VecDeque::new();
        std::iter::from_fn(move || {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            while bytes < BATCH {
                if let Some(document) = cut.pop_front() {
                    bytes += document.json().len();
                    batch.push(document);
                    continue;
                }
                match chunks.next() {
                    Some(Ok(documents)) => cut.extend(documents),
                    Some(Err(problem)) => return Some(Err(problem)),
                    None => break,
                }
            }
            (!batch.is_empty()).then_some(Ok(batch))
        })
    }
}

impl Input {
    fn open(path: PathBuf) -> Result<Self, DocumentProblem> {
        if path == Path::new(STANDARD_INPUT) {
            let name = STANDARD_INPUT_NAME;
            return Self::keep(name.into(), io::stdin()).map_err(|error| unreadable(Path::new(name), &error));
        }
        if path.metadata().map_or(true, |metadata| metadata.is_file()) {
            return Ok(Self::File(path));
        }
        let kept = File::open(&path).and_then(|pipe| Self::keep(name(&path).into(), pipe));
        kept.map_err(|error| unreadable(&path, &error))
    }

    fn keep(name: Arc<str>, mut pipe: impl Read) -> io::Result<Self> {
        let mut content = Vec::new();
        pipe.by_ref().take(SHORT).read_to_end(&mut content)?;
        if (content.len() as u64) < SHORT {
            return Ok(Self::Short(name, content.into()));
        }
        let mut file = NamedTempFile::new()?;
        file.write_all(&content)?;
        io::copy(&mut pipe, &mut file)?;
        Ok(Self::Long(name, file.into_temp_path()))
    }

    fn name(&self) -> Arc<str> {
        match self {
            Self::File(path) => name(path).into(),
            Self::Short(name, _) | Self::Long(name, _) => Arc::clone(name),
        }
    }

    fn open_again(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Short(_, content) => Box::new(Cursor::new(Arc::clone(content))),
            Self::Long(_, path) => Box::new(File::open(path)?),
        })
    }

    /// Its documents; a file that cannot be opened gives the reason instead.
    fn chunks(&self) -> impl Iterator<Item = Result<Vec<RawDocument>, DocumentProblem>> + Send + use<> {
        let name = self.name();
        let (chunks, problem) = match self.open_again() {
            Ok(content) => (Some(Chunks::read(name, content)), None),
            Err(error) => (None, Some(Err(unreadable(Path::new(&*name), &error)))),
        };
        chunks.into_iter().flatten().chain(problem)
    }
}

/// Content that can be read from any place on.
trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}
