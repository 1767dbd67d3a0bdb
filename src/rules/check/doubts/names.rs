//! Names that hide others, and functions that take the name of a provided one.

use crate::document::Code;
use crate::functions;
use crate::rules::check::checker::Checker;
use crate::rules::check::scope::Scope;
use crate::rules::check::script::ScriptFunction;
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;

/// Tells that a new variable hides another one.
pub fn hides(checker: &mut Checker<'_>, scope: &Scope, name: &str, at: Span) {
    if name == "settings" || scope.find(name).is_some() {
        let message = format!("this `{name}` hides the `{name}` that is seen here already");
        checker.tell(Diagnostic::warning(Code::HidesName, at, message).help("give it a name of its own"));
    }
}

/// Tells of a function that has the name of one that is provided.
pub fn provided(function: &ScriptFunction, diagnostics: &mut Diagnostics) {
    let name = function.name.as_str();
    if functions::find(name).is_none() && !super::super::calls::is_special(name) {
        return;
    }
    let message = format!("the function `{name}` is provided; this one would replace it in all rules");
    let help = format!("give it a name of its own, such as `own_{name}`, and call that");
    diagnostics.push(Diagnostic::error(Code::ProvidedFunction, function.span, message).help(help));
}
