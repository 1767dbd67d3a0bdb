//! What one editor works on: its buffers, the rule sets they belong to, and what was told of them.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use lsp_server::{ErrorCode, Message, Notification};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::request::{CodeActionRequest, Completion, HoverRequest, Request as _};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability,
    CompletionList, CompletionOptions, CompletionParams, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, Hover, HoverContents, HoverParams,
    HoverProviderCapability, InitializeParams, InitializeResult, MarkupContent, MarkupKind,
    ServerCapabilities, ServerInfo, TextDocumentPositionParams, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextEdit, Url, WorkspaceEdit,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::rules::files::project::PROJECT;

use super::buffers::{Buffers, path_of};
use super::checked::Checked;
use super::complete::complete;
use super::diagnostics::{Told, as_told};
use super::fixes::{Fix, fixes};
use super::house::House;
use super::hover::hover;
use super::positions::{Encoding, Lines};
use super::server::{Answer, Refusal, answer};
use super::view::View;

/// What one editor works on.
#[derive(Debug, Default)]
pub struct Work {
    encoding: Encoding,
    buffers: Buffers,
    /// The folders that the editor has opened.
    roots: Vec<PathBuf>,
    /// The rule sets, as they were checked last.
    houses: BTreeMap<House, Checked>,
    /// What was told.
    told: Told,
    /// What is still to be said.
    unsaid: Vec<Message>,
    /// Whether something was typed, opened or closed since.
    is_changed: bool,
}

