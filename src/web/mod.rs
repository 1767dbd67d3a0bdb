//! The pages: everything a person does with Ferrule, in a browser.
//!
//! Every page and every action stands in the table of `routes`. What comes in is checked in one
//! place, `enter`: who asks, whether the role allows it, whose company file it is, and of a form,
//! whether one of our pages sent it. A page is a plain function of a `Visit`, on a
//! thread that may block, to a template; an action says what was done, and that is noted in the audit.

mod answer;
mod assets;
mod chart;
mod cookie;
mod enter;
mod fields;
mod gate;
mod headers;
mod highlight;
mod json_view;
mod live;
mod lockouts;
mod meaning;
mod pages;
mod qbxml_view;
mod routes;
mod serve;
mod setting_form;
mod shell;
mod site;
mod state_words;
mod step_card;
mod subject;
mod trial;
mod trouble;
pub mod views;
mod visit;
mod when;

pub use routes::pages;
pub use site::{Origin, Site};
pub use trouble::Trouble;
