//! Rewrites `src/catalogue/data/qbxml130.txt` from Intuit's vocabulary.
//!
//! The vocabulary is the tree of qbXML 13.0 as JSON. It is Intuit's, so it is no part of this
//! project; whoever has it runs
//!
//! ```text
//! cargo run --example generate-catalogue -- ../shared/oracle/qbxmlops130.json
//! ```

mod text;
mod vocabulary;

use std::path::{Path, PathBuf};

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let source = std::env::args_os().nth(1).map(PathBuf::from);
    let source = source.context("name the vocabulary: generate-catalogue FILE")?;
    let json =
        std::fs::read_to_string(&source).with_context(|| format!("cannot read `{}`", source.display()))?;
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/data/qbxml130.txt");
    let text = text::catalogue(&vocabulary::read(&json)?);
    std::fs::write(&target, text).with_context(|| format!("cannot write `{}`", target.display()))
}
