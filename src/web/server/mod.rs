//! From a request to an answer: who asks, what stands around a page, and what the browser is sent.

pub mod answer;
pub mod assets;
pub mod cookie;
pub mod enter;
pub mod live;
pub mod message;
pub mod news;
pub mod serve;
pub mod shell;
pub mod site;
pub mod visit;
pub mod waiting;
