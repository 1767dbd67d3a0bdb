//! What to do when QuickBooks has a record of nearly the name that one is to be created with.

use crate::document::Code;

use super::program::Near;
use crate::rules::check::environment::Environment;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::file::{Fold, NearFile};

/// The words that `then` may give.
const THEN: [&str; 2] = ["hold", "warn"];

/// Compiles it.
pub fn near(env: &mut Environment<'_, '_>, file: &NearFile) -> Near {
    let folds = |fold: Fold| file.fold.is_empty() || file.fold.contains(&fold);
    let checked = env.value(&file.then);
    match &checked.ty {
        Type::Text(text) => {
            let values = text.values.iter().flat_map(|values| values.iter());
            let wrong =
                values.into_iter().find(|value| !THEN.iter().any(|it| it.eq_ignore_ascii_case(value)));
            if let Some(wrong) = wrong {
                let message = format!("`then` is `hold` or `warn`, not `{wrong}`");
                let help = did_you_mean(wrong, THEN).or_else(|| Some("write `hold` or `warn`".to_owned()));
                env.tell(Diagnostic::error(Code::UnknownChoice, file.then.span, message).help_if(help));
            }
        }
        Type::Any => {}
        other => {
            let message = format!("`then` is `hold` or `warn`; this is {}", other.phrase(env.checker.shapes));
            env.tell(Diagnostic::error(Code::WrongKind, file.then.span, message));
        }
    }
    Near { words: folds(Fold::Words), parent: folds(Fold::Parent), then: checked.expr }
}
