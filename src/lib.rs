//! Ferrule joins Steelhead, the ERP of a job shop, to QuickBooks Desktop, its books, by rules that
//! an administrator can read, change, preview and test.
//!
//! Imports run downwards only: `cli -> sync -> engine -> rules -> functions -> document -> qbxml,
//! text -> catalogue`; `steelhead` reads documents for `cli`.

pub mod activity;
pub mod alerts;
pub mod api;
pub mod calls;
pub mod catalogue;
pub mod cli;
pub mod connector;
pub mod document;
pub mod engine;
pub mod functions;
pub mod handbook;
pub mod language;
pub mod lsp;
pub mod metrics;
pub mod people;
pub mod qbxml;
pub mod rules;
pub mod secrets;
pub mod simulator;
pub mod snapshots;
pub mod steelhead;
pub mod store;
pub mod sync;
#[cfg(test)]
mod testing;
pub mod text;
pub mod told;
pub mod validate;
pub mod web;
pub mod wire;
pub mod xml;
