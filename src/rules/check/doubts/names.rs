//! Names that hide others.

use crate::document::Code;
use crate::rules::check::checker::Checker;
use crate::rules::check::scope::Scope;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;

/// Tells that a new variable hides another one.
pub fn hides(checker: &mut Checker<'_>, scope: &Scope, name: &str, at: Span) {
    if name == "settings" || scope.find(name).is_some() {
        let message = format!("this `{name}` hides the `{name}` that is seen here already");
        checker.tell(Diagnostic::warning(Code::HidesName, at, message).help("give it a name of its own"));
    }
}
