//! What QuickBooks asks beyond the schema: requests that are valid and that it refuses all the same, or
//! changes without a word.
//!
//! The constraints are data (`data/constraints.yaml`). This room reads them; it looks at no request.

mod constraint;
mod load;
mod path;

pub use constraint::{Consequence, Constraint, Test};
pub use load::{constraints, constraints_of};
pub use path::{Path, Start};
