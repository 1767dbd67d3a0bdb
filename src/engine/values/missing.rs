//! Which setting a condition is about.

use std::sync::Arc;

use crate::document::Value;
use crate::engine::terms::about_setting::AboutSetting;
use crate::rules::program::{Condition, Node, Operator};

use super::eval::Evaluator;

impl Evaluator<'_> {
    /// The setting that a condition which holds is about: one that nobody has filled in, or the one that the rules name.
    pub(in crate::engine) fn about_setting(&self, condition: &Condition) -> Option<AboutSetting> {
        let missing = self.missing_setting(&condition.when.node).map(AboutSetting::Missing);
        missing.or_else(|| condition.setting.clone().map(AboutSetting::Named))
    }

    /// The first setting that a condition asks for (`settings.x == ()`, `!exists(settings.x)`, also in a function that it
    /// calls) and that nobody has filled in.
    fn missing_setting(&self, condition: &Node) -> Option<Arc<str>> {
        let asked = match condition {
            Node::Binary(Operator::Equal, left, right) => match (left.as_ref(), right.as_ref()) {
                (of, Node::Const(Value::Absent)) | (Node::Const(Value::Absent), of) => {
                    self.absent_setting(of)
                }
                _ => None,
            },
            Node::Call(function, arguments, _) if ["exists", "empty"].contains(&function.name) => {
                arguments.iter().find_map(|of| self.absent_setting(of))
            }
            _ => None,
        };
        asked.or_else(|| condition.parts().into_iter().find_map(|part| self.missing_setting(part)))
    }

    /// The first setting in an expression that has no value.
    fn absent_setting(&self, node: &Node) -> Option<Arc<str>> {
        match node {
            Node::Setting(index) => {
                let is_absent = self.context.settings.get(*index).is_none_or(Value::is_absent);
                self.program.settings.names().nth(*index).filter(|_| is_absent).map(Arc::from)
            }
            _ => node.parts().into_iter().find_map(|part| self.absent_setting(part)),
        }
    }
}
