//! `/c/{company}/{object}/{id}`: a document, how it stands, and what can be done about it.

use askama::Template;
use serde_json::Value;

use crate::catalogue::{self, Outcome, Who};
use crate::document::Code;
use crate::language::{say, t};
use crate::people::AuditAction;
use crate::rules::Program;
use crate::rules::program::List;
use crate::sync::labelled;
use crate::sync::stored::{CompanyFile, Connection, Job, JobError, JobReason, JobState, Moment};
use crate::sync::{FieldUpdate, LineAccounts, NotSent, Sides, facts_of, sides_of, why};
use crate::text::counted::plural;
use crate::text::quotes::quoted;
use crate::web::draw::json_view::indented;
use crate::web::draw::sheet::Sheet;
use crate::web::draw::step_card::{RuleLink, capital};
use crate::web::ground::fields::segment;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::connect::minutes;
use crate::web::pages::documents::list::{class, kind_of_fact, shown_cell, standing};
use crate::web::pages::documents::subject::Subject;
use crate::web::pages::settings;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{Cell, Patience, Verdict};
use crate::web::words::filters;
use crate::web::words::meaning::{meaning, place};
use crate::web::words::states::words;
use crate::web::words::when::{Times, counted};

/// What people did that is looked through for who archived it.
const DEEDS: usize = 50;
/// Lines that are shown.
const LINES: usize = 500;

#[derive(Template)]
#[template(path = "document.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct DocumentTemplate<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    subject: &'v Subject<'v>,
    /// What the building icon says.
    standing: String,
    job: Option<JobWords<'v>>,
    /// Why it is not in QuickBooks as it is now, but for what is wrong with it.
    reasons: Vec<NotSent>,
    error: Option<ErrorWords<'v>>,
    connection: Option<&'v Connection>,
    /// When its connection was archived, and by whom, if that is known.
    archived: Option<(Moment, String)>,
    /// The page of its record, and what people call that.
    record: String,
    record_name: String,
    /// The fields in which its record differs, by a read after the document came.
    updates: Vec<FieldUpdate>,
    /// Whether newer updates are being looked for.
    is_old: bool,
    facts: Vec<(&'v str, &'static str, String)>,
    /// What its record tells, and what its party has not paid yet.
    in_quickbooks: Vec<(String, &'static str, String)>,
    /// Both sides, if it has a record that was read.
    sheet: Option<Sheet>,
    lines: ShownLines<'v>,
    json: String,
    loaded_at: Moment,
}

/// How far its job is.
struct JobWords<'v> {
    meaning: &'static str,
    job: &'v Job,
    sent: String,
    /// It is tried again by itself, not before this.
    next_try: Option<Moment>,
}

/// Why it is not done, and what can be pressed.
struct ErrorWords<'v> {
    kind: &'static str,
    error: &'v JobError,
    happened: Vec<String>,
    who: &'static str,
    outcome: &'static str,
    rule: Option<RuleLink>,
    /// The page of the code, if it has one.
    code: Option<String>,
    /// Both sides changed the same.
    is_conflict: bool,
    /// A date is what has to be changed.
    is_date: bool,
    /// Where the setting stands that has to be changed, perhaps.
    setting: Option<String>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let subject = Subject::of(visit, file)?;
    let document: Value = serde_json::from_str(&subject.standing.document.document.json).unwrap_or_default();
    let sides =
        sides_of(&*visit.site.store, visit.program(), file, &subject.standing).map_err(Trouble::failed)?;
    let accounts = LineAccounts::new(&*visit.site.store, file.id);
    let mut sheet = sides.as_ref().map(|sides| Sheet::of_sides(sides, &accounts));
    if let Some((sheet, lines)) = sheet.as_mut().zip(subject.list.lines.as_ref()) {
        sheet.call_lines(&lines.title);
    }
    // Where both sides are shown, the lines are among them.
    let has_lines = sheet.as_ref().is_some_and(|sheet| sheet.has_steelhead && !sheet.tables.is_empty());
    let lines = if has_lines { ShownLines::default() } else { ShownLines::of(subject.list, &document) };
    let connection = subject.standing.connection.as_ref();
    let columns = subject.list.columns.iter().zip(subject.row.cells.iter().cloned());
    let details = subject.list.details.iter().map(|column| (column, Cell::of(column, &document)));
    let is_told = |text: &str| sheet.as_ref().is_some_and(|sheet| sheet.says(text));
    let details = details.filter(|(_, cell)| !is_told(&cell.text));
    let facts = columns.chain(details).filter(|(_, cell)| !cell.text.trim().is_empty());
    let (updates, is_behind) = updates(visit, file, connection)?;
    let mut reasons = why(&subject.standing, Some(visit.program()), file, visit.now);
    if subject.row.by_hand.is_some() {
        reasons.clear();
    }
    // How far the job is stands above, and what is wrong below.
    reasons.retain(|reason| {
        !matches!(reason, NotSent::Wrong(..) | NotSent::TriedAgain(_) | NotSent::Queued | NotSent::NoAnswer)
    });
    let template = DocumentTemplate {
        shell: visit.shell(&subject.title, Some(file)),
        times: visit.times(file),
        file,
        standing: standing(&subject.row, visit.times(file)),
        job: subject.standing.job.as_ref().map(JobWords::of),
        error: subject.row.wrong().map(|error| ErrorWords::of(visit, file, error, &subject)),
        reasons,
        archived: archived(visit, file, connection)?,
        record: connection.map(|it| record_path(file, it)).unwrap_or_default(),
        record_name: connection.map(|it| record_name(it, sides.as_ref())).unwrap_or_default(),
        is_old: is_behind,
        updates,
        in_quickbooks: in_quickbooks(visit, file, connection)?,
        facts: facts
            .map(|(column, cell)| (column.label.as_str(), class(column.kind), shown_cell(column.kind, &cell)))
            .collect(),
        lines,
        sheet,
        json: indented(&subject.standing.document.document.json),
        loaded_at: subject.standing.document.loaded_at,
        connection,
        subject: &subject,
    };
    visit.show(&template, &template.as_inside())
}

