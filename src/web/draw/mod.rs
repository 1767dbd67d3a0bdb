//! What several pages draw.

pub mod chart;
pub mod deed;
pub mod differing;
pub mod finding;
pub mod highlight;
pub mod json_view;
pub mod qbxml_view;
pub mod sheet;
pub mod step_card;
pub mod timeline;
pub mod told;
