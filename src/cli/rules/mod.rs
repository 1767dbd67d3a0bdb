//! Commands over rule files and documents. They need no database.

pub(in crate::cli) mod against;
pub(in crate::cli) mod check;
pub(in crate::cli) mod connection_file;
pub(in crate::cli) mod connections;
pub(in crate::cli) mod diff;
pub(in crate::cli) mod explain;
pub(in crate::cli) mod explain_code;
pub(in crate::cli) mod fields;
pub(in crate::cli) mod fields_table;
pub(in crate::cli) mod git;
pub(in crate::cli) mod held;
pub(in crate::cli) mod init;
pub(in crate::cli) mod layers;
pub(in crate::cli) mod map;
pub(in crate::cli) mod mapping;
pub(in crate::cli) mod new;
pub(in crate::cli) mod notes;
pub(in crate::cli) mod quickbooks;
pub(in crate::cli) mod report;
pub(in crate::cli) mod schema;
pub(in crate::cli) mod test;
pub(in crate::cli) mod upgrade;
pub(in crate::cli) mod validate;
pub(in crate::cli) mod workbench;
