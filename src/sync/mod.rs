//! What is to be done: the plan over all documents. The same plan is shown by `diff` and executed
//! by `serve`.

mod plan;
mod planner;
mod show;
mod show_elements;
mod show_lines;
mod show_paint;
mod show_view;
mod taken;

pub use plan::{Action, Counts, Plan, Step};
pub use planner::{Planner, Source};
pub use show::{Style, show, show_counts, show_steps};
pub use show_elements::{ElementView, elements};
pub use show_lines::Lines;
pub use show_paint::Paint;
pub use show_view::{
    ChangeView, NoteView, PlaceView, PlanView, ProblemView, RecordView, RequestView, ShareView, Shown,
    StepView,
};
