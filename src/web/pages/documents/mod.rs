//! Documents of Steelhead: their lists, the page of each, and what people do with them.

pub mod chosen;
pub mod connect;
pub mod connect_chosen;
pub mod decide;
pub mod document;
pub mod history;
pub mod list;
pub mod names;
pub mod narrow;
pub mod one_by_one;
pub mod play;
pub mod preview;
pub mod settle;
pub mod subject;
pub mod timeline;
pub mod undo;
