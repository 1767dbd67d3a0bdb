//! The pages, one file each, with what is done from there.

pub mod activity;
pub mod connect;
pub mod document;
pub mod domain;
pub mod errors;
pub mod home;
pub mod import_actions;
pub mod import_list;
mod import_work;
pub mod imports;
pub mod integrations;
pub mod invite;
pub mod lists;
pub mod past;
pub mod plan;
pub mod play;
pub mod preview;
pub mod record_actions;
pub mod records;
pub mod rules;
pub mod rules_try;
pub mod settings;
pub mod sign_in;
pub mod sign_out;
pub mod taken;
pub mod visits;
pub mod web_connector;
