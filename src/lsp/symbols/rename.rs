//! Another name for a function, a setting or a variable. It is tried on the rules before it is done.

use crate::lsp::files::checked::{Checked, Edit};
use crate::rules::Severity;
use crate::rules::source::Span;
use crate::text::counted::counted;

use super::index::{Index, Occurrence, Symbol};

/// The places that get the new name, or why it cannot be done.
pub type Renamed = Result<Vec<Edit>, String>;

/// Renames what stands at a place, everywhere.
pub fn rename(checked: &Checked, index: &Index, of: &Occurrence, name: &str) -> Renamed {
    let places = places(checked, index, of)?;
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !begins || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!(
            "`{name}` is no name: a name has letters, digits and `_`, and begins with no digit"
        ));
    }
    if is_taken(checked, index, of, name) {
        return Err(format!("there is a `{name}` already"));
    }
    let edits: Vec<Edit> = places.into_iter().map(|span| Edit { span, text: name.to_owned() }).collect();
    let compiled = checked.tried(&edits).ok_or("the files have changed meanwhile")?;
    let errors = |all| Severity::Error.count(all);
    let (before, after) = (errors(&checked.diagnostics), errors(&compiled.diagnostics));
    if after > before {
        let first = compiled.diagnostics.iter().find(|it| it.severity == Severity::Error);
        let first = first.map(|it| it.message.as_str()).unwrap_or_default();
        return Err(format!("the rules would have {}: {first}", counted(after - before, "more error")));
    }
    Ok(edits)
}

/// All places of what is to be renamed.
///
/// # Errors
/// It has no name of its own, or others depend on it.
pub fn places(checked: &Checked, index: &Index, of: &Occurrence) -> Result<Vec<Span>, String> {
    if !matches!(of.symbol, Symbol::Function(_) | Symbol::Setting(_) | Symbol::Name(_)) {
        return Err("only functions, settings and variables can be renamed".to_owned());
    }
    let all: Vec<&Occurrence> = index.all(&of.symbol).collect();
    if !all.iter().any(|it| it.is_definition) {
        return Err("it comes with Ferrule and cannot be renamed".to_owned());
    }
    let ships = |it: &&&Occurrence| !std::path::Path::new(checked.sources.path(it.span.file)).is_absolute();
    if let Some(ours) = all.iter().find(ships) {
        let path = checked.sources.path(ours.span.file);
        return Err(format!(
            "`{path}` comes with Ferrule and names it; only what your own layers define can be renamed"
        ));
    }
    Ok(all.into_iter().map(|it| it.span).collect())
}

/// Whether a name stands for something else already.
fn is_taken(checked: &Checked, index: &Index, of: &Occurrence, name: &str) -> bool {
    let is_other = |it: &Occurrence| match (&of.symbol, &it.symbol) {
        (Symbol::Function(_), Symbol::Function(other)) | (Symbol::Setting(_), Symbol::Setting(other)) => {
            other == name
        }
        // A variable is seen in its own file only, so no other of that file may have its name.
        (Symbol::Name(given), Symbol::Name(other)) => {
            given.file == other.file && checked.sources.slice(*other) == name
        }
        (Symbol::Name(_), Symbol::Object(other)) => other == name,
        _ => false,
    };
    index.0.iter().any(is_other)
}
