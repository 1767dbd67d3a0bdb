//! Settings of several values: lists, and tables whose columns have names and types.
//!
//! A table is written in one of two ways. As JSON, a list of rows by the names of their columns: so it is kept. Or as
//! lines with commas, semicolons or tabs between their cells: so a spreadsheet gives it, and so people paste it.

use std::fmt::Write as _;

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::Value as Json;

use super::cell::{Cell, json};
use crate::document::{ShapeId, Structure, Value};
use crate::language::{say, t};
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::file::SettingType;

/// So many entries or rows a setting may have.
pub const MOST_ROWS: usize = 5_000;
/// So many of the mistakes in a table are told at once.
const TOLD: usize = 5;

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name, as expressions read it.
    pub name: String,
    /// What the page calls it.
    pub label: String,
    /// What its cells hold.
    pub kind: SettingType,
    /// The smallest number.
    pub min: Option<i64>,
    /// The largest number, or the longest text in characters.
    pub max: Option<i64>,
    /// The choices.
    pub choices: Vec<String>,
    /// Whether each row has a value here.
    pub required: bool,
}

impl Column {
    pub(super) fn cell(&self) -> Cell<'_> {
        let Self { kind, min, max, choices, .. } = self;
        Cell { kind: *kind, min: *min, max: *max, choices, may_be_empty: true }
    }

    fn parse(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        if text.is_empty() {
            return if self.required { Err(t("it must have a value").to_owned()) } else { Ok(Value::Absent) };
        }
        self.cell().parse(text)
    }
}

/// The rows of a table, as cells of text in the order of its columns.
pub type Rows = Vec<Vec<String>>;

