//! What the lines and the errors of the log mean. The words are in `data/`.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalogue::{self, StatusCode, Who};

use super::visit::Ending;

static LINES: LazyLock<Vec<(Tells, Regex)>> = LazyLock::new(|| {
    let lines: Vec<LineFile> = read(include_str!("data/lines.yaml"));
    lines.into_iter().filter_map(|line| Some((line.tells, Regex::new(&line.says).ok()?))).collect()
});
/// The same patterns at once: most lines tell nothing, and a log may have millions.
static ANY: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(LINES.iter().map(|(_, pattern)| pattern.as_str())).ok());
static CAUSES: LazyLock<Vec<(Regex, Cause)>> = LazyLock::new(|| {
    let causes: Vec<Cause> = read(include_str!("data/causes.yaml"));
    causes.into_iter().filter_map(|cause| Some((Regex::new(&cause.says).ok()?, cause))).collect()
});
static ENDINGS: LazyLock<Vec<EndingFile>> = LazyLock::new(|| read(include_str!("data/endings.yaml")));

/// The texts are embedded and tests read them, so a user never meets one that cannot be read.
fn read<T: DeserializeOwned + Default>(text: &str) -> T {
    serde_yaml::from_str(text).unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFile {
    tells: Tells,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cause {
    says: String,
    happened: String,
    #[serde(rename = "cause")]
    reason: String,
    who: Who,
    how: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndingFile {
    ending: Ending,
    happened: String,
    who: Who,
    how: String,
}

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// A visit begins.
    Begins,
    /// It is over.
    Ends,
    /// The application that is visited.
    Application,
    /// Its address.
    Address,
    /// A call of the service.
    Calls,
    /// The service's answer to a call.
    Answered,
    /// The Web Connector's version.
    Version,
    /// What the service makes of the password.
    Verdict,
    /// A message set goes to QuickBooks.
    Asks,
    /// QuickBooks has answered.
    Hears,
    /// How far the service is.
    Percent,
    /// What the service said at the end.
    LastWord,
    /// What the service says went wrong.
    Complaint,
    /// A code of the Web Connector.
    Code,
    /// A code of the connection to QuickBooks.
    Hresult,
    /// What became of one request.
    Status,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its code; nothing if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the log says.
    pub says: String,
    /// What happened.
    pub happened: &'static str,
    /// Why.
    pub cause: &'static str,
    /// Whose turn it is.
    pub who: Who,
    /// What to do.
    pub how: &'static str,
}

/// What a line tells, each with what stands in the brackets of its pattern.
pub fn told(says: &str) -> impl Iterator<Item = (Tells, &str, &str)> {
    let matching = ANY.iter().flat_map(move |any| any.matches(says));
    matching.filter_map(|index| LINES.get(index)).flat_map(move |(tells, pattern)| {
        pattern.captures_iter(says).map(|found| {
            let part = |index| found.get(index).map_or("", |part| part.as_str());
            (*tells, part(1), part(2))
        })
    })
}

/// What a code of the Web Connector, of the connection or of QuickBooks means.
pub fn of_code(tells: Tells, code: &str, says: String) -> Option<Problem> {
    let known = match tells {
        Tells::Code => catalogue::web_connector_code(code),
        Tells::Hresult => catalogue::hresult(code),
        _ => catalogue::status(code.parse().ok()?),
    };
    let code = Some(code.to_owned());
    if let Some(StatusCode { happened, cause, how, who, .. }) = known {
        return Some(Problem { code, says, happened, cause, who: *who, how });
    }
    let (_, unknown) = CAUSES.iter().find(|(_, cause)| cause.says == UNKNOWN)?;
    Some(Problem { code, says, happened: "", cause: "", who: Who::Nobody, how: "" }.because(unknown))
}

/// The name of what is said of codes that nobody knows.
const UNKNOWN: &str = "a code that is not known";

impl Problem {
    /// The same with what the words of a line say of its cause, where these say more than the code does.
    #[must_use]
    pub fn told_by(self, says: &str) -> Self {
        match CAUSES.iter().find(|(words, _)| words.is_match(says)) {
            Some((_, cause)) => self.because(cause),
            None => self,
        }
    }

    fn because(self, cause: &'static Cause) -> Self {
        let Cause { happened, reason, who, how, .. } = cause;
        Self { happened, cause: reason, who: *who, how, ..self }
    }
}

impl Ending {
    /// What happened, whose turn it is, and what to do.
    pub fn words(self) -> (&'static str, Who, &'static str) {
        let known = ENDINGS.iter().find(|known| known.ending == self);
        known.map_or(("", Who::Nobody, ""), |known| (&known.happened, known.who, &known.how))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_files_are_read_whole() {
        assert_eq!(LINES.len(), include_str!("data/lines.yaml").matches("- { tells:").count());
        assert_eq!(CAUSES.len(), include_str!("data/causes.yaml").matches("- says:").count());
        assert!(CAUSES.len() > 8);
        assert!(Ending::ALL.iter().all(|ending| !ending.words().0.is_empty()));
        assert_eq!(ENDINGS.len(), Ending::ALL.len());
    }

    #[test]
    fn the_words_of_windows_are_explained() {
        let of = |says| {
            let problem = of_code(Tells::Code, "QBWC1012", String::new()).unwrap().told_by(says);
            problem.happened
        };
        assert_eq!(
            of("The request failed with HTTP status 404: Not Found."),
            "There is no service at that address."
        );
        assert!(of("The remote name could not be resolved: 'x'").contains("does not find the address"));
        assert_eq!(of("Hello"), catalogue::web_connector_code("QBWC1012").unwrap().happened);
        let unknown = of_code(Tells::Code, "QBWC1999", String::new()).unwrap();
        assert!(unknown.happened.contains("does not know"), "{unknown:?}");
    }
}
