//! What to do with each key of a document: shapes and needs, worked out once.

use std::collections::BTreeMap;

use crate::document::{Field, FieldType, Need, ShapeId, Shapes};

/// Which node of the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeId(usize);

/// What to do with the keys of one structure.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The structure's shape.
    pub(super) shape: ShapeId,
    /// Whether it is a document, which may say so: `object` is no field.
    pub(super) is_object: bool,
    /// One per field of the shape; the index is the slot.
    pub(super) keys: Box<[KeyPlan]>,
    /// How many slots a structure gets: up to the last one that is read. The rest would be absent
    /// for ever.
    pub(super) held: usize,
    /// The slots of the fields that are always there.
    pub(super) required: Box<[usize]>,
}

/// What to do with one key.
#[derive(Clone, Debug)]
pub(super) struct KeyPlan {
    /// The key.
    pub(super) name: Box<str>,
    /// The key as it usually stands in the text: between quotes, with its colon.
    pub(super) written: Box<str>,
    /// Whether it is always there.
    pub(super) required: bool,
    /// How its value is read.
    pub(super) action: Action,
}

/// How a value is read.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// Not at all; only its keys are looked at.
    Skip(Inside),
    /// As one value.
    Scalar(Scalar),
    /// As it comes.
    Any,
    /// By a node.
    Struct(NodeId),
    /// As a list.
    List(Box<Action>),
}

/// What keys a value may have that nobody reads.
#[derive(Clone, Debug)]
pub(super) enum Inside {
    /// None, or any.
    Whatever,
    /// Those of a node.
    Struct(NodeId),
    /// Its members may have some.
    List(Box<Inside>),
}

/// The types of single values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar {
    Text {
        max: Option<u32>,
    },
    Integer,
    /// A whole number, or the id of a document that was made of a record.
    Id,
    Number,
    Boolean,
    Date,
    DateTime,
}

/// All nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    nodes: Vec<Node>,
}

impl Plan {
    /// The node with that id.
    pub(super) fn node(&self, id: NodeId) -> &Node {
        static EMPTY: std::sync::LazyLock<Node> = std::sync::LazyLock::new(|| Node {
            shape: ShapeId(u32::MAX),
            is_object: false,
            keys: Box::default(),
            held: 0,
            required: Box::default(),
        });
        // Ids come from this plan only.
        self.nodes.get(id.0).unwrap_or(&EMPTY)
    }
}

impl Node {
    /// The slot of a key. Documents have their keys in much the same order as their shape, so the
    /// search begins behind the slot that was found last.
    pub(super) fn slot(&self, key: &str, from: usize) -> Option<usize> {
        let from = from.min(self.keys.len());
        let (before, behind) = self.keys.split_at(from);
        let is_it = |plan: &KeyPlan| *plan.name == *key;
        match behind.iter().position(is_it) {
            Some(index) => Some(from + index),
            None => before.iter().position(is_it),
        }
    }
}

/// Builds a plan; shapes that are read whole, or not at all, may refer to each other in circles.
pub(super) struct Builder<'s> {
    shapes: &'s Shapes,
    plan: Plan,
    /// The nodes that read a shape whole, or nothing of it.
    simple: BTreeMap<(ShapeId, bool), NodeId>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(shapes: &'s Shapes) -> Self {
        Self { shapes, plan: Plan::default(), simple: BTreeMap::new() }
    }

    pub(super) fn finish(self) -> Plan {
        self.plan
    }

    /// The node that reads what `need` says of a structure.
    pub(super) fn node(&mut self, shape: ShapeId, need: &Need) -> NodeId {
        let simple = match need {
            Need::All => Some((shape, true)),
            Need::Nothing => Some((shape, false)),
            Need::Slots(_) => None,
        };
        if let Some(known) = simple.and_then(|simple| self.simple.get(&simple)) {
            return *known;
        }
        let id = NodeId(self.plan.nodes.len());
        let is_object = self.shapes.get(shape).is_object;
        self.plan.nodes.push(Node {
            shape,
            is_object,
            keys: Box::default(),
            held: 0,
            required: Box::default(),
        });
        if let Some(simple) = simple {
            self.simple.insert(simple, id);
        }
        let keys = self.keys(shape, need);
        if let Some(node) = self.plan.nodes.get_mut(id.0) {
            node.required =
                keys.iter().enumerate().filter(|(_, key)| key.required).map(|(slot, _)| slot).collect();
            let last = keys.iter().rposition(|key| !matches!(key.action, Action::Skip(_)));
            node.held = last.map_or(0, |last| last + 1);
            node.keys = keys;
        }
        id
    }

    fn keys(&mut self, shape: ShapeId, need: &Need) -> Box<[KeyPlan]> {
        let shapes = self.shapes;
        let fields = shapes.get(shape).fields.iter().enumerate();
        fields
            .map(|(slot, field)| KeyPlan {
                name: field.name.as_str().into(),
                written: format!("{}:", serde_json::Value::from(field.name.as_str())).into(),
                required: field.required,
                action: self.of_field(field, need.slot(slot)),
            })
            .collect()
    }

    /// A document that was made of a record has an id of its own kind.
    fn of_field(&mut self, field: &Field, need: &Need) -> Action {
        match self.action(&field.ty, need) {
            Action::Scalar(Scalar::Integer) if field.name == "id" => Action::Scalar(Scalar::Id),
            action => action,
        }
    }

    fn action(&mut self, ty: &FieldType, need: &Need) -> Action {
        if matches!(need, Need::Nothing) {
            return Action::Skip(self.inside(ty));
        }
        match ty {
            FieldType::Text { max } => Action::Scalar(Scalar::Text { max: *max }),
            FieldType::Integer => Action::Scalar(Scalar::Integer),
            FieldType::Number => Action::Scalar(Scalar::Number),
            FieldType::Boolean => Action::Scalar(Scalar::Boolean),
            FieldType::Date => Action::Scalar(Scalar::Date),
            FieldType::DateTime => Action::Scalar(Scalar::DateTime),
            FieldType::Any => Action::Any,
            FieldType::Struct(shape) => Action::Struct(self.node(*shape, need)),
            FieldType::List(member) => Action::List(Box::new(self.action(member, need))),
        }
    }

    fn inside(&mut self, ty: &FieldType) -> Inside {
        match ty {
            FieldType::Struct(shape) => Inside::Struct(self.node(*shape, &Need::Nothing)),
            FieldType::List(member) => match self.inside(member) {
                Inside::Whatever => Inside::Whatever,
                inside => Inside::List(Box::new(inside)),
            },
            _ => Inside::Whatever,
        }
    }
}
