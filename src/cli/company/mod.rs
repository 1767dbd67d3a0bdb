//! Commands on a company file in the database.

pub(in crate::cli) mod archive;
pub(in crate::cli) mod connect;
pub(in crate::cli) mod connections;
pub(in crate::cli) mod doctor;
pub(in crate::cli) mod errors;
pub(in crate::cli) mod finalize;
pub(in crate::cli) mod history;
pub(in crate::cli) mod history_file;
pub(in crate::cli) mod ignore;
pub(in crate::cli) mod import;
pub(in crate::cli) mod import_out;
pub(in crate::cli) mod import_updates;
pub(in crate::cli) mod load;
pub(in crate::cli) mod opened;
pub(in crate::cli) mod pause;
pub(in crate::cli) mod play;
pub(in crate::cli) mod prune;
pub(in crate::cli) mod read;
pub(in crate::cli) mod reconcile;
pub(in crate::cli) mod setting_args;
pub(in crate::cli) mod settings;
pub(in crate::cli) mod settings_view;
pub(in crate::cli) mod settle;
pub(in crate::cli) mod status;
