//! What one editor works on: its buffers, the rule sets they belong to, and what was told of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_server::{Message, Notification};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, ExecuteCommandOptions, HoverProviderCapability, InitializeParams,
    InitializeResult, OneOf, PublishDiagnosticsParams, RenameOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, Url, WorkspaceFolder,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::rules::files::project::PROJECT;

use super::diagnostics::Told;
use super::files::buffers::{Buffers, path_of};
use super::files::checked::Checked;
use super::files::house::House;
use super::files::positions::Encoding;
use super::live::Cases;
use super::shown::Shown;

/// The command that chooses the case whose values are shown.
pub const USE_CASE: &str = "ferrule.useCase";

/// What an editor may say at the beginning.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Options {
    /// The case whose values are shown.
    case: Option<String>,
}

/// What one editor works on.
#[derive(Debug, Default)]
pub struct Work {
    pub(super) encoding: Encoding,
    pub(super) buffers: Buffers,
    /// The folders that the editor has opened.
    pub(super) roots: Vec<PathBuf>,
    /// The rule sets, as they were checked last.
    pub(super) houses: BTreeMap<House, Checked>,
    /// The case that the person has chosen.
    pub(super) case: Option<PathBuf>,
    /// The cases that there are.
    pub(super) cases: Cases,
    /// Files that ship, as they were opened.
    pub(super) shown: Shown,
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
        let options: Options =
            params.initialization_options.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default();
        self.case = options.case.map(|case| self.below_root(&case));
        self.is_changed = true;
        InitializeResult {
            capabilities: capabilities(self.encoding),
            server_info: Some(ServerInfo {
                name: "ferrule".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }

    /// A path that a person gives: it counts from the folder that was opened.
    pub(super) fn below_root(&self, path: &str) -> PathBuf {
        self.roots.first().map_or_else(|| PathBuf::from(path), |root| root.join(path))
    }

    /// The editor tells something. What is no such thing is passed over.
    pub fn hear(&mut self, method: &str, params: Value) {
        let heard = match method {
            DidOpenTextDocument::METHOD => read(params).map(|it| self.opened(it)),
            DidChangeTextDocument::METHOD => read(params).map(|it| self.changed(it)),
            DidCloseTextDocument::METHOD => read(params).map(|it| self.closed(&it)),
            DidChangeWorkspaceFolders::METHOD => read(params).map(|it| self.folders_changed(it)),
            DidChangeWatchedFiles::METHOD | DidSaveTextDocument::METHOD => Some(()),
            _ => None,
        };
        self.is_changed |= heard.is_some();
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let url = document.uri.clone();
        if let Some(path) = self.buffers.open(document.uri, document.version, &document.text) {
            self.called_otherwise(&path, &url);
        }
    }

    /// Where the editor writes an address otherwise than we do, what was told under the one is told under the other.
    fn called_otherwise(&mut self, path: &Path, url: &Url) {
        let Some(ours) = Url::from_file_path(path).ok().filter(|ours| ours != url) else { return };
        self.told.forget(path);
        for uri in [ours, url.clone()] {
            let params = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
            self.unsaid.push(Notification::new(PublishDiagnostics::METHOD.to_owned(), params).into());
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        self.buffers.change(&document.uri, document.version, params.content_changes, self.encoding);
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let url = &params.text_document.uri;
        if let Some(path) = self.buffers.close(url) {
            self.called_otherwise(&path, url);
        }
    }

    fn folders_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let paths =
            |folders: Vec<WorkspaceFolder>| folders.into_iter().filter_map(|folder| path_of(&folder.uri));
        let gone: Vec<PathBuf> = paths(params.event.removed).collect();
        self.roots.retain(|root| !gone.contains(root));
        self.roots.extend(paths(params.event.added));
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
                    told.add(&checked.diagnostics, &checked.sources, &self.to_change(&house), self.encoding);
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
    pub fn take_unsaid(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.unsaid)
    }
}

/// What the server can do.
fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some([".", "=", "/", "\"", " "].map(str::to_owned).into()),
            ..Default::default()
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..Default::default()
        })),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp_types::WorkDoneProgressOptions::default(),
        })),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..Default::default()
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![USE_CASE.to_owned()],
            ..Default::default()
        }),
        document_formatting_provider: Some(OneOf::Left(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        ..Default::default()
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}
