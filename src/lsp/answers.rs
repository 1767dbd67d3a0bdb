//! The answers to what an editor asks.

use std::collections::HashMap;
use std::path::PathBuf;

use lsp_server::ErrorCode;
use lsp_types::request::{
    CodeActionRequest, Completion, ExecuteCommand, Formatting, GotoDefinition, HoverRequest,
    PrepareRenameRequest, References, Rename, Request as _,
};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CompletionList, CompletionParams, DocumentFormattingParams,
    ExecuteCommandParams, GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverContents, HoverParams,
    Location, MarkupContent, MarkupKind, PrepareRenameResponse, ReferenceParams, RenameParams,
    TextDocumentPositionParams, TextEdit, Url, WorkspaceEdit,
};
use serde_json::Value;

use crate::rules::source::{FileId, Source, Span};

use super::complete::complete;
use super::cursor::outline::At;
use super::diagnostics::as_told;
use super::files::buffers::path_of;
use super::files::checked::{Checked, Edit};
use super::files::positions::Lines;
use super::fixes::{Fix, fixes};
use super::hover::{hover, read};
use super::live::{Wanted, values};
use super::server::{Answer, Refusal, answer};
use super::symbols::{Index, Occurrence, places, rename};
use super::view::View;
use super::work::{USE_CASE, Work};

impl Work {
    /// The answer to a request.
    pub fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            Completion::METHOD => answer(params, |it: CompletionParams| {
                let items = self.view(&it.text_document_position, |view| complete(view, self.encoding));
                Ok(CompletionList { is_incomplete: false, items: items.unwrap_or_default() })
            }),
            HoverRequest::METHOD => answer(params, |it: HoverParams| {
                let at = it.text_document_position_params;
                self.find_cases(&at);
                Ok(self.view(&at, |view| self.hover(&at, view)).flatten())
            }),
            CodeActionRequest::METHOD => {
                answer(params, |it: CodeActionParams| Ok(self.fixes(&it).unwrap_or_default()))
            }
            GotoDefinition::METHOD => answer(params, |it: GotoDefinitionParams| {
                let at = it.text_document_position_params;
                let found = self.layer(&at).or_else(|| self.spans(&at, Index::definitions));
                Ok(found.map(GotoDefinitionResponse::Array))
            }),
            References::METHOD => answer(params, |it: ReferenceParams| {
                let with_definition = it.context.include_declaration;
                Ok(self.spans(&it.text_document_position, |index, of| {
                    let all = index.all(&of.symbol).filter(|it| with_definition || !it.is_definition);
                    all.map(|it| it.span).collect()
                }))
            }),
            PrepareRenameRequest::METHOD => answer(params, |it: TextDocumentPositionParams| {
                self.at(&it, |found| places(found.checked, found.index, found.of).map(|_| found.word()))
                    .transpose()
                    .map_err(refusal)
            }),
            Rename::METHOD => answer(params, |it: RenameParams| {
                let at = &it.text_document_position;
                let edits = self.at(at, |found| {
                    let edits = rename(found.checked, found.index, found.of, &it.new_name)?;
                    Ok(self.edit(found.checked, edits))
                });
                edits.unwrap_or_else(|| Err("there is nothing to rename here".to_owned())).map_err(refusal)
            }),
            ExecuteCommand::METHOD => answer(params, |it: ExecuteCommandParams| self.choose(&it)),
            Formatting::METHOD => answer(params, |it: DocumentFormattingParams| Ok(self.format(&it))),
            _ => Err(Refusal(ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        }
    }

