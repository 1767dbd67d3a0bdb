//! A form of settings, drawn from what the rule set declares: which there are, of what type, within
//! which bounds.

use std::collections::BTreeMap;

use crate::document::{Value, nearest};
use crate::functions::to_text;
use crate::language::{say, t, told};
use crate::people::Role;
use crate::qbxml::Record;
use crate::rules::Program;
use crate::rules::file::{Scope, SettingType};
use crate::rules::settings::{Column, Rows, Setting, SettingError, Settings, entries, rows};
use crate::sync::stored::CompanyFile;
use crate::sync::{differing, unsound, version};
use crate::text::quotes::quoted;
use crate::text::visible::is_line;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::server::visit::Visit;
use crate::web::words::when::counted;

/// The longest text of any setting, in characters.
const LONGEST: usize = 4_000;
/// The same of a list or a table.
const LONGEST_ROWS: usize = 400_000;
/// A table of more rows is shown as lines, and not cell by cell.
const MOST_CELLS: usize = 200;
/// So many empty rows are below those of a table.
const EMPTY_ROWS: usize = 3;

/// A form of settings; `setting_form.html` draws it.
pub struct SettingForm<'v> {
    /// Where it is sent.
    pub action: String,
    /// Where to go instead.
    pub back: String,
    /// Whether the person who looks may change them.
    pub may_save: bool,
    /// How many were entered with a value that does not work.
    pub problems: usize,
    /// Accounts of the company file to choose from; empty as long as none was read.
    pub accounts: Vec<Account>,
    /// The settings under their headings.
    pub groups: Vec<SettingGroup<'v>>,
}

/// An account of the company file.
pub struct Account {
    /// Its full name.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Its number, if it has one.
    pub number: String,
}

/// Settings under one heading.
pub struct SettingGroup<'v> {
    /// What its part of the page is called in addresses.
    pub id: String,
    /// The heading.
    pub title: &'v str,
    /// The settings.
    pub fields: Vec<SettingField<'v>>,
}

/// A setting with its value.
pub struct SettingField<'v> {
    /// What the rule set says of it.
    pub setting: &'v Setting,
    /// The kind of control: `boolean`, `number`, `choice`, `filter`, `account`, `date`, `text`, `list`, `table`, or
    /// `lines` for a table that is too long for cells.
    pub control: &'static str,
    /// What the control holds.
    pub text: String,
    /// The mark of what is kept, as the page was made: by it a change of somebody else is noticed.
    pub was: String,
    /// The rule set's default.
    pub default: String,
    /// The cells of a table, row by row, with empty rows at the end.
    pub rows: Vec<Vec<CellField>>,
    /// The setting with the type of this account, which stands beside it.
    pub of_type: Option<Box<SettingField<'v>>>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// What it comes to, such as how many records a filter lets pass.
    pub note: Option<String>,
    /// Whether it is not the default.
    pub is_changed: bool,
}

impl<'v> SettingForm<'v> {
    /// The settings of a scope with these values, as `texts` gives them: what each control holds, and what
    /// is wrong with that.
    pub fn of(
        visit: &'v Visit,
        scope: Scope,
        (action, back): (String, String),
        values: &[Value],
        texts: impl Fn(&Setting, &Value) -> (String, Option<String>),
    ) -> Self {
        let all = visit.program().settings.iter().zip(values);
        let mut here: Vec<_> = all.filter(|(setting, _)| setting.scope == scope).collect();
        here.sort_by_key(|(setting, _)| setting.span);
        let mut groups: Vec<SettingGroup<'v>> = Vec::new();
        let mut types: BTreeMap<&str, SettingField<'v>> = BTreeMap::new();
        for (setting, value) in here {
            let (text, problem) = texts(setting, value);
            let default = shown(setting, &setting.default);
            let is_changed = *value != setting.default;
            let field = SettingField {
                was: mark(setting, value),
                ..SettingField::of(setting, text, default, problem, is_changed)
            };
            if let Some(account) = account_of(&visit.program().settings, setting) {
                types.insert(account, field);
                continue;
            }
            let title = setting.group.as_deref().unwrap_or(t("Other"));
            match groups.iter_mut().find(|group| group.title == title) {
                Some(group) => group.fields.push(field),
                None => groups.push(SettingGroup { id: section(title), title, fields: vec![field] }),
            }
        }
        for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
            field.of_type = types.remove(field.setting.name.as_str()).map(Box::new);
        }
        let fields = groups.iter().flat_map(|group| &group.fields);
        let problems = fields.map(SettingField::problems).sum();
        let accounts = Vec::new();
        Self { action, back, may_save: visit.may(Role::Administrator), problems, accounts, groups }
    }
}