impl ErrorWords<'_> {
    /// Whether a record of nearly that name is there.
    fn is_near(&self) -> bool {
        self.error.code == Code::NearTwin
    }

    /// Whether it is decided on field by field, which has a main button of its own.
    fn is_to_decide(&self) -> bool {
        self.error.code == JobReason::Conflict.name()
    }

    /// A candidate's kind, as people call it.
    #[expect(clippy::unused_self, reason = "templates have it at hand")]
    fn kind_of(&self, record_type: &str) -> String {
        capital(&catalogue::words(record_type))
    }

    /// When a candidate was changed, to the minute.
    #[expect(clippy::unused_self, reason = "templates have it at hand")]
    fn changed(&self, time: &str) -> String {
        minutes(time)
    }

    /// Whether it is done, and its record holds something else than it must: playing it again mends nothing.
    fn differs(&self) -> bool {
        self.error.code == JobReason::Differs.name()
    }
}

/// The lines, as they are shown.
#[derive(Default)]
struct ShownLines<'v> {
    /// The heads of the columns in which any line has something.
    heads: Vec<(&'v str, &'static str)>,
    rows: Vec<Vec<String>>,
    /// So many more are not shown.
    more: usize,
}

impl<'v> ShownLines<'v> {
    fn of(list: &'v List, document: &Value) -> Self {
        let Some(lines) = &list.lines else { return Self::default() };
        let all = Cell::lines(lines, document);
        let more = all.len().saturating_sub(LINES);
        let is_filled = |nth: usize| all.iter().any(|row| row.get(nth).is_some_and(|it| !it.text.is_empty()));
        let columns: Vec<_> = lines.columns.iter().enumerate().filter(|(nth, _)| is_filled(*nth)).collect();
        let cell = |row: &Vec<Cell>, nth: usize, kind| {
            row.get(nth).map(|cell| shown_cell(kind, cell)).unwrap_or_default()
        };
        let row =
            |row: &Vec<Cell>| columns.iter().map(|(nth, column)| cell(row, *nth, column.kind)).collect();
        Self {
            rows: all.iter().take(LINES).map(row).collect(),
            heads: columns.iter().map(|(_, column)| (column.label.as_str(), class(column.kind))).collect(),
            more,
        }
    }
}

/// What the record tells, and what the party that it stands for has not paid yet.
fn in_quickbooks(
    visit: &Visit,
    file: &CompanyFile,
    connection: Option<&Connection>,
) -> Result<Vec<(String, &'static str, String)>, Trouble> {
    let Some(connection) = connection.filter(|it| !it.is_archived) else {
        return Ok(Vec::new());
    };
    let mut told = Vec::new();
    for fact in facts_of(&*visit.site.store, visit.program(), file, connection)? {
        let kind = kind_of_fact(fact.is_amount);
        let value = shown_cell(kind, &Cell::of_record(&fact));
        told.push((fact.label, class(kind), value));
    }
    let view = visit.view(file, Patience::Short)?;
    for open in view.open(&connection.record_id) {
        let list = visit.program().list_of(&open.object);
        let title = plural(list.map_or(open.object.as_str(), |list| list.one.as_str()));
        let currency = open.currency.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
        let value = format!("{}{currency} ({})", open.amount.told(), counted(open.count, "transaction"));
        told.push((say!("{title}, not paid yet", title), "number money", value));
    }
    Ok(told)
}

