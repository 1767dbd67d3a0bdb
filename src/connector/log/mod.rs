//! The log that the Web Connector keeps on the QuickBooks computer, `QWCLog.txt`: what it tells of each visit.
//!
//! Nothing in it is promised: versions write it differently, it is cut off where it was rotated, and it may be no log at
//! all. What is not understood is counted and told.

mod line;
mod meaning;
mod reading;
mod text;
mod visit;

pub use meaning::Problem;
pub use reading::{Log, LogError, read_logs};
pub use visit::{Ending, Visit, Visits};