    fn fixes(&self, params: &CodeActionParams) -> Option<Vec<CodeAction>> {
        let path = path_of(&params.text_document.uri)?;
        let text = self.buffers.read(&path).ok()?;
        let (checked, file) = self.houses.values().find_map(|it| Some((it, it.id(&path)?)))?;
        let lines = Lines::new(&text, self.encoding);
        let found = fixes(checked, file, lines.offset(params.range.start), lines.offset(params.range.end));
        let action = |fix: Fix| CodeAction {
            title: fix.title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![as_told(&fix.mends, lines)]),
            edit: Some(self.edit(checked, vec![fix.edit])),
            ..Default::default()
        };
        Some(found.into_iter().map(action).collect())
    }

    fn hover(&self, at: &TextDocumentPositionParams, view: &View<'_>) -> Option<Hover> {
        let mut said = hover(view)?;
        if let Some(live) = self.live(at, view) {
            said.text = format!("{}\n\n---\n\n{live}", said.text);
        }
        let range = Lines::new(view.text, self.encoding).range(said.start, said.end);
        let contents = MarkupContent { kind: MarkupKind::Markdown, value: said.text };
        Some(Hover { contents: HoverContents::Markup(contents), range: Some(range) })
    }

    /// The value that a case gives there.
    fn live(&self, at: &TextDocumentPositionParams, view: &View<'_>) -> Option<String> {
        let path = path_of(&at.text_document.uri)?;
        let object = view.object?;
        let name = read(view)?;
        let wanted = match view.place.at {
            At::Key { .. } => Wanted::Element(&name),
            // Where the rules are half typed, places are not what they were.
            _ if !view.checked.is_current => return None,
            _ => Wanted::Read(view.checked.id(&path)?, view.offset, &name),
        };
        let chosen = self.case.as_ref().map_or_else(|| self.cases.of(object), std::slice::from_ref);
        chosen.iter().find_map(|case| values(view.program, case, &self.buffers, object, &wanted))
    }

    /// Looks for cases with documents of the file's object.
    fn find_cases(&mut self, at: &TextDocumentPositionParams) {
        let Some(path) = path_of(&at.text_document.uri) else { return };
        let Some((house, _)) = self.houses.iter().find(|(_, it)| it.file(&path).is_some()) else { return };
        let folder = house.fixtures(&self.buffers);
        if let Some(object) = self.view(at, |view| view.object.map(str::to_owned)).flatten() {
            self.cases.look_for(&object, &folder, &self.buffers);
        }
    }

    /// Chooses the case whose values are shown; without one the first that fits.
    fn choose(&mut self, params: &ExecuteCommandParams) -> Result<Value, Refusal> {
        if params.command != USE_CASE {
            return Err(Refusal(
                ErrorCode::InvalidParams,
                format!("there is no command `{}`", params.command),
            ));
        }
        let Some(path) = params.arguments.first().and_then(Value::as_str) else {
            self.case = None;
            return Ok(Value::Null);
        };
        let path = self.below_root(path);
        if !path.is_file() {
            return Err(Refusal(ErrorCode::RequestFailed, format!("there is no case `{}`", path.display())));
        }
        self.case = Some(path);
        Ok(Value::Null)
    }

    /// The whole text anew, if that differs. What cannot be read stays as it is.
    fn format(&self, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        let path = path_of(&params.text_document.uri)?;
        let text = self.buffers.read(&path).ok()?;
        let new_text = crate::rules::format::format(&path, &text).ok()?;
        let range = Lines::new(&text, self.encoding).range(0, text.len());
        Some(if *new_text == *text { Vec::new() } else { vec![TextEdit { range, new_text }] })
    }

    /// What comes of a place in a file; nothing for a file that is in no rule set.
    fn view<T>(&self, at: &TextDocumentPositionParams, of: impl FnOnce(&View<'_>) -> T) -> Option<T> {
        let path = path_of(&at.text_document.uri)?;
        let text = self.buffers.read(&path).ok()?;
        let (checked, file) = self.houses.values().find_map(|it| Some((it, it.file(&path)?)))?;
        let offset = Lines::new(&text, self.encoding).offset(at.position);
        View::new(checked, &file.name, &text, offset).map(|view| of(&view))
    }

    /// What comes of what is named at a place.
    fn at<T>(&self, at: &TextDocumentPositionParams, of: impl FnOnce(&Found<'_>) -> T) -> Option<T> {
        let path = path_of(&at.text_document.uri)?;
        let (checked, file) = self.houses.values().find_map(|it| Some((it, it.id(&path)?)))?;
        let source = checked.sources.get(file)?;
        let lines = Lines::new(&source.text, self.encoding);
        let index = Index::of(checked);
        let found = index.at(file, lines.offset(at.position))?;
        Some(of(&Found { checked, index: &index, of: found, lines, source }))
    }

    /// The places that belong to what is named at a place.
    fn spans(
        &mut self,
        at: &TextDocumentPositionParams,
        of: impl FnOnce(&Index, &Occurrence) -> Vec<Span>,
    ) -> Option<Vec<Location>> {
        let found = self.at(at, |found| {
            let spans = of(found.index, found.of).into_iter();
            spans.filter_map(|span| Some((found.checked.sources.get(span.file)?.clone(), span))).collect()
        });
        let found: Vec<(Source, Span)> = found?;
        Some(found.iter().filter_map(|(source, span)| self.location(source, *span)).collect())
    }

    fn location(&mut self, source: &Source, span: Span) -> Option<Location> {
        let path = self.shown.path(source, &self.roots)?;
        let range = Lines::new(&source.text, self.encoding).span(span);
        Some(Location { uri: self.buffers.url(&path)?, range })
    }

    /// The first file of a layer that a `ferrule.yaml` names.
    fn layer(&mut self, at: &TextDocumentPositionParams) -> Option<Vec<Location>> {
        let path = path_of(&at.text_document.uri)?;
        let house = self.houses.keys().find(|house| house.project_file().as_ref() == Some(&path))?.clone();
        let text = self.buffers.read(&path).ok()?;
        let offset = Lines::new(&text, self.encoding).offset(at.position);
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '"' | '\'');
        let start = text.get(..offset)?.rfind(is_end).map_or(0, |before| before + 1);
        let word = text.get(start..)?.split(is_end).next()?;
        let folder = house.folder_of(word, &self.buffers)?;
        let files = self.houses.get(&house)?.sources.iter();
        let of_layer = |(_, source): &(FileId, &Source)| PathBuf::from(&source.path).starts_with(&folder);
        let source = files.map(|it| (it.0, it.1)).find(of_layer)?.1.clone();
        let first = Span { file: FileId::default(), start: 0, end: 0 };
        Some(vec![self.location(&source, first)?])
    }

    /// Changes of files, by their addresses.
    fn edit(&self, checked: &Checked, edits: Vec<Edit>) -> WorkspaceEdit {
        let mut changes: HashMap<Url, Vec<TextEdit>> = HashMap::new();
        for edit in edits {
            let Some(source) = checked.sources.get(edit.span.file) else { continue };
            let Some(url) = self.buffers.url(source.path.as_ref()) else { continue };
            let range = Lines::new(&source.text, self.encoding).span(edit.span);
            changes.entry(url).or_default().push(TextEdit { range, new_text: edit.text });
        }
        WorkspaceEdit { changes: Some(changes), ..Default::default() }
    }
}

/// What is named at a place.
struct Found<'f> {
    checked: &'f Checked,
    index: &'f Index,
    of: &'f Occurrence,
    lines: Lines<'f>,
    source: &'f Source,
}

impl Found<'_> {
    /// The word, to be typed over.
    fn word(&self) -> PrepareRenameResponse {
        let span = self.of.span;
        let word = self.source.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        PrepareRenameResponse::RangeWithPlaceholder {
            range: self.lines.span(span),
            placeholder: word.to_owned(),
        }
    }
}

fn refusal(why: String) -> Refusal {
    Refusal(ErrorCode::RequestFailed, why)
}
