//! The things of a program that cases can try, each an expression with its place.

use crate::rules::Program;
use crate::rules::program::{
    Condition, Content, Export, Expr, FieldOp, Import, ImportContent, ImportOp, Variant,
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
    /// Something that goes with these, such as the words of a condition.
    Beside,
}

/// Is handed each expression of a program with what it is for and what people call it.
pub(super) struct Visitor<'v> {
    visit: &'v mut dyn FnMut(Role, &str, &mut Expr),
}

/// Goes over all expressions of a program.
pub(super) fn visit(program: &mut Program, visit: &mut dyn FnMut(Role, &str, &mut Expr)) {
    let mut visitor = Visitor { visit };
    for object in &mut program.objects {
        let name = object.name.clone();
        visitor.some(Role::Beside, &format!("{name}: label"), object.label.as_mut());
        if let Some(export) = &mut object.export {
            visitor.export(&name, export);
        }
        if let Some(import) = &mut object.import {
            visitor.import(&name, import);
        }
    }
}

impl Visitor<'_> {
    fn some<'e>(&mut self, role: Role, what: &str, expressions: impl IntoIterator<Item = &'e mut Expr>) {
        expressions.into_iter().for_each(|expr| (self.visit)(role, what, expr));
    }

    fn export(&mut self, name: &str, export: &mut Export) {
        self.some(Role::Branch, &format!("{name}: `when` of the export"), export.when.as_mut());
        self.some(Role::Beside, &format!("{name}: date"), export.date.as_mut());
        for conditions in [&mut export.settled, &mut export.skip, &mut export.reject, &mut export.warn] {
            self.conditions(name, conditions);
        }
        for variant in &mut export.variants {
            self.variant(name, variant);
        }
        for then in &mut export.then {
            self.some(Role::Branch, &format!("{name}: `when` of {}", then.id), then.when.as_mut());
            self.some(Role::Beside, &format!("{name}: `until` of {}", then.id), [&mut then.until]);
            self.fields(then.message.body.name(), &mut then.message.fields);
        }
    }

    fn variant(&mut self, name: &str, variant: &mut Variant) {
        let called = variant.name.clone().unwrap_or_default();
        self.some(Role::Branch, &format!("{name}: `when` of the variant {called}"), variant.when.as_mut());
        if let Some(matching) = &mut variant.matching {
            let parts = [&mut matching.under, &mut matching.accept, &mut matching.otherwise];
            self.some(Role::Beside, &format!("{name}: match"), parts.into_iter().flatten());
        }
        // What changes a record is written once in the rules, with what creates it.
        let add = variant.add.body.name();
        for message in std::iter::once(&mut variant.add).chain(&mut variant.modify) {
            self.fields(add, &mut message.fields);
        }
        for confirm in &mut variant.confirm {
            let what = format!("{name}: confirm {}", confirm.path);
            self.some(Role::Value, &what, [&mut confirm.leaf.value]);
        }
    }

    fn conditions(&mut self, object: &str, conditions: &mut [Condition]) {
        for condition in conditions {
            let what = format!("{object}: {}", condition.id);
            self.some(Role::Condition, &what, [&mut condition.when]);
            self.some(Role::Beside, &what, condition.loops.iter_mut().chain([&mut condition.message]));
        }
    }

    fn fields(&mut self, within: &str, fields: &mut [FieldOp]) {
        for op in fields {
            let path = format!("{within}/{}", op.element.name());
            self.some(Role::Beside, &path, op.loops.iter_mut().chain(&mut op.id));
            self.some(Role::Branch, &format!("`when` of {path}"), op.when.as_mut());
            match &mut op.content {
                Content::Leaf(leaf) => self.some(Role::Value, &path, [&mut leaf.value]),
                Content::Whole { value, .. } => self.some(Role::Value, &path, [value]),
                Content::Aggregate { fields, .. } => self.fields(&path, fields),
            }
        }
    }

    fn import(&mut self, name: &str, import: &mut Import) {
        self.some(Role::Branch, &format!("{name}: `when` of the import"), import.when.as_mut());
        self.conditions(name, &mut import.skip);
        self.imported(name, &mut import.fields);
    }

    fn imported(&mut self, within: &str, fields: &mut [ImportOp]) {
        for op in fields {
            let path = format!("{within}.{}", op.name);
            match &mut op.content {
                ImportContent::Value(value) => self.some(Role::Value, &format!("import of {path}"), [value]),
                ImportContent::Struct(fields) => self.imported(&path, fields),
                ImportContent::List(members) => {
                    for member in members {
                        self.some(Role::Beside, &path, &mut member.loops);
                        self.some(Role::Branch, &format!("`when` of import of {path}"), member.when.as_mut());
                        self.imported(&path, &mut member.fields);
                    }
                }
            }
        }
    }
}
