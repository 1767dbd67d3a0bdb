//! How plans are shown: as text, as JSON, and two of them side by side.

pub(super) mod compare;
pub(super) mod comparison;
pub(super) mod elements;
pub(super) mod lines;
pub(super) mod paint;
pub(super) mod text;
pub(super) mod view;

pub use compare::{Difference, Fates, Group, Kind, compare, differences, fates, rejected_by_both};
pub use comparison::{ComparisonView, GroupView, SampleView, heading};
pub use elements::{ElementView, elements};
pub use lines::{Line, Lines};
pub use paint::Paint;
pub use text::{Style, show, show_counts, show_steps, what};
pub use view::{
    ChangeView, NoteView, PlaceView, PlanView, ProblemView, RecordView, RequestView, ShareView, Shown,
    StepView,
};
