//! Ferrule joins Steelhead, the ERP of a job shop, to QuickBooks Desktop, its books, by rules that
//! an administrator can read, change, preview and test.
//!
//! Imports run downwards only: `cli -> steelhead -> engine -> rules -> qbxml -> catalogue`.

pub mod catalogue;
pub mod document;
pub mod qbxml;
pub mod steelhead;
