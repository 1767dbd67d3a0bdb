//! What goes into the engine and what comes out of it, and the faults and words between.

pub(super) mod about_setting;
pub(super) mod agreed;
pub(super) mod by_hand;
pub(super) mod confirmed;
pub(super) mod context;
pub(super) mod fault;
pub(super) mod imported;
pub(super) mod line_ids;
pub(super) mod outcome;
pub(super) mod words;
