//! The pages: a room for each noun, with what people do from there.

pub mod activity;
pub mod alerts;
pub mod charts;
pub mod documents;
pub mod errors;
pub mod home;
pub mod imports;
pub mod integrations;
pub mod people;
pub mod plan;
pub mod reconcile;
pub mod records;
pub mod rules;
pub mod search;
pub mod set_up;
pub mod settings;
pub mod todo;
pub mod tokens;
