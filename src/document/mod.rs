//! Steelhead documents: what they look like (shapes), what rules see of them (values).
//!
//! A document arrives as JSON and is decoded against its shape into [`Value`]s; only the fields
//! that the rules read are kept. Nothing here knows which objects exist: that is said by the rule
//! set's `shapes/*.yaml`.

mod canonical;
mod check;
mod code;
mod day;
mod decode;
mod json;
mod json_schema;
mod of_record;
mod position;
mod problem;
mod scan;
mod shape;
mod suggest;
mod value;

pub use canonical::canonical;
pub use check::unknown_fields;
pub use code::{Code, UnknownCode};
pub(crate) use day::is_date;
pub(crate) use decode::not_utf8;
pub use decode::{Decoder, Document};
pub(crate) use json::{entries, members, syntax_problem};
pub use json_schema::json_schema;
pub use of_record::{id_of_record, is_id_of_record};
pub use position::{Origin, Position};
pub use problem::DocumentProblem;
pub(crate) use scan::value_length;
pub use shape::{Field, FieldType, Need, Shape, ShapeId, Shapes};
pub use suggest::nearest;
pub use value::{Map, Reference, Structure, Value};
