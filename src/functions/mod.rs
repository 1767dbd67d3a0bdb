//! The functions that expressions and scripts may call. Each says its name, what it takes and gives,
//! and examples; the examples are run as tests and printed in the handbook.
//!
//! All are pure: values in, a value out. `connection()` and `record()` are not here, because they
//! depend on what is known of QuickBooks: the checker turns them into nodes of their own.

mod argument;
mod cache;
mod choose;
mod date;
mod equal;
mod exact;
mod filter;
mod function;
mod list;
mod money;
mod number;
mod parts;
mod presence;
mod quickbooks;
mod spelt;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod written;

pub use equal::equals;
pub use exact::{exact_product, exact_sum};
pub use filter::{filter_doubts, passes_filter};
pub use function::{Args, Function, Param, ParamKind, Returns};
pub use number::{ROUND_NAME, rounded_to};
pub use parts::check_pattern;
pub use quickbooks::ADDRESS_OVERFLOW;
pub use table::{all, find};
pub use written::{NumberText, number_text, shared_text, to_text};
