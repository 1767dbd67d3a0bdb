//! The things of a program that cases can try, each an expression with its place.

use crate::rules::Program;
use crate::rules::program::{
    Condition, Content, Export, Expr, FieldOp, Import, ImportContent, ImportOp, MatchBy, Variant,
};

/// What an expression is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The `when` of a condition.
    Condition,
    /// Any other `when`.
    Branch,
    /// What an element or a field becomes.
    Value,
    /// Words for people.
    Words,
    /// Something that goes with these, such as a loop.
    Beside,
}

/// Is handed each expression of a program with what it is for and what people call it.
struct Visitor<'v> {
    visit: &'v mut dyn FnMut(Role, &str, &Expr),
}

/// Goes over all expressions of a program.
pub(super) fn visit(program: &Program, visit: &mut dyn FnMut(Role, &str, &Expr)) {
    let mut visitor = Visitor { visit };
    for object in &program.objects {
        let name = &object.name;
        if let Some(export) = &object.export {
            // Of what is only imported the pages alone show it.
            visitor.some(Role::Words, &format!("{name}: label"), &object.label);
            visitor.export(name, export);
        }
        if let Some(import) = &object.import {
            visitor.import(name, import);
        }
    }
}

impl Visitor<'_> {
    fn some<'e>(&mut self, role: Role, what: &str, expressions: impl IntoIterator<Item = &'e Expr>) {
        expressions.into_iter().for_each(|expr| (self.visit)(role, what, expr));
    }

    fn export(&mut self, name: &str, export: &Export) {
        self.some(Role::Branch, &format!("{name}: `when` of the export"), export.when.as_ref());
        self.some(Role::Beside, &format!("{name}: date"), export.date.as_ref());
        for conditions in [&export.settled, &export.skip, &export.reject, &export.warn] {
            self.conditions(name, conditions);
        }
        self.some(Role::Beside, &format!("{name}: near"), export.near.iter().map(|near| &near.then));
        for variant in &export.variants {
            self.variant(name, variant);
        }
        for then in &export.then {
            self.some(Role::Branch, &format!("{name}: `when` of {}", then.id), then.when.as_ref());
            self.some(Role::Branch, &format!("{name}: `until` of {}", then.id), [&then.until]);
            self.fields(then.message.body.name(), &then.message.fields);
        }
    }

    fn variant(&mut self, name: &str, variant: &Variant) {
        let called = variant.name.clone().unwrap_or_default();
        self.some(Role::Branch, &format!("{name}: `when` of the variant {called}"), variant.when.as_ref());
        if let Some(matching) = &variant.matching {
            let what = format!("{name}: match");
            if let MatchBy::Value(value) = &matching.by {
                self.some(Role::Beside, &what, [value]);
            }
            self.some(Role::Beside, &what, &matching.under);
            self.some(Role::Branch, &format!("{name}: `accept` of the match"), &matching.accept);
            self.some(Role::Words, &what, &matching.otherwise);
        }
        let add = variant.add.body.name();
        for message in std::iter::once(&variant.add).chain(&variant.modify) {
            self.fields(add, &message.fields);
        }
        for confirm in &variant.confirm {
            let what = format!("{name}: confirm {}", confirm.path);
            self.some(Role::Value, &what, [&confirm.leaf.value]);
        }
    }

    fn conditions(&mut self, object: &str, conditions: &[Condition]) {
        for condition in conditions {
            let what = format!("{object}: {}", condition.id);
            self.some(Role::Condition, &what, [&condition.when]);
            self.some(Role::Words, &what, [&condition.message]);
            self.some(Role::Beside, &what, &condition.loops);
            self.some(Role::Branch, &format!("`until` of {what}"), &condition.until);
        }
    }

    fn fields(&mut self, within: &str, fields: &[FieldOp]) {
        for op in fields {
            let element = op.element.name();
            // What changes a record is written once in the rules, with what creates it.
            let element = element.strip_suffix("Mod").map_or(element.into(), |stem| format!("{stem}Add"));
            let path = format!("{within}/{element}");
            self.some(Role::Beside, &path, op.loops.iter().chain(&op.id));
            self.some(Role::Branch, &format!("`when` of {path}"), op.when.as_ref());
            match &op.content {
                Content::Leaf(leaf) => self.some(Role::Value, &path, [&leaf.value]),
                Content::Whole { value, .. } => self.some(Role::Value, &path, [value]),
                Content::Aggregate { fields, .. } => self.fields(&path, fields),
            }
        }
    }

    fn import(&mut self, name: &str, import: &Import) {
        self.some(Role::Branch, &format!("{name}: `when` of the import"), import.when.as_ref());
        self.conditions(name, &import.skip);
        self.some(Role::Beside, &format!("{name}: overwrite"), &import.overwrite);
        self.imported(name, &import.fields);
    }

    fn imported(&mut self, within: &str, fields: &[ImportOp]) {
        for op in fields {
            let path = format!("{within}.{}", op.name);
            match &op.content {
                ImportContent::Value(value) => self.some(Role::Value, &format!("import of {path}"), [value]),
                ImportContent::Struct(fields) => self.imported(&path, fields),
                ImportContent::List(members) => {
                    for member in members {
                        self.some(Role::Beside, &path, &member.loops);
                        self.some(Role::Branch, &format!("`when` of import of {path}"), member.when.as_ref());
                        self.imported(&path, &member.fields);
                    }
                }
            }
        }
    }
}
