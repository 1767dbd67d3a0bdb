//! What is to be done: the plan over all documents. The same plan is shown by `diff` and executed
//! by `serve`.

mod checkup;
mod closed_books;
mod compare;
mod connecting;
mod finalizing;
mod given;
mod importing;
mod imports;
mod imports_explained;
mod imports_merge;
mod imports_own;
mod imports_updates;
mod loading;
mod mark;
mod plan;
mod planner;
mod playing;
mod recognized;
pub mod session;
mod show;
mod show_compare;
mod show_elements;
mod show_lines;
mod show_paint;
mod show_view;
mod status;
pub mod stored;
mod taken;
mod window;

pub use checkup::check_up;
pub use compare::{Difference, Fates, Group, Kind, Unreadable, compare, differences, fates};
pub use connecting::{
    Connected, NotConnected, archive, connect, connection_of, read_record, record_type_of, record_types_of,
    sharing,
};
pub use finalizing::{Finalizing, finalize};
pub use given::{differing, import_every, setting_json, setting_text, settings};
pub use importing::{import_rows, importable, update_rows};
pub use imports::{ImportError, ImportFate, ImportRow, Imports, TakenRecord, chosen};
pub use imports_explained::{ExplainedField, ExplainedImport, explain_import};
pub use imports_merge::FieldUpdate;
pub use imports_updates::UpdateRow;
pub use loading::{id_of_record, is_of_record, new_document, version};
pub use plan::{Action, Counts, Plan, Step};
pub use planner::{Planner, Source};
pub use playing::{DoublePlay, NotPlayed, check_played, double_play, played_objects};
pub use show::{Style, show, show_counts, show_steps, what};
pub use show_compare::{ComparisonView, GroupView, SampleView, heading};
pub use show_elements::{ElementView, elements};
pub use show_lines::{Line, Lines, visible};
pub use show_paint::Paint;
pub use show_view::{
    ChangeView, NoteView, PlaceView, PlanView, ProblemView, RecordView, RequestView, ShareView, Shown,
    StepView,
};
pub use status::{OpenSession, OpenWrite, Overtaken, Status, WindowView};
pub use window::{Window, WindowError, time_zone, unsound};