/// When a connection was archived, and by whom, if somebody is known to have done it.
fn archived(
    visit: &Visit,
    file: &CompanyFile,
    connection: Option<&Connection>,
) -> Result<Option<(Moment, String)>, Trouble> {
    let Some(connection) = connection.filter(|it| it.is_archived) else { return Ok(None) };
    let deeds = visit.site.people.audit_of(file.id, &connection.document, DEEDS)?;
    let archives = [AuditAction::ArchiveConnection, AuditAction::ArchiveConnections];
    let it = deeds.into_iter().find(|it| archives.contains(&it.said.action));
    Ok(it.map(|it| (it.said.at, it.said.person)))
}

/// What people call a record: `Invoice SH:1041`.
fn record_name(connection: &Connection, sides: Option<&Sides>) -> String {
    let kind = capital(&catalogue::words(&connection.record_type));
    let called = sides.and_then(|sides| sides.quickbooks.called());
    called.map_or(kind.clone(), |called| format!("{kind} {called}"))
}

/// The page of a record.
pub fn record_path(file: &CompanyFile, connection: &Connection) -> String {
    let (kind, id) = (segment(&connection.record_type), segment(&connection.record_id));
    format!("/c/{}/records/{kind}/{id}", file.id.0)
}

/// The fields in which the record differs, and whether newer ones are being looked for.
fn updates(
    visit: &Visit,
    file: &CompanyFile,
    connection: Option<&Connection>,
) -> Result<(Vec<FieldUpdate>, bool), Trouble> {
    let Some(connection) = connection.filter(|it| !it.is_archived) else {
        return Ok((Vec::new(), false));
    };
    let patience = if visit.is_fragment { Patience::Long } else { Patience::Short };
    let view = visit.view(file, patience)?;
    let mut news = view.imports.iter().filter(|row| {
        row.verdict == Verdict::Update
            && row.object == connection.document.object
            && row.key.id == connection.record_id
            && row.key.record_type == connection.record_type
    });
    let list = visit.program().list_of(&connection.document.object);
    Ok((news.next().map(|row| labelled(list, &row.updates)).unwrap_or_default(), view.is_old(file)))
}

impl<'v> JobWords<'v> {
    fn of(job: &'v Job) -> Self {
        let is_tried = job.state == JobState::Queued && job.attempts > 0;
        Self {
            meaning: t(words(job.state).2),
            job,
            sent: match job.attempts {
                0 if job.state == JobState::Done => t("it was there already, so nothing was sent").to_owned(),
                0 => t("never sent").to_owned(),
                1 => t("sent once").to_owned(),
                times => {
                    say!("sent {count}", count = counted(usize::try_from(times).unwrap_or_default(), "time"))
                }
            },
            next_try: is_tried.then_some(job.next_try),
        }
    }
}

/// Codes of QuickBooks that only another date removes.
const OF_DATES: [&str; 1] = ["3171"];
/// The code of QuickBooks for a record that somebody has changed in the meantime.
const CONFLICT: &str = "3200";

impl<'v> ErrorWords<'v> {
    fn of(visit: &Visit, file: &CompanyFile, error: &'v JobError, subject: &'v Subject) -> Self {
        let differs = error.code == JobReason::Differs.name();
        let rule = place(visit.program(), &subject.key().object, &error.code);
        let is_known = meaning(visit.program(), &error.code).is_some();
        Self {
            kind: subject.standing.job.as_ref().filter(|_| !differs).map_or("warn", |job| words(job.state).0),
            error,
            happened: error.happened.lines().map(quoted).collect(),
            who: who(error.who),
            outcome: match error.outcome {
                Outcome::Applied => t("QuickBooks did what was asked."),
                Outcome::Unknown => t("It is not known whether QuickBooks did what was asked."),
                Outcome::NotApplied => t("Nothing was changed in QuickBooks."),
            },
            rule: rule.and_then(|place| RuleLink::parse(file, &place)),
            code: is_known.then(|| format!("/errors/{}?company={}", segment(&error.code), file.id.0)),
            setting: setting_of(visit.program(), file, error),
            is_conflict: error.code == CONFLICT,
            is_date: OF_DATES.contains(&error.code.as_str()),
        }
    }
}

/// Where the setting stands that an error is about; the whole page where the rules leave a document out.
fn setting_of(program: &Program, file: &CompanyFile, error: &JobError) -> Option<String> {
    let name = error.setting.as_deref().or(error.named_setting.as_deref());
    let known = name.and_then(|name| program.settings.find(name));
    let is_left_out = error.code == JobReason::NotExported.name();
    match known {
        Some((_, setting)) => Some(settings::path_of(file, setting.scope, &setting.name)),
        None => is_left_out.then(|| settings::integration::path(file)),
    }
}

fn who(who: Who) -> &'static str {
    match who {
        Who::Clerk => t("You, or another clerk"),
        Who::Administrator => t("The administrator of the integration"),
        Who::QuickbooksUser => t("Who sits at the QuickBooks computer"),
        Who::Ferrule => t("Ferrule itself"),
        Who::Nobody => t("Nobody has to do anything"),
    }
}
