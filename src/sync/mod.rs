//! What is to be done: the plan over all documents. The same plan is shown by `diff` and executed
//! by `serve`.

mod compare;
mod plan;
mod planner;
pub mod session;
mod show;
mod show_compare;
mod show_elements;
mod show_lines;
mod show_paint;
mod show_view;
pub mod stored;
mod taken;

pub use compare::{Fates, Group, Kind, Unreadable, compare, fates};
pub use plan::{Action, Counts, Plan, Step};
pub use planner::{Planner, Source};
pub use show::{Style, show, show_counts, show_steps};
pub use show_compare::{ComparisonView, GroupView, SampleView};
pub use show_elements::{ElementView, elements};
pub use show_lines::{Lines, visible};
pub use show_paint::Paint;
pub use show_view::{
    ChangeView, NoteView, PlaceView, PlanView, ProblemView, RecordView, RequestView, ShareView, Shown,
    StepView,
};