/// A cell of a table.
pub struct CellField {
    /// The name of its field.
    pub name: String,
    /// What it says: its column and its row.
    pub label: String,
    /// What it holds.
    pub text: String,
}

impl SettingGroup<'_> {
    /// How many of its settings have a value that does not work.
    pub fn problems(&self) -> usize {
        self.fields.iter().map(SettingField::problems).sum()
    }
}

/// The account whose type a setting is: a choice that is called like an account, with `_type` behind it.
fn account_of<'s>(all: &Settings, setting: &'s Setting) -> Option<&'s str> {
    let name = setting.name.strip_suffix("_type").filter(|_| setting.kind == SettingType::Choice)?;
    all.find(name).filter(|(_, account)| account.kind == SettingType::Account).map(|_| name)
}

/// A heading, as addresses have it: `When and what` is `section-when-and-what`.
fn section(title: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    format!("section-{}", title.chars().map(plain).collect::<String>())
}

impl<'v> SettingField<'v> {
    /// How many values do not work: its own and that of its account's type.
    fn problems(&self) -> usize {
        let of_type = self.of_type.as_ref().map_or(0, |field| field.problems());
        usize::from(self.problem.is_some()) + of_type
    }

    fn of(
        setting: &'v Setting,
        text: String,
        default: String,
        problem: Option<String>,
        is_changed: bool,
    ) -> Self {
        let mut field = Self {
            setting,
            control: control(setting),
            text,
            was: String::new(),
            default,
            rows: Vec::new(),
            of_type: None,
            problem: problem.map(|problem| quoted(&problem)),
            note: None,
            is_changed,
        };
        match setting.kind {
            SettingType::List => {
                field.text = entries(&field.text).map_or(field.text, |entries| entries.join("\n"));
                field.default = entries(&field.default).unwrap_or_default().join(", ");
            }
            SettingType::Table => field.fill(),
            _ => {}
        }
        field
    }

    /// Cells for a table whose rows can be read; lines for one that is too long, and for what is not a table's rows.
    fn fill(&mut self) {
        let columns = self.setting.columns();
        self.default = counted(rows(&self.default, columns).map_or(0, |rows| rows.len()), "row");
        match rows(&self.text, columns) {
            Ok(rows) if rows.len() <= MOST_CELLS => {
                let empty = std::iter::repeat_n(vec![String::new(); columns.len()], EMPTY_ROWS);
                let all = rows.into_iter().chain(empty).enumerate();
                self.rows = all.map(|(index, row)| cell_fields(self.setting, index, row)).collect();
            }
            Ok(rows) => (self.control, self.text) = ("lines", lines(columns, &rows)),
            Err(_) => self.control = "lines",
        }
    }
}

fn cell_fields(setting: &Setting, row: usize, cells: Vec<String>) -> Vec<CellField> {
    let cells = setting.columns().iter().zip(cells);
    let field = |(column, text): (&Column, String)| CellField {
        name: cell(&setting.name, row, &column.name),
        label: say!("{label}, row {row}", label = column.label, row = row + 1),
        text,
    };
    cells.map(field).collect()
}

fn cell(setting: &str, row: usize, column: &str) -> String {
    format!("{setting}.{row}.{column}")
}

/// A table as lines with tabs, as a spreadsheet takes them.
fn lines(columns: &[Column], rows: &Rows) -> String {
    let heads: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let all = std::iter::once(&heads).chain(rows).map(|row| row.join("\t"));
    all.collect::<Vec<_>>().join("\n")
}

/// The active accounts that were read from a company file.
///
/// # Errors
/// [`Trouble::Failed`], if the store fails.
pub fn accounts(visit: &Visit, file: &CompanyFile) -> Result<Vec<Account>, Trouble> {
    let stored = visit.site.store.records_of(file.id, "AccountRet")?;
    let records = stored.iter().filter_map(|it| Record::from_xml(&it.xml).ok());
    let account = |record: Record| {
        let name = record.full_name().filter(|_| record.is_active())?.to_owned();
        let held = |element| record.get(element).unwrap_or_default().to_owned();
        Some(Account { name, kind: held("AccountType"), number: held("AccountNumber") })
    };
    let mut accounts: Vec<_> = records.filter_map(account).collect();
    accounts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(accounts)
}

/// What differs between two lists of values, for the audit.
pub fn changes(program: &Program, before: &[Value], after: &[Value]) -> Vec<String> {
    let all = program.settings.iter().zip(before.iter().zip(after));
    let each = all.map(|(setting, (before, after))| (setting, setting.changes(before, after)));
    let changed = each.filter(|(_, changes)| !changes.is_empty());
    changed.map(|(setting, changes)| format!("{}: {}", setting.name, changes.join(", "))).collect()
}

