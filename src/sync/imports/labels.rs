//! What people call the fields of documents: as their lists do, or else as their names say.

use crate::catalogue::words;
use crate::rules::program::List;
use crate::sync::imports::merge::FieldUpdate;

/// What people call the field at a way such as `contacts[1].name`.
pub fn field_label(list: Option<&List>, way: &str) -> String {
    let plain: Vec<&str> = way.split('.').map(|step| step.split('[').next().unwrap_or(step)).collect();
    let plain = plain.join(".");
    let of = |list: &'_ List| {
        let lines = list.lines.iter().flat_map(|lines| &lines.columns);
        let mut all = list.columns.iter().chain(&list.details).chain(lines);
        all.find(|column| column.field.as_deref() == Some(&plain)).map(|column| column.label.clone())
    };
    if let Some(label) = list.and_then(of) {
        return label;
    }
    let told: Vec<String> = plain.split('.').map(words).collect();
    let told = told.join(", ");
    let mut letters = told.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same updates, each with what people call its field.
pub fn labelled(list: Option<&List>, updates: &[FieldUpdate]) -> Vec<FieldUpdate> {
    let one = |it: &FieldUpdate| FieldUpdate { field: field_label(list, &it.field), ..it.clone() };
    updates.iter().map(one).collect()
}
