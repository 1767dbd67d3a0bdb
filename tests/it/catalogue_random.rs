//! Requests edited at random: we and Intuit's schema agree on which are still valid.

use ferrule::catalogue;
use ferrule::xml::{Content, Node};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::catalogue_instances::{Maker, variants};
use crate::catalogue_mutants::is_lax;
use crate::catalogue_proof::{in_dispute, ours_on, schema_on};

/// How many requests are edited.
const REQUESTS: usize = 3000;

/// An edit of the children of one aggregate.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Remove(usize),
    Swap(usize, usize),
    Double(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => any::<usize>().prop_map(Edit::Remove),
        1 => any::<(usize, usize)>().prop_map(|(one, other)| Edit::Swap(one, other)),
        1 => any::<usize>().prop_map(Edit::Double),
    ]
}

/// Edits the aggregate that `way` leads to: at each step one of the aggregates among the children.
fn apply(node: &mut Node, way: &[usize], edit: Edit) {
    let Content::Children(children) = &mut node.content else {
        return;
    };
    let mut inner: Vec<_> = children.iter_mut().filter(|it| !it.children().is_empty()).collect();
    if let ([first, rest @ ..], 1..) = (way, inner.len()) {
        let count = inner.len();
        return apply(inner.swap_remove(first % count), rest, edit);
    }
    if let count @ 1.. = children.len() {
        match edit {
            Edit::Remove(place) => {
                children.remove(place % count);
            }
            Edit::Swap(one, other) => children.swap(one % count, other % count),
            Edit::Double(place) => {
                let double = children[place % count].clone();
                children.insert(place % count, double);
            }
        }
    }
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn what_is_edited_at_random_is_valid_to_both_or_to_none() {
    let requests: Vec<_> = catalogue::requests().filter(|request| !request.is_abroad()).collect();
    let way = prop::collection::vec(any::<usize>(), 1..4);
    let edits = prop::collection::vec((way, edit()), 1..4);
    let strategy = (prop::sample::select(requests), any::<usize>(), edits);
    let mut runner = TestRunner::deterministic();
    let mut edited = Vec::new();
    while edited.len() < REQUESTS {
        let (request, variant, edits) = strategy.new_tree(&mut runner).unwrap().current();
        let mut node = Maker::new(true).node(request, variant % variants(request));
        for (way, edit) in edits {
            apply(&mut node, &way, edit);
        }
        if !in_dispute(&node) {
            edited.push((request, node));
        }
    }
    let mut valid = 0;
    for ((request, node), schema) in edited.iter().zip(schema_on(edited.iter().map(|(_, node)| node))) {
        let ours = ours_on(node, *request);
        valid += usize::from(ours.is_none());
        let lax = schema.is_none() && ours.as_deref().is_some_and(is_lax);
        assert!(ours.is_none() == schema.is_none() || lax, "{ours:?} {schema:?} {}", node.to_xml());
    }
    // Neither answer is rare, or the test would say little.
    assert!((REQUESTS / 5..REQUESTS * 4 / 5).contains(&valid), "{valid} are valid");
}