/// What a form of settings says.
pub struct GivenSettings {
    /// All values, with those of the form in their places.
    pub values: Vec<Value>,
    /// Those of them that differ from their defaults, as they are kept.
    pub kept: BTreeMap<String, serde_json::Value>,
    /// What is wrong, by setting: then nothing may be kept.
    pub problems: BTreeMap<String, String>,
}

/// The field that names each setting of a form that holds only some of them.
pub const ONLY: &str = "only";

/// What the form of a visit says of the settings of a scope, whose values were these before. What QuickBooks says of the
/// accounts counts more than the types that somebody typed.
pub fn given(visit: &Visit, scope: Scope, before: &[Value], accounts: &[Account]) -> GivenSettings {
    let (all, form) = (&visit.program().settings, &visit.form);
    let mut values = before.to_vec();
    let mut problems = BTreeMap::new();
    let is_whole = form.all(ONLY).next().is_none();
    let is_here = |setting: &Setting| is_whole || form.all(ONLY).any(|name| name == setting.name);
    for (index, setting) in all.iter().enumerate().filter(|(_, setting)| setting.scope == scope) {
        if setting.forced || !is_here(setting) {
            continue;
        }
        let Some(text) = written(setting, form) else { continue };
        let Some(place) = values.get_mut(index) else { continue };
        match merged(all, setting, index, place, &text, form) {
            Ok(Some(value)) => *place = value,
            Ok(None) => {}
            Err(problem) => _ = problems.insert(setting.name.clone(), problem),
        }
    }
    for (index, setting) in all.iter().enumerate().filter(|(_, it)| it.scope == scope && is_here(it)) {
        let is_new = values.get(index) != before.get(index);
        if let Err(problem) = fill_type(all, setting, is_new, &mut values, accounts) {
            problems.entry(setting.name.clone()).or_insert(problem);
        }
    }
    let kept = differing(visit.program(), &values);
    // Each value may be fine by itself, and still the store may not take them together.
    for error in unsound(&BTreeMap::new(), &kept) {
        if let SettingError::Wrong { name, reason } = error
            && all.find(&name).is_some_and(|(_, setting)| setting.scope == scope)
        {
            problems.entry(name).or_insert(reason);
        }
    }
    GivenSettings { values, kept, problems }
}

/// Gives the type of an account the value that QuickBooks says. The error says what is wrong with an account that is new
/// here: nobody has read such a one, or it is of another type.
fn fill_type(
    all: &Settings,
    account: &Setting,
    is_new: bool,
    values: &mut [Value],
    accounts: &[Account],
) -> Result<(), String> {
    let name = all.find(&account.name).and_then(|(index, _)| values.get(index)).map(to_text);
    let Some(name) = name.filter(|name| account.kind == SettingType::Account && !name.is_empty()) else {
        return Ok(());
    };
    let of_type = all.find(&format!("{}_type", account.name));
    let of_type = of_type.filter(|(_, it)| account_of(all, it) == Some(&account.name));
    match accounts.iter().find(|it| it.name.eq_ignore_ascii_case(&name) || it.number == *name) {
        None if accounts.is_empty() || !is_new => Ok(()),
        None => {
            let names = || accounts.iter().map(|it| it.name.as_str());
            let within = || names().find(|it| it.to_lowercase().contains(&name.to_lowercase()));
            let told = nearest(&name, names()).or_else(within).map_or_else(
                || say!("choose one of its {n} accounts", n = accounts.len()),
                |near| say!("did you mean “{near}”?", near),
            );
            Err(say!("QuickBooks has no active account named “{name}”; {told}", name, told))
        }
        Some(known) => match of_type {
            Some((_, of_type)) if !of_type.choices.contains(&known.kind) => {
                let wanted = of_type.choices.join(t(" or "));
                let problem = say!(
                    "this account is of the type {kind} in QuickBooks; it must be {wanted}",
                    kind = known.kind,
                    wanted
                );
                if is_new { Err(problem) } else { Ok(()) }
            }
            Some((index, _)) => {
                if let Some(place) = values.get_mut(index) {
                    *place = Value::Text(known.kind.as_str().into());
                }
                Ok(())
            }
            None => Ok(()),
        },
    }
}

