//! What a filter of the settings lets pass, before anybody keeps it.

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

/// How many records a filter lets pass, each given by its type and its full name, and how many there are; nothing if the
/// filter is none.
pub fn passing<'r>(
    filter: &str,
    records: impl IntoIterator<Item = (&'r str, &'r str)>,
) -> Option<(usize, usize)> {
    let (mut passed, mut all) = (0, 0);
    for (record_type, name) in records {
        passed += usize::from(passes_filter(filter, record_type, name).ok()?);
        all += 1;
    }
    Some((passed, all))
}

fn reads(import: &Import, setting: usize) -> bool {
    let asks = |condition: &Condition| in_node(&condition.when.node, setting);
    import.when.as_ref().is_some_and(|when| in_node(&when.node, setting)) || import.skip.iter().any(asks)
}

fn in_node(node: &Node, setting: usize) -> bool {
    matches!(node, Node::Setting(index) if *index == setting)
        || node.parts().into_iter().any(|part| in_node(part, setting))
}
