//! How much a rule set holds.

use super::program::{
    Condition, Content, Export, Expr, FieldOp, Import, ImportContent, ImportMember, ImportOp, Match, MatchBy,
    Message, Node, Object, Program, Variant,
};

impl Program {
    /// How many expressions the objects' rules hold; literals are none.
    pub fn expressions(&self) -> usize {
        self.objects.iter().map(object).sum()
    }
}

fn object(object: &Object) -> usize {
    all(&object.label) + object.export.as_ref().map_or(0, export) + object.import.as_ref().map_or(0, import)
}

fn export(export: &Export) -> usize {
    let lists = [&export.settled, &export.skip, &export.reject, &export.warn];
    let conditions: usize = lists.into_iter().flatten().map(condition).sum();
    let then = export.then.iter().map(|then| all(&then.when) + one(&then.until) + message(&then.message));
    all(&export.when)
        + all(&export.date)
        + conditions
        + export.variants.iter().map(variant).sum::<usize>()
        + then.sum::<usize>()
}

fn variant(variant: &Variant) -> usize {
    let messages = [Some(&variant.add), variant.modify.as_ref()];
    all(&variant.when)
        + variant.matching.as_ref().map_or(0, matching)
        + all(variant.confirm.iter().map(|confirm| &confirm.leaf.value))
        + messages.into_iter().flatten().map(message).sum::<usize>()
}

fn matching(matching: &Match) -> usize {
    let by = match &matching.by {
        MatchBy::Field(_) => 1,
        MatchBy::Value(value) => one(value),
    };
    by + all(&matching.accept) + all(&matching.otherwise)
}

fn message(message: &Message) -> usize {
    message.fields.iter().map(field).sum()
}

fn field(op: &FieldOp) -> usize {
    let content = match &op.content {
        Content::Leaf(leaf) => one(&leaf.value),
        Content::Aggregate { fields, .. } => fields.iter().map(field).sum(),
        Content::Whole { value, .. } => one(value),
    };
    all(&op.loops) + all(&op.id) + all(&op.when) + content
}

fn import(import: &Import) -> usize {
    all(&import.when)
        + import.skip.iter().map(condition).sum::<usize>()
        + import.fields.iter().map(import_field).sum::<usize>()
}

fn import_field(op: &ImportOp) -> usize {
    match &op.content {
        ImportContent::Value(value) => one(value),
        ImportContent::Struct(fields) => fields.iter().map(import_field).sum(),
        ImportContent::List(members) => members.iter().map(import_member).sum(),
    }
}

fn import_member(member: &ImportMember) -> usize {
    all(&member.loops) + all(&member.when) + member.fields.iter().map(import_field).sum::<usize>()
}

fn condition(condition: &Condition) -> usize {
    all(&condition.loops) + one(&condition.when) + one(&condition.message)
}

fn all<'e>(expressions: impl IntoIterator<Item = &'e Expr>) -> usize {
    expressions.into_iter().map(one).sum()
}

fn one(expression: &Expr) -> usize {
    usize::from(!matches!(expression.node, Node::Const(_)))
}
