//! Which records a rule set wants to know: those must have been read before anything is decided.

use std::collections::BTreeSet;

use crate::catalogue;

use super::program::{Content, Export, Expr, FieldOp, MatchBy, Node, Program, Variant};

/// The record types that rules look at, and the queries that their matches name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// Record types, such as `CustomerRet`.
    pub records: BTreeSet<&'static str>,
    /// Queries, such as `CustomerQueryRq`.
    pub queries: BTreeSet<&'static str>,
    /// Whether rules look at fields that people or applications have added to records: QuickBooks gives them only if
    /// they are asked for.
    pub added_fields: bool,
}

impl Program {
    /// Everything of QuickBooks that exports match, refer to or must not collide with, and that
    /// imports come from.
    pub fn mentioned(&self) -> Mentioned {
        let mut found = Mentioned::default();
        for object in &self.objects {
            if let Some(export) = &object.export {
                found.export(export);
            }
            if let Some(import) = &object.import {
                found.records.extend(&import.from);
            }
        }
        found
    }
}

impl Mentioned {
    fn export(&mut self, export: &Export) {
        self.records.extend(&export.unique_with);
        export.near.iter().for_each(|near| self.expr(&near.then));
        for variant in &export.variants {
            self.variant(variant);
        }
        for then in &export.then {
            then.when.iter().chain([&then.until]).for_each(|expr| self.expr(expr));
            self.fields(&then.message.fields);
        }
    }

    fn variant(&mut self, variant: &Variant) {
        self.records.insert(variant.record);
        if let Some(matching) = &variant.matching {
            self.records.extend(&matching.records);
            self.queries.insert(matching.request.name());
            if let MatchBy::Value(expr) = &matching.by {
                self.expr(expr);
            }
            matching.under.iter().chain(&matching.accept).for_each(|expr| self.expr(expr));
        }
        variant.confirm.iter().for_each(|confirm| self.expr(&confirm.leaf.value));
        self.fields(&variant.add.fields);
        if let Some(modify) = &variant.modify {
            self.fields(&modify.fields);
        }
    }

    fn fields(&mut self, fields: &[FieldOp]) {
        for field in fields {
            field.loops.iter().chain(&field.when).for_each(|expr| self.expr(expr));
            match &field.content {
                Content::Leaf(leaf) => self.expr(&leaf.value),
                Content::Whole { value, .. } => self.expr(value),
                Content::Aggregate { fields, .. } => self.fields(fields),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        self.node(&expr.node);
    }

    fn node(&mut self, node: &Node) {
        if let Node::Record { records, .. } = node {
            self.records.extend(records.iter());
        }
        if let Node::RecordWhere(sought) = node {
            self.records.extend(sought.records.iter());
        }
        if let Node::Element { name, .. } = node {
            self.added_fields |= catalogue::record(name).is_some_and(|it| it.child("OwnerID").is_some());
        }
        for inner in node.parts() {
            self.node(inner);
        }
    }
}
