//! What a person decides where a document and its record differ: Steelhead's values are sent, or QuickBooks keeps its
//! own.

use crate::catalogue::words_of_path;
use crate::engine::{Choice, Difference};
use crate::language::{say, t};
use crate::people::{AuditAction, AuditSubject};
use crate::sync::check_played;
use crate::sync::session::{Decided, SessionError};
use crate::sync::stored::{CompanyFile, JobState};
use crate::web::draw::differing::{element, is_contested, is_left, seen, unit};
use crate::web::draw::step_card::capital;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::subject::Subject;
use crate::web::pages::plan;
use crate::web::server::answer::Done;
use crate::web::server::visit::Visit;
use crate::web::words::when::counted;

/// Sends all of Steelhead's values that differed from the first, and were left as they are.
pub fn adopt(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let mut told = Vec::new();
    let decided = visit.site.sessions.decide(file.id, subject.key(), visit.now, |all| {
        let left: Vec<&Difference> = all.iter().filter(|it| is_left(it)).collect();
        still_as_shown(visit, &left)?;
        told = left.iter().map(|it| said(it, Choice::Send)).collect();
        Ok::<_, Refused>(left.iter().map(|it| (it.path.clone(), Choice::Send)).collect())
    })?;
    let back = match visit.form.get("from") {
        "plan" => plan::page::path(file),
        _ => subject.path.clone(),
    };
    let Decided::Noted { sent, .. } = decided else {
        return Ok(Done::nothing(back, t("Nothing differs any more, so nothing was done.")));
    };
    let words = say!(
        "{count} of Steelhead’s {go}",
        count = counted(sent, "value"),
        go = go(visit, file, &subject, true)?
    );
    Ok(done(AuditAction::Adopt, &subject, &told, (back, words)))
}

/// Decides whose value counts, for each element that both sides have changed.
pub fn decide(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let subject = Subject::of(visit, file)?;
    let mut told = Vec::new();
    let decided = visit.site.sessions.decide(file.id, subject.key(), visit.now, |all| {
        let contested: Vec<&Difference> = all.iter().filter(|it| is_contested(it)).collect();
        still_as_shown(visit, &contested)?;
        let mut choices = Vec::new();
        for difference in contested {
            let Some(choice) = chosen(visit, unit(&difference.path))? else { continue };
            told.push(said(difference, choice));
            choices.push((difference.path.clone(), choice));
        }
        Ok::<_, Refused>(choices)
    })?;
    let to = subject.path.clone();
    let Decided::Noted { sent, kept } = decided else {
        return Ok(Done::nothing(to, t("Nothing was chosen, so nothing was decided.")));
    };
    let goes = go(visit, file, &subject, sent > 0)?;
    let mut words = Vec::new();
    if kept > 0 {
        words.push(say!("QuickBooks keeps {count}.", count = counted(kept, "value")));
    }
    if sent > 0 {
        words.push(say!("{count} of Steelhead’s {goes}", count = counted(sent, "value"), goes));
    }
    Ok(done(AuditAction::Decide, &subject, &told, (to, words.join(" "))))
}

/// Why nothing was decided.
struct Refused(Trouble);

impl From<SessionError> for Refused {
    fn from(error: SessionError) -> Self {
        Self(Trouble::failed(error))
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}

/// Nobody decides on values that they have not seen.
fn still_as_shown(visit: &Visit, differences: &[&Difference]) -> Result<(), Refused> {
    if differences.is_empty() || visit.form.get("seen") == seen(differences.iter().copied()) {
        return Ok(());
    }
    let words = t("the values have changed since you looked at them; nothing was decided");
    Err(Refused(Trouble::Conflict(words.to_owned())))
}

/// What a form says of an element.
fn chosen(visit: &Visit, unit: &str) -> Result<Option<Choice>, Refused> {
    match visit.form.get(&element(unit)) {
        "" => Ok(None),
        "keep" => Ok(Some(Choice::Keep)),
        "send" => Ok(Some(Choice::Send)),
        other => Err(Refused(Trouble::Wrong(say!("“{word}” is no decision", word = other)))),
    }
}

/// What the audit tells of one element.
fn said(difference: &Difference, choice: Choice) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let (before, after) = (text(&difference.before), text(&difference.after));
    let field = capital(&words_of_path(&difference.path));
    match choice {
        Choice::Keep => format!("{field} stays {before} (Steelhead has {after})"),
        Choice::Send => format!("{field} becomes {after} (QuickBooks has {before})"),
    }
}

/// Queues the document if something is to be sent, or if its job has waited for the decision. Gives the words for
/// when it goes.
fn go(visit: &Visit, file: &CompanyFile, subject: &Subject, sends: bool) -> Result<&'static str, Trouble> {
    let waits = subject.standing.job.as_ref().is_some_and(|job| job.state == JobState::Waiting);
    if check_played(visit.program(), &subject.key().object).is_err() {
        return Ok(t("will be sent with the next document that refers to it."));
    }
    if sends || waits {
        let keys = std::slice::from_ref(subject.key());
        crate::sync::play(&*visit.site.store, visit.program(), file, keys, visit.now)
            .map_err(Trouble::failed)?;
    }
    Ok(t("will be sent with the next visit."))
}

fn done(action: AuditAction, subject: &Subject, told: &[String], (to, words): (String, String)) -> Done {
    let details = format!("{}: {}", subject.key(), told.join("; "));
    Done::go(action, details, to, words).to(AuditSubject::Document(subject.key().clone()))
}
