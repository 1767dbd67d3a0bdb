//! What a company file is asked: one file for each kind of request, and the message set around them.

pub(super) mod add;
pub(super) mod addresses;
pub(super) mod answer;
pub(super) mod delete;
pub(super) mod edition;
pub(super) mod extension;
pub(super) mod list_merge;
pub(super) mod macros;
pub(super) mod message_set;
pub(super) mod modify;
pub(super) mod obstacle;
pub(super) mod perform;
pub(super) mod query;
pub(super) mod refusals;
mod request;
pub(super) mod void;
pub(super) mod write;
pub(super) mod wrong_value;
