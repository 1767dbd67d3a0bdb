//! How it goes, week by week. `times` is how long documents take, `page` all of it.

pub mod page;
mod times;
