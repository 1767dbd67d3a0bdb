//! What failed last.

use anyhow::Result;

use crate::cli::store_args::now;
use crate::cli::when::length;
use crate::store::Database;
use crate::sync::LastFailure;
use crate::sync::stored::{CompanyFile, Moment};

/// The last visit of a company file that failed, and what to do about it.
#[derive(serde::Serialize)]
pub(super) struct Failure {
    company: String,
    at: Moment,
    /// Whether a later visit went well.
    is_over: bool,
    happened: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'static str>,
}

/// What failed last. A visit that failed is no fault of what is kept.
pub(super) fn failures(store: &dyn Database, files: &[CompanyFile]) -> Result<Vec<Failure>> {
    let mut all = Vec::new();
    for file in files {
        let Some(last) = LastFailure::of(store, file)? else { continue };
        let known = last.known;
        all.push(Failure {
            company: file.made.name.clone(),
            at: last.at,
            is_over: last.is_over,
            happened: last.happened().to_owned(),
            code: known.map(|known| known.code.as_str()),
            cause: known.map(|known| known.cause.as_str()),
            who: known.map(|known| known.who.phrase()),
            how: known.map(|known| known.how.as_str()),
            command: known.and_then(|known| known.command.as_deref()),
        });
    }
    Ok(all)
}

impl Failure {
    /// In words, on lines of their own.
    pub(super) fn told(&self) -> String {
        let Self { company, at, is_over, happened, .. } = self;
        let over = if *is_over { ", and later ones went well" } else { "" };
        let mut text = format!("{company}: a visit failed {} ago{over}: {happened}", length(now() - *at));
        if let (Some(code), Some(how), Some(who)) = (self.code, self.how, self.who) {
            let command = self.command.map(|it| format!("\n  command: {it}")).unwrap_or_default();
            text = format!(
                "{text}\n  what to do: {how}{command}\n  who can: {who}; `ferrule explain {code}` says more"
            );
        }
        text + "\n"
    }
}
