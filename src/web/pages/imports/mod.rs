//! Records of QuickBooks that can become documents: the list, and what people do with them.

pub mod actions;
pub mod download;
pub mod list;
pub mod page;
pub mod taken;
pub mod work;