impl Work {
    /// The editor introduces itself.
    pub fn begin(&mut self, params: InitializeParams) -> InitializeResult {
        let offer = params.capabilities.general.and_then(|general| general.position_encodings);
        self.encoding = Encoding::of_offer(&offer.unwrap_or_default());
        let folders = params.workspace_folders.unwrap_or_default().into_iter().map(|folder| folder.uri);
        #[expect(deprecated, reason = "what older editors say instead of folders")]
        let root = params.root_uri;
        let mut roots: Vec<Url> = folders.collect();
        roots.extend(root.filter(|_| roots.is_empty()));
        self.roots = roots.iter().filter_map(path_of).collect();
        self.is_changed = true;
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(self.encoding.kind()),
                text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
                completion_provider: Some(CompletionOptions {
                    trigger_characters: Some([".", "=", "/", "\"", " "].map(str::to_owned).into()),
                    ..Default::default()
                }),
                code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                    code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                    ..Default::default()
                })),
                hover_provider: Some(HoverProviderCapability::Simple(true)),
                ..Default::default()
            },
            server_info: Some(ServerInfo {
                name: "ferrule".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }

    /// The editor tells something. What is no such thing is passed over.
    pub fn hear(&mut self, method: &str, params: Value) {
        let heard = match method {
            DidOpenTextDocument::METHOD => read(params).map(|it| self.opened(it)),
            DidChangeTextDocument::METHOD => read(params).map(|it| self.changed(it)),
            DidCloseTextDocument::METHOD => read(params).map(|it| self.closed(&it)),
            DidChangeWatchedFiles::METHOD | DidSaveTextDocument::METHOD => Some(()),
            _ => None,
        };
        self.is_changed |= heard.is_some();
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.buffers.open(document.uri, document.version, &document.text);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.buffers.change(&document.uri, document.version, params.content_changes, self.encoding);
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        self.buffers.close(&params.text_document.uri);
    }

    /// The files on disk may have changed.
    pub fn look(&mut self) {
        self.is_changed = true;
    }

    /// Checks what has changed.
    pub fn settle(&mut self) {
        if !std::mem::take(&mut self.is_changed) {
            return;
        }
        let mut before = std::mem::take(&mut self.houses);
        let mut told = Told::default();
        for house in self.wanted() {
            let mut checked = before.remove(&house).unwrap_or_default();
            match house.read(&self.buffers) {
                Ok(files) => {
                    checked.check(files);
                    checked.tell(&mut told, &self.to_change(&house), self.encoding);
                }
                Err(unread) => told.add_unread(&unread, &self.buffers, self.encoding),
            }
            self.houses.insert(house, checked);
        }
        for params in told.since(&self.told, &self.buffers) {
            self.unsaid.push(Notification::new(PublishDiagnostics::METHOD.to_owned(), params).into());
        }
        self.told = told;
    }

    /// The rule sets of the folders and of the files that are open.
    fn wanted(&self) -> Vec<House> {
        let of_roots = self.roots.iter().filter_map(|root| House::of_folder(root, &self.buffers));
        let mut all: Vec<House> = of_roots.collect();
        for (path, _) in self.buffers.iter() {
            if !all.iter().any(|house| house.has(path, &self.buffers)) {
                all.extend(House::of_file(path, &self.buffers));
            }
        }
        all.sort();
        all.dedup();
        all
    }

    /// The file to tell of what is wrong in files that nobody can change.
    fn to_change(&self, house: &House) -> PathBuf {
        match house {
            House::Project(root) => root.join(PROJECT),
            House::Rules(folder) | House::Layer(folder) | House::Optional(folder, _) => {
                let opened = self.buffers.iter().map(|(path, _)| path).find(|path| path.starts_with(folder));
                opened.map_or_else(|| folder.join("ruleset.yaml"), PathBuf::from)
            }
        }
    }

    /// What there is to say.
    pub fn to_tell(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.unsaid)
    }

    /// The answer to a request.
    pub fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            Completion::METHOD => answer(params, |it: CompletionParams| {
                let items = self.view(&it.text_document_position, |view| complete(view, self.encoding));
                Ok(CompletionList { is_incomplete: false, items: items.unwrap_or_default() })
            }),
            HoverRequest::METHOD => answer(params, |it: HoverParams| {
                Ok(self.view(&it.text_document_position_params, |view| self.hover(view)).flatten())
            }),
            CodeActionRequest::METHOD => {
                answer(params, |it: CodeActionParams| Ok(self.fixes(&it).unwrap_or_default()))
            }
            _ => Err(Refusal(ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        }
    }

    fn fixes(&self, params: &CodeActionParams) -> Option<Vec<CodeAction>> {
        let path = path_of(&params.text_document.uri)?;
        let text = self.buffers.read(&path).ok()?;
        let (checked, file) = self.houses.values().find_map(|it| Some((it, it.id(&path)?)))?;
        let lines = Lines::new(&text, self.encoding);
        let found = fixes(checked, file, lines.offset(params.range.start), lines.offset(params.range.end));
        let action = |fix: Fix| {
            let edit = TextEdit { range: lines.span(fix.edit.span), new_text: fix.edit.text };
            let changes = HashMap::from([(params.text_document.uri.clone(), vec![edit])]);
            CodeAction {
                title: fix.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![as_told(&fix.mends, lines)]),
                edit: Some(WorkspaceEdit { changes: Some(changes), ..Default::default() }),
                ..Default::default()
            }
        };
        Some(found.into_iter().map(action).collect())
    }

    fn hover(&self, view: &View<'_>) -> Option<Hover> {
        let said = hover(view)?;
        let range = Lines::new(view.text, self.encoding).range(said.start, said.end);
        let contents = MarkupContent { kind: MarkupKind::Markdown, value: said.text };
        Some(Hover { contents: HoverContents::Markup(contents), range: Some(range) })
    }

    /// What comes of a place in a file; nothing for a file that is in no rule set.
    fn view<T>(&self, at: &TextDocumentPositionParams, of: impl FnOnce(&View<'_>) -> T) -> Option<T> {
        let path = path_of(&at.text_document.uri)?;
        let text = self.buffers.read(&path).ok()?;
        let (checked, file) = self.houses.values().find_map(|it| Some((it, it.file(&path)?)))?;
        let offset = Lines::new(&text, self.encoding).offset(at.position);
        View::new(checked, &file.name, &text, offset).map(|view| of(&view))
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}
