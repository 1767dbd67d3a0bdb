//! One visit, as the log tells of it.

use serde::{Deserialize, Serialize};

use super::meaning::{Problem, Tells, of_code};

/// No more is kept of one visit, or of what a line says.
const MOST_PROBLEMS: usize = 20;
const MOST_CHARACTERS: usize = 300;
/// As many lines after that of an error may belong to it.
const LINES_OF_ERROR: usize = 12;

/// One visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Visit {
    /// When it began, or the first line that is left of it.
    pub from: String,
    /// Its last line.
    pub to: String,
    /// The application that was visited.
    pub application: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// The Web Connector's version.
    pub version: Option<String>,
    /// The last call of the service.
    pub reached: Option<String>,
    /// How many message sets went to QuickBooks, and how many answers came.
    pub asked: usize,
    /// How many answers came.
    pub heard: usize,
    /// What the service said at the end.
    pub said: Option<String>,
    /// What went wrong.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    verdict: Option<String>,
    #[serde(skip)]
    is_closed: bool,
    /// How many lines may still belong to the last problem.
    #[serde(skip)]
    open: usize,
}

/// How a visit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It did its work.
    #[serde(rename = "went well")]
    WentWell,
    /// There was none.
    #[serde(rename = "nothing to do")]
    NothingToDo,
    /// It was not let in.
    #[serde(rename = "wrong password")]
    WrongPassword,
    /// Another visit was on.
    #[serde(rename = "busy")]
    Busy,
    /// It failed.
    #[serde(rename = "went wrong")]
    WentWrong,
    /// It was broken off, or its log was.
    #[serde(rename = "broken off")]
    BrokenOff,
    /// The log does not tell.
    #[serde(rename = "cannot tell")]
    CannotTell,
}

/// Visits that were alike, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Visits {
    /// How many.
    pub times: usize,
    /// How they ended.
    pub ending: Ending,
    /// The first of them.
    #[serde(flatten)]
    pub first: Visit,
    /// The end of the last of them.
    pub until: String,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::WentWell,
        Self::NothingToDo,
        Self::WrongPassword,
        Self::Busy,
        Self::WentWrong,
        Self::BrokenOff,
        Self::CannotTell,
    ];

    /// Whether somebody should look at it.
    pub fn is_bad(self) -> bool {
        !matches!(self, Self::WentWell | Self::NothingToDo | Self::CannotTell)
    }
}

impl Visits {
    /// A visit that is over.
    pub fn of(visit: Visit) -> Self {
        Self { times: 1, ending: visit.ending(), until: visit.to.clone(), first: visit }
    }

    /// Whether a visit went like these, so that it need not be told again.
    pub fn are_like(&self, other: &Self) -> bool {
        let said = |visits: &Self| -> Vec<(Option<String>, &str)> {
            visits.first.problems.iter().map(|problem| (problem.code.clone(), problem.happened)).collect()
        };
        self.ending == other.ending
            && self.first.application == other.first.application
            && said(self) == said(other)
    }
}

impl Visit {
    /// A visit whose first line is of this time.
    pub fn from(at: &str) -> Self {
        Self { from: at.to_owned(), to: at.to_owned(), ..Self::default() }
    }

    /// How it ended.
    pub fn ending(&self) -> Ending {
        let verdict = self.verdict.as_deref().map(str::to_ascii_lowercase);
        match verdict.as_deref() {
            Some("nvu") => Ending::WrongPassword,
            Some("busy") => Ending::Busy,
            _ if !self.problems.is_empty() => Ending::WentWrong,
            Some("none") => Ending::NothingToDo,
            _ if self.is_closed => Ending::WentWell,
            _ if self.reached.is_some() => Ending::BrokenOff,
            _ => Ending::CannotTell,
        }
    }

    /// Whether a call begins another visit, because this one has made it already.
    pub fn is_past(&self, call: &str) -> bool {
        match call {
            "serverVersion" | "clientVersion" => {
                self.verdict.is_some() || self.reached.as_deref() == Some(call)
            }
            "authenticate" => self.verdict.is_some(),
            _ => false,
        }
    }

    /// Takes in what a line tells.
    pub fn take(&mut self, (tells, value, more): (Tells, &str, &str), line: &str) {
        let text = || Some(short(value)).filter(|text| !text.is_empty());
        match tells {
            Tells::Begins | Tells::Ends | Tells::Percent => {}
            Tells::Application => self.application = text(),
            Tells::Address => self.address = text(),
            Tells::Version => self.version = text(),
            Tells::Calls => self.reached = text(),
            Tells::Answered => self.is_closed |= value == "closeConnection",
            Tells::Verdict => self.verdict = Some(short(value)),
            Tells::Asks => self.asked += 1,
            Tells::Hears => self.heard += 1,
            Tells::LastWord | Tells::Complaint => self.said = text().or(self.said.take()),
            Tells::Code | Tells::Hresult => {
                self.problem(of_code(tells, value, short(line)).map(|it| it.told_by(line)));
            }
            Tells::Status => self.problem(of_code(tells, value, short(more))),
        }
    }

    fn problem(&mut self, problem: Option<Problem>) {
        let Some(problem) = problem else { return };
        let is_known = self.problems.iter().any(|known| known.code == problem.code);
        if !is_known && self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
            self.open = LINES_OF_ERROR;
        }
    }

    /// Takes in a line that goes on from the one before it: the error's own words often stand there.
    pub fn goes_on(&mut self, line: &str) {
        if self.open == 0 || line.is_empty() {
            return;
        }
        self.open -= 1;
        let Some(problem) = self.problems.pop() else { return };
        let code = problem.code.as_deref().unwrap_or_default();
        let (is_general, has_room) =
            (code.starts_with("QBWC"), problem.says.chars().count() < MOST_CHARACTERS);
        let mut problem = if is_general { problem.told_by(line) } else { problem };
        if has_room && is_general {
            problem.says = short(&format!("{} {line}", problem.says));
        }
        self.problems.push(problem);
    }

    /// A new line begins: what follows belongs to it.
    pub fn ends_line(&mut self) {
        self.open = 0;
    }
}

/// Text on one line, and not too much of it.
fn short(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(MOST_CHARACTERS).collect()
}
