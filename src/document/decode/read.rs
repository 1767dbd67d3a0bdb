//! Structures and lists straight from the JSON text; what nobody reads is passed over.

use std::sync::Arc;

use super::any::any;
use super::at::{At, Run};
use super::key::{Key, SlotSet};
use super::plan::{Action, Inside, KeyPlan, Node};
use super::scalar::scalar;
use crate::document::Code;
use crate::document::json::MAX_DEPTH;
use crate::document::scan::{Raw, Scan, Seen};
use crate::document::{Structure, Value};

/// Reads one value as its action says, into a place that is absent so far and stays so when the
/// value is null or something is wrong with it. Tells whether it is there: false for null.
///
/// (Values are written where they belong because handing them up through results, one frame after
/// the other, was a third of the time.)
fn value(scan: &mut Scan<'_>, at: &At<'_>, action: &Action, into: &mut Value) -> Seen<bool> {
    match (action, scan.peek()) {
        (_, Some(b'n')) => scan.pass().map(|()| false),
        (Action::Skip(inside), _) => pass(scan, at.run, inside, at.depth()).map(|()| true),
        (Action::Scalar(kind), _) => Ok(scalar(at, *kind, scan.raw()?, into)),
        (Action::Any, _) => {
            let value = any(at, scan.raw()?.text, 1);
            let there = value.is_some();
            *into = value.unwrap_or_default();
            Ok(there)
        }
        _ if at.depth() > MAX_DEPTH => {
            scan.pass()?;
            at.error(Code::DocumentTooLarge, format!("more than {MAX_DEPTH} levels of lists and structures"));
            Ok(true)
        }
        (Action::Struct(node), Some(b'{')) => {
            structure(scan, at, at.run.plan.node(*node), into)?;
            Ok(true)
        }
        (Action::Struct(_), _) => Ok(refuse(at, "a structure", scan.raw()?.text)),
        (Action::List(member), Some(b'[')) => {
            list(scan, at, member, into)?;
            Ok(true)
        }
        (Action::List(_), _) => Ok(refuse(at, "a list", scan.raw()?.text)),
    }
}

/// What stands here is there, but of no use.
fn refuse(at: &At<'_>, expected: &str, raw: &str) -> bool {
    let found = match raw.as_bytes().first() {
        Some(b'{') => "a structure",
        Some(b'[') => "a list",
        Some(b'"') => "text",
        Some(b't') => "`true`",
        Some(b'f') => "`false`",
        _ => "a number",
    };
    at.error(Code::WrongFieldType, format!("expected {expected}, found {found}"));
    true
}

/// Reads a structure, which begins here, by its node.
pub(super) fn structure(scan: &mut Scan<'_>, at: &At<'_>, node: &Node, into: &mut Value) -> Seen<()> {
    let mut all: Arc<[Value]> = (0..node.held).map(|_| Value::Absent).collect();
    // Nobody else has it yet.
    let slots = Arc::get_mut(&mut all).unwrap_or_default();
    let mut passed = Value::Absent;
    let mut seen = SlotSet::default();
    let mut from = 0;
    let mut objects = 0;
    let mut more = scan.enter(b'}');
    while more {
        let key = match node.keys.get(from) {
            Some(next) if scan.is_key(&next.written) => Key::Slot(from),
            _ => key(scan.key()?, at, node, from),
        };
        if let Key::Slot(slot) = key
            && let Some(plan) = node.keys.get(slot)
        {
            from = slot + 1;
            // What is passed over has no place, and needs none.
            let place = slots.get_mut(slot).unwrap_or(&mut passed);
            read_slot(scan, at, plan, seen.insert(slot), place)?;
        } else {
            scan.pass()?;
            objects += usize::from(matches!(key, Key::Object));
        }
        more = scan.more(b'}')?;
    }
    if objects > 1 {
        at.key("object").duplicate(Code::DuplicateKey, "the key `object` occurs twice");
    }
    report_missing(at, node, &seen);
    *into = Value::Structure(Structure { shape: node.shape, slots: all });
    Ok(())
}

/// What a key is; the search begins at the slot `from`.
fn key(raw: Raw<'_>, at: &At<'_>, node: &Node, from: usize) -> Key {
    let Some(key) = raw.unquoted() else {
        at.error(Code::NotJson, "not JSON: half of a surrogate pair in a key");
        return Key::Unknown;
    };
    match node.slot(&key, from) {
        Some(slot) => Key::Slot(slot),
        None if at.depth() == 0 && key == "object" => Key::Object,
        None => {
            at.run.see_unknown(&key, node);
            Key::Unknown
        }
    }
}

/// Passes over a value that nobody reads, with a look at its keys.
fn pass(scan: &mut Scan<'_>, run: &Run<'_>, inside: &Inside, depth: usize) -> Seen<()> {
    match (inside, scan.peek()) {
        (Inside::Struct(node), Some(b'{')) if depth <= MAX_DEPTH => {
            pass_structure(scan, run, run.plan.node(*node), depth)
        }
        (Inside::List(member), Some(b'[')) => {
            let mut more = scan.enter(b']');
            while more {
                pass(scan, run, member, depth + 1)?;
                more = scan.more(b']')?;
            }
            Ok(())
        }
        _ => scan.pass(),
    }
}

fn pass_structure(scan: &mut Scan<'_>, run: &Run<'_>, node: &Node, depth: usize) -> Seen<()> {
    let mut from = 0;
    let mut more = scan.enter(b'}');
    while more {
        let slot = match node.keys.get(from) {
            Some(next) if scan.is_key(&next.written) => Some(from),
            _ => {
                let key = scan.key()?.unquoted().unwrap_or_default();
                let slot = node.slot(&key, from);
                if slot.is_none() {
                    run.see_unknown(&key, node);
                }
                slot
            }
        };
        match slot.and_then(|slot| node.keys.get(slot)) {
            Some(KeyPlan { action: Action::Skip(inside), .. }) => pass(scan, run, inside, depth + 1)?,
            _ => scan.pass()?,
        }
        from = slot.map_or(from, |slot| slot + 1);
        more = scan.more(b'}')?;
    }
    Ok(())
}

/// Reads the value of the key that was read last.
fn read_slot(scan: &mut Scan<'_>, at: &At<'_>, plan: &KeyPlan, is_first: bool, into: &mut Value) -> Seen<()> {
    let here = at.key(&plan.name);
    if !is_first {
        here.duplicate(Code::DuplicateKey, format!("the key `{}` occurs twice", plan.name));
        return scan.pass();
    }
    let is_there = value(scan, &here, &plan.action, into)?;
    if !is_there && plan.required {
        here.error(Code::MissingField, format!("`{}` must not be null", plan.name));
    }
    Ok(())
}

fn report_missing(at: &At<'_>, node: &Node, seen: &SlotSet) {
    for slot in &node.required {
        if !seen.contains(*slot)
            && let Some(plan) = node.keys.get(*slot)
        {
            at.error(Code::MissingField, format!("`{}` is missing", plan.name));
        }
    }
}

/// Reads a list, which begins here, each member by one action.
fn list(scan: &mut Scan<'_>, at: &At<'_>, action: &Action, into: &mut Value) -> Seen<()> {
    let mut values = Vec::new();
    let mut more = scan.enter(b']');
    while more {
        let here = at.index(values.len());
        let mut member = Value::Absent;
        if !value(scan, &here, action, &mut member)? {
            here.error(Code::WrongFieldType, "a list must not hold null");
        }
        values.push(member);
        more = scan.more(b']')?;
    }
    *into = Value::List(values.into());
    Ok(())
}
