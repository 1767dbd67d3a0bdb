//! What is to be done: the plan over all documents. The same plan is shown by `diff` and executed
//! by `serve`.

mod plan;
mod planner;

pub use plan::{Action, Counts, Plan, Step};
pub use planner::{Planner, Source};
