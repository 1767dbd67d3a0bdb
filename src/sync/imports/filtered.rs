//! What a filter of the settings lets pass, before anybody keeps it.

use crate::document::Value;
use crate::functions::passes_filter;
use crate::rules::Program;
use crate::rules::program::{Condition, Import, Node};

/// The types of the records that imports judge by a setting.
pub fn judged_by(program: &Program, setting: &str) -> Vec<&'static str> {
    let Some((index, _)) = program.settings.find(setting) else { return Vec::new() };
    let imports = program.objects.iter().filter_map(|object| object.import.as_ref());
    let mut types: Vec<&'static str> = imports
        .filter(|import| reads(import, index))
        .flat_map(|import| import.from.iter().copied())
        .collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// How many of the records a filter lets pass, and how many there are; nothing if the filter is none.
pub fn passing(filter: &str, records: &[Value]) -> Option<(usize, usize)> {
    let mut passed = 0;
    for record in records {
        passed += usize::from(passes_filter(filter, record).ok()?);
    }
    Some((passed, records.len()))
}

fn reads(import: &Import, setting: usize) -> bool {
    let asks = |condition: &Condition| in_node(&condition.when.node, setting);
    import.when.as_ref().is_some_and(|when| in_node(&when.node, setting)) || import.skip.iter().any(asks)
}

fn in_node(node: &Node, setting: usize) -> bool {
    matches!(node, Node::Setting(index) if *index == setting)
        || node.parts().into_iter().any(|part| in_node(part, setting))
}
