//! Documents from Steelhead's API, for commands.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::terminal::Terminal;
use crate::document::{Code, DocumentProblem};
use crate::rules::Program;
use crate::steelhead::graphql::{Access, AccessFile, Api, ApiSource, Page, is_address, read_all};
use crate::steelhead::{DocumentFiles, RawDocument, split};

/// What opens Steelhead's API.
#[derive(Clone, Debug, clap::Args)]
pub struct AccessArgs {
    /// Where Steelhead's API is asked (https://…): a file with what opens it. Without it the token is in
    /// `FERRULE_STEELHEAD_TOKEN`, never in an argument
    #[arg(long, value_name = "FILE")]
    steelhead_access: Option<PathBuf>,
}

/// What Steelhead's API gave.
pub struct Given {
    /// Its address.
    address: String,
    page: Page,
}

impl AccessArgs {
    /// The API, if a path is an address on the web and no file.
    pub fn api(&self, path: &Path) -> Result<Option<Api>> {
        let Some(address) = path.to_str().filter(|text| is_address(text)) else { return Ok(None) };
        Ok(Some(Api::new(Access::new(address, self.file()?)?)))
    }

    /// What opens it, by a file or by the environment.
    pub fn file(&self) -> Result<AccessFile> {
        Ok(match &self.steelhead_access {
            Some(path) => AccessFile::read(path)?,
            None => AccessFile::of_environment(),
        })
    }

    /// All documents, if a path is an address on the web and no file.
    pub fn given(&self, path: &Path, program: &Program, terminal: Terminal) -> Result<Option<Given>> {
        let Some(api) = self.api(path)? else { return Ok(None) };
        let page = read_all(&api, sources(program, terminal)?)?;
        page.warnings.iter().for_each(|warning| terminal.warning(&format!("Steelhead says: {warning}")));
        Ok(Some(Given { address: api.shown().to_owned(), page }))
    }
}

/// Where the rules say that documents come from. Tells of fields that rules read and that will be empty.
pub fn sources(program: &Program, terminal: Terminal) -> Result<&[ApiSource]> {
    let sources = program.sources_of_documents.as_slice();
    if sources.is_empty() {
        bail!("the rules do not say where Steelhead's API has documents: no shape has a `source`");
    }
    for told in sources.iter().flat_map(|source| &source.empty) {
        terminal.warning(told);
    }
    Ok(sources)
}

/// That a document did not come whole.
fn not_whole(address: &str, why: &str) -> DocumentProblem {
    DocumentProblem::file(Code::CutOff, address.to_owned(), why)
}

/// Documents as the text of a file, one after the other.
fn text(documents: &[String]) -> Vec<u8> {
    let mut text = documents.join("\n");
    text.push('\n');
    text.into_bytes()
}

impl Given {
    /// The documents.
    pub fn raw(&self) -> Result<Vec<RawDocument>> {
        if self.page.documents.is_empty() {
            return Ok(Vec::new());
        }
        split(self.address.as_str(), text(&self.page.documents))
            .map_err(|problem| anyhow::anyhow!("{problem}"))
    }

    /// The same, to be read more than once.
    pub fn files(&self) -> DocumentFiles {
        DocumentFiles::of_text(self.address.as_str(), text(&self.page.documents))
    }

    /// What did not come whole.
    pub fn not_whole(&self) -> impl Iterator<Item = DocumentProblem> {
        self.page.set_aside.iter().map(|why| not_whole(&self.address, why))
    }
}
