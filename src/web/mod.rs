//! The pages: everything a person does with Ferrule, in a browser.
//!
//! Every page and every action stands in the table of `routes`. The rooms below it, from the top down:
//!
//! - `pages`: a room for each noun; a page is a plain function of a `Visit`, on a thread that may block, to
//!   a template; an action says what it did, and the audit keeps that.
//! - `server`: from a request to an answer. One place, `enter`, checks what comes in: who asks, whether the
//!   role allows it, whose company file it is, and whether one of our pages sent the form.
//! - `draw`: what several pages draw: a step of a plan, qbXML, the text of a rule, a chart.
//! - `views`: the rows of one company file, made in the background.
//! - `listing`: what a list is asked for, and the page that is cut from it.
//! - `ground`: the fields of a form, why something is not done, and a door for heavy work.
//! - `words`: codes, states and moments in people’s words.

mod draw;
mod ground;
mod listing;
mod pages;
mod routes;
mod server;
pub mod views;
mod words;

pub use ground::cases::Cases;
pub use ground::trouble::Trouble;
pub use routes::pages;
pub use server::site::{FIRST_VIEW, Origin, Site};
