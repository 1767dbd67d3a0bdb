//! Elements as written, with paths taken apart: `A/B: x` is `A: { B: x }`.

use super::field_file::{FieldFile, FieldMap};
use super::file::Text;
use crate::rules::diagnostics::source::Span;

/// One element as written.
pub struct Draft<'f> {
    /// Its name.
    pub name: &'f str,
    /// Where that stands: a step of a path has its own place.
    pub span: Span,
    /// What is in it.
    pub kind: DraftKind<'f>,
}

/// What is in a [`Draft`].
pub enum DraftKind<'f> {
    /// What the file says.
    File(&'f FieldFile),
    /// What paths through it say.
    Nested(Vec<Draft<'f>>),
}

impl Draft<'_> {
    /// Whether a later layer takes the element away.
    pub fn removes(&self) -> bool {
        matches!(self.kind, DraftKind::File(FieldFile::Nothing))
    }
}

/// The elements of a mapping, joined where paths share a beginning.
pub fn drafts(map: &FieldMap) -> Vec<Draft<'_>> {
    let mut all = Vec::new();
    for (key, file) in &map.0 {
        insert(&mut all, &key.value, key, &file.value);
    }
    all
}

fn insert<'f>(into: &mut Vec<Draft<'f>>, path: &'f str, key: &'f Text, file: &'f FieldFile) {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let span = place(key, path, first);
    let Some(rest) = rest else {
        let kind = DraftKind::File(file);
        into.push(Draft { name: first, span, kind });
        return;
    };
    let known = into.iter_mut().find_map(|draft| match &mut draft.kind {
        DraftKind::Nested(inner) if draft.name == first => Some(inner),
        _ => None,
    });
    if let Some(inner) = known {
        insert(inner, rest, key, file);
        return;
    }
    let mut inner = Vec::new();
    insert(&mut inner, rest, key, file);
    let kind = DraftKind::Nested(inner);
    into.push(Draft { name: first, span, kind });
}

/// Where a step of a key stands, whose rest of the way begins with it; the whole key if it is written with escapes.
pub fn place(key: &Text, path: &str, step: &str) -> Span {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let quotes = (key.span.end - key.span.start).saturating_sub(narrow(key.value.len()));
    if quotes != 0 && quotes != 2 {
        return key.span;
    }
    let start = key.span.start + quotes / 2 + narrow(key.value.len() - path.len());
    let end = start + narrow(step.len());
    Span { start, end, ..key.span }
}