/// The entries of a list as text: a JSON list, or one on each line.
///
/// # Errors
/// What is wrong, in words.
pub fn entries(text: &str) -> Result<Vec<String>, String> {
    if text.trim_start().starts_with('[') {
        let all: Vec<Json> = serde_json::from_str(text).map_err(|_| t("it is no list").to_owned())?;
        return all
            .iter()
            .map(|entry| plain(entry).ok_or_else(|| t("an entry has one value").to_owned()))
            .collect();
    }
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// The values of a list.
pub(super) fn list(text: &str, entry: Cell<'_>) -> Result<Value, String> {
    let texts = entries(text)?;
    few_enough(texts.len())?;
    let mut values = Vec::with_capacity(texts.len());
    let mut wrong = Wrong::default();
    for (index, text) in texts.iter().enumerate() {
        match entry.parse(text) {
            Ok(value) => values.push(value),
            Err(reason) => wrong.tell(&say!("entry {number}", number = index + 1), &reason),
        }
    }
    wrong.end()?;
    Ok(Value::List(values.into()))
}

/// The rows of a table as text, without those that are all empty.
///
/// # Errors
/// What is wrong, in words.
pub fn rows(text: &str, columns: &[Column]) -> Result<Rows, String> {
    let mut rows =
        if text.trim_start().starts_with('[') { of_json(text, columns)? } else { of_lines(text, columns)? };
    rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    few_enough(rows.len())?;
    Ok(rows)
}

/// The values of a table: a list of rows, each with a value for every column.
pub(super) fn table(text: &str, columns: &[Column], shape: ShapeId) -> Result<Value, String> {
    let mut values = Vec::new();
    let mut wrong = Wrong::default();
    for (index, row) in rows(text, columns)?.iter().enumerate() {
        let mut cells = Vec::with_capacity(columns.len());
        for (column, text) in columns.iter().zip(row) {
            match column.parse(text) {
                Ok(value) => cells.push(value),
                Err(reason) => wrong.tell(
                    &say!("row {number}, {column}", number = index + 1, column = column.label),
                    &reason,
                ),
            }
        }
        values.push(Value::Structure(Structure { shape, slots: cells.into() }));
    }
    wrong.end()?;
    Ok(Value::List(values.into()))
}

/// A list or a table as it is kept.
pub(super) fn kept(value: &Value, columns: &[Column]) -> Json {
    let Value::List(members) = value else { return Json::Array(Vec::new()) };
    let row = |row: &Structure| {
        let cells = columns.iter().zip(row.slots.iter()).filter(|(_, cell)| !cell.is_absent());
        Json::Object(cells.map(|(column, cell)| (column.name.clone(), json(cell))).collect())
    };
    let members = members.iter().map(|member| match member {
        Value::Structure(structure) => row(structure),
        other => json(other),
    });
    Json::Array(members.collect())
}

/// The rows of a table, or the entries of a list, as people read them: each one a line.
pub fn shown(value: &Value) -> Vec<String> {
    let Value::List(members) = value else { return Vec::new() };
    let text = |value: &Value| crate::functions::to_text(value).into_owned();
    let line = |member: &Value| match member {
        Value::Structure(row) => row.slots.iter().map(text).collect::<Vec<_>>().join(" | "),
        other => text(other),
    };
    members.iter().map(line).collect()
}

fn few_enough(count: usize) -> Result<(), String> {
    if count > MOST_ROWS {
        Err(say!("it has {count} rows, and {most} are the most", count, most = MOST_ROWS))
    } else {
        Ok(())
    }
}

/// A scalar as text; nothing for a list or a mapping.
fn plain(json: &Json) -> Option<String> {
    match json {
        Json::Null => Some(String::new()),
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(json.to_string()),
        Json::Array(_) | Json::Object(_) => None,
    }
}

fn of_json(text: &str, columns: &[Column]) -> Result<Rows, String> {
    let all: Vec<serde_json::Map<String, Json>> = serde_json::from_str(text)
        .map_err(|_| say!("it is no list of rows, such as `{example}`", example = example(columns)))?;
    let row = |(index, row): (usize, &serde_json::Map<String, Json>)| {
        let row_of = |reason: &str| say!("row {number}: {reason}", number = index + 1, reason);
        if let Some(name) = row.keys().find(|name| columns.iter().all(|column| column.name != **name)) {
            return Err(row_of(&no_column(name, columns)));
        }
        let cell = |column: &Column| match row.get(&column.name) {
            None => Ok(String::new()),
            Some(json) => {
                plain(json).ok_or_else(|| row_of(&say!("{column} has one value", column = column.label)))
            }
        };
        columns.iter().map(cell).collect()
    };
    all.iter().enumerate().map(row).collect()
}

/// A row as it could be written.
fn example(columns: &[Column]) -> String {
    let cells: Vec<String> = columns.iter().map(|column| format!("{}: ...", column.name)).collect();
    format!("{{ {} }}", cells.join(", "))
}

fn of_lines(text: &str, columns: &[Column]) -> Result<Rows, String> {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // Excel in some countries writes semicolons, and a cell that is copied from a sheet comes with tabs.
    let between =
        [b'\t', b';', b','].into_iter().find(|mark| head.contains(char::from(*mark))).unwrap_or(b',');
    let mut reader = ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(between).trim(Trim::All);
    let records: Result<Vec<StringRecord>, csv::Error> =
        reader.from_reader(text.as_bytes()).into_records().collect();
    let records = records.map_err(|error| say!("it cannot be read as rows: {error}", error))?;
    let Some(first) = records.first() else { return Ok(Vec::new()) };
    let (order, rest) = match heads(first, columns) {
        Some(order) => (order?, records.get(1..).unwrap_or_default()),
        None => ((0..columns.len()).map(Some).collect(), records.as_slice()),
    };
    let row = |(index, record): (usize, &StringRecord)| {
        if record.len() > order.len() {
            return Err(say!(
                "row {number} has {cells} cells, and there are {columns} columns",
                number = index + 1,
                cells = record.len(),
                columns = order.len()
            ));
        }
        let mut cells = vec![String::new(); columns.len()];
        for (cell, place) in record.iter().zip(&order) {
            if let Some(own) = place.and_then(|place| cells.get_mut(place)) {
                cell.clone_into(own);
            }
        }
        Ok(cells)
    };
    rest.iter().enumerate().map(row).collect()
}

/// The column of each cell of the first line, if that has the names of columns; what names no column is an error.
fn heads(first: &StringRecord, columns: &[Column]) -> Option<Result<Vec<Option<usize>>, String>> {
    let named = |head: &str| {
        let is = |column: &Column| {
            column.name.eq_ignore_ascii_case(head) || column.label.to_lowercase() == head.to_lowercase()
        };
        columns.iter().position(is)
    };
    if !first.iter().any(|head| named(head).is_some()) {
        return None;
    }
    let twice = first.iter().enumerate().find(|(at, head)| {
        named(head).is_some() && first.iter().take(*at).any(|other| named(other) == named(head))
    });
    if let Some((_, head)) = twice {
        return Some(Err(say!("the column `{head}` comes twice", head)));
    }
    let place = |head: &str| match named(head) {
        None if !head.is_empty() => Err(no_column(head, columns)),
        place => Ok(place),
    };
    Some(first.iter().map(place).collect())
}

fn no_column(name: &str, columns: &[Column]) -> String {
    let names = || columns.iter().map(|column| column.name.as_str());
    let hint = did_you_mean(name, names());
    let hint = hint
        .unwrap_or_else(|| say!("the columns are {names}", names = names().collect::<Vec<_>>().join(", ")));
    say!("there is no column `{name}`; {hint}", name, hint)
}

/// What is wrong with several cells, in one sentence.
#[derive(Default)]
struct Wrong {
    told: String,
    count: usize,
}

impl Wrong {
    fn tell(&mut self, place: &str, reason: &str) {
        self.count += 1;
        if self.count <= TOLD {
            let before = if self.told.is_empty() { "" } else { "; " };
            _ = write!(self.told, "{before}{place}: {reason}");
        }
    }

    fn end(mut self) -> Result<(), String> {
        if self.count > TOLD {
            self.told.push_str(&say!("; and {more} more", more = self.count - TOLD));
        }
        if self.count == 0 { Ok(()) } else { Err(self.told) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        [("group", "Group", SettingType::Text), ("share", "Share in %", SettingType::Number)]
            .map(|(name, label, kind)| Column {
                name: name.to_owned(),
                label: label.to_owned(),
                kind,
                min: Some(0),
                max: Some(100),
                choices: Vec::new(),
                required: name == "group",
            })
            .into()
    }

    /// The rows as they are kept.
    fn read(text: &str) -> Result<String, String> {
        let columns = columns();
        table(text, &columns, ShapeId(7)).map(|value| kept(&value, &columns).to_string())
    }

    #[test]
    fn a_spreadsheet_a_csv_file_and_json_give_the_same_rows() {
        let rows = r#"[{"group":"Zinc, clear","share":"12.5"},{"group":"Black"}]"#;
        for text in [
            "group,share\n\"Zinc, clear\",12.5\nBlack,\n",
            "\n group , share \n\"Zinc, clear\", 12.5\nBlack\n\n,\n",
            "Share in %;GROUP\r\n12.5;Zinc, clear\r\n;Black\r\n",
            "Group\tShare in %\nZinc, clear\t12.5\nBlack\t",
            "Zinc, clear\t12.5\nBlack\t\n",
            r#"[{"group":"Zinc, clear","share":12.5},{"group":"Black","share":null},{}]"#,
        ] {
            assert_eq!(read(text).as_deref(), Ok(rows), "{text}");
        }
        assert_eq!(read(rows).as_deref(), Ok(rows));
        assert_eq!(read("").as_deref(), Ok("[]"));
        assert_eq!(read("group,share\n").as_deref(), Ok("[]"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_row() {
        for (text, reason) in [
            ("group,share\n,5", "row 1, Group: it must have a value"),
            (
                "group,share\na,101\nb,x",
                "row 1, Share in %: 101 is more than 100; row 2, Share in %: `x` is not a number",
            ),
            ("group,shares\na,1", "there is no column `shares`; did you mean `share`?"),
            ("a,1,2", "row 1 has 3 cells, and there are 2 columns"),
            (r#"[{"group":{}}]"#, "row 1: Group has one value"),
            (r#"[{"group":1]"#, "it is no list of rows, such as `{ group: ..., share: ... }`"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.starts_with(reason), "{text}: {told}");
        }
        let many = "a,1\n".repeat(MOST_ROWS + 1);
        assert_eq!(read(&many), Err(format!("it has {} rows, and {MOST_ROWS} are the most", MOST_ROWS + 1)));
        let wrong = read(&"a,x\n".repeat(9)).unwrap_err();
        assert!(wrong.ends_with("; and 4 more"), "{wrong}");
    }

    #[test]
    fn a_list_has_one_entry_on_each_line() {
        let cell = Cell {
            kind: SettingType::Integer,
            min: Some(1),
            max: Some(9),
            choices: &[],
            may_be_empty: false,
        };
        let read = |text: &str| list(text, cell).map(|value| shown(&value).join(" "));
        assert_eq!(read("1\n\n 2 \r\n3").as_deref(), Ok("1 2 3"));
        assert_eq!(read("[1, \"2\"]").as_deref(), Ok("1 2"));
        assert_eq!(read("").as_deref(), Ok(""));
        assert_eq!(
            read("1\n10\nx"),
            Err("entry 2: 10 is more than 9; entry 3: `x` is not a whole number".to_owned())
        );
        assert!(read("[[1]]").is_err() && read("[1").is_err());
    }
}