/// The value that a form gives a setting whose value is `now`; nothing if it gives none: what a person did not touch stays
/// as somebody else may have changed it in the meantime. The error says what is wrong.
fn merged(
    all: &Settings,
    setting: &Setting,
    index: usize,
    now: &Value,
    text: &str,
    form: &Fields,
) -> Result<Option<Value>, String> {
    let is_new = shown(setting, now) != text;
    if let Some(doubt) = setting.doubt(text).filter(|_| is_new) {
        return Err(doubt);
    }
    let given = value(all, setting, index, text)?;
    let was = form.get(&format!("{WAS}{}", setting.name));
    if was.is_empty() || was == mark(setting, now) || given == *now {
        return Ok(Some(given));
    }
    if was == mark(setting, &given) {
        return Ok(None);
    }
    let now = shown(setting, now);
    Err(say!("somebody else changed this in the meantime, to “{now}”; save again if yours is to count", now))
}

/// The start of the name of the field that has a setting's mark.
const WAS: &str = "was.";

/// What a value is recognized by.
fn mark(setting: &Setting, value: &Value) -> String {
    let json = serde_json::Value::String(shown(setting, value)).to_string();
    version(&json).chars().take(12).collect()
}

/// What the controls of a form that cannot be kept hold: what was entered where something is wrong, with what that is; else
/// the value that it comes to.
pub fn entered<'f>(
    visit: &'f Visit,
    given: &'f GivenSettings,
) -> impl Fn(&Setting, &Value) -> (String, Option<String>) + 'f {
    |setting, now| {
        if let Some(problem) = given.problems.get(&setting.name) {
            let text = written(setting, &visit.form).unwrap_or_else(|| shown(setting, now));
            return (text, Some(problem.clone()));
        }
        let new = visit.program().settings.find(&setting.name).and_then(|(index, _)| given.values.get(index));
        (shown(setting, new.unwrap_or(now)), None)
    }
}

fn value(all: &Settings, setting: &Setting, index: usize, text: &str) -> Result<Value, String> {
    let longest = if setting.is_single() { LONGEST } else { LONGEST_ROWS };
    if text.chars().count() > longest {
        return Err(say!("it has more than {longest} characters", longest));
    }
    if setting.is_single() && !is_line(text) {
        return Err(t("it has an invisible character, such as a line break").to_owned());
    }
    let is_none = text.is_empty() && setting.default.is_absent();
    let text = (!is_none).then(|| text.to_owned());
    match all.values(&BTreeMap::from([(setting.name.clone(), text)])) {
        Ok(values) => Ok(values.get(index).cloned().unwrap_or_default()),
        Err(SettingError::Wrong { reason, .. }) => Err(reason),
        Err(error) => Err(told(&error)),
    }
}

/// What the form says of a setting; `None` if it has no such field.
fn written(setting: &Setting, form: &Fields) -> Option<String> {
    if setting.kind == SettingType::Boolean {
        let is_on = form.all(&setting.name).any(|value| value == "true");
        return Some(is_on.to_string());
    }
    let lines = form.raw(&setting.name).map(|text| text.trim().to_owned());
    if setting.kind == SettingType::Table {
        lines.filter(|it| !it.is_empty()).or_else(|| cells(setting, form))
    } else {
        lines
    }
}

/// The rows of a table whose cells are fields of their own, as JSON. What was pasted comes instead of them.
fn cells(setting: &Setting, form: &Fields) -> Option<String> {
    let columns = setting.columns();
    let row = |row: usize| {
        let cells = columns.iter().map(|column| {
            let text = form.raw(&cell(&setting.name, row, &column.name))?.trim();
            Some((column.name.clone(), serde_json::Value::String(text.to_owned())))
        });
        cells.collect::<Option<serde_json::Map<String, serde_json::Value>>>()
    };
    let rows: Vec<serde_json::Value> =
        (0..MOST_CELLS + EMPTY_ROWS).map_while(row).map(serde_json::Value::Object).collect();
    (!rows.is_empty() || form.raw(&setting.name).is_some())
        .then(|| serde_json::Value::Array(rows).to_string())
}

fn control(setting: &Setting) -> &'static str {
    match setting.kind {
        SettingType::Boolean => "boolean",
        SettingType::Integer => "number",
        SettingType::Choice => "choice",
        SettingType::Filter => "filter",
        SettingType::Account => "account",
        SettingType::Date => "date",
        SettingType::List => "list",
        SettingType::Table => "table",
        SettingType::Number | SettingType::Text => "text",
    }
}

/// A value, as its control holds it.
pub fn shown(setting: &Setting, value: &Value) -> String {
    match (setting.kind, value) {
        (SettingType::Boolean, Value::Bool(is_on)) => is_on.to_string(),
        (SettingType::List | SettingType::Table, value) => setting.json(value).to_string(),
        (_, value) => to_text(value).into_owned(),
    }
}
