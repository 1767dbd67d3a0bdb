//! Steelhead documents: what they look like (shapes), what rules see of them (values).
//!
//! A document arrives as JSON and is decoded against its shape into [`Value`]s; only the fields
//! that the rules read are kept. Nothing here knows which objects exist: that is said by the rule
//! set's `shapes/*.yaml`.

mod shape;
mod value;

pub use shape::{Field, FieldType, Need, Shape, ShapeId, Shapes};
pub use value::{Map, Reference, Structure, Value};
