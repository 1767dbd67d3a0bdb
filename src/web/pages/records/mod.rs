//! One record of QuickBooks, and what people do with it.

pub mod actions;
pub mod page;
