//! From `settings.yaml` and the files of `tables` to settings.

use std::collections::BTreeMap;

use super::bounds::contradicts;
use super::rows::Column;
use super::{Holds, Setting, Settings};
use crate::document::{Code, Field, Shape, Shapes, Value};
use crate::rules::diagnostics::diagnostic::{Diagnostic, Diagnostics};
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::file::{ColumnFile, SettingFile, SettingType, SettingsFile, Text};

/// The rows of tables that have a file of their own, by the names of their settings.
pub type TableFiles = BTreeMap<String, Text>;

impl Settings {
    /// The declared settings. The rows of each table get a shape, by which expressions read them. A default that its
    /// setting cannot hold is told.
    pub fn declare(
        file: SettingsFile,
        mut tables: TableFiles,
        shapes: &mut Shapes,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut declaring = Declaring { shapes, diagnostics };
        let declared = file.settings.into_iter();
        let all =
            declared.map(|(name, setting)| declaring.setting(tables.remove(&name), name, setting)).collect();
        let settings = Self { all };
        for (name, rows) in tables {
            let of_tables = settings.iter().filter(|setting| setting.kind == SettingType::Table);
            let hint = did_you_mean(&name, of_tables.map(|setting| setting.name.as_str()));
            let message = format!("no setting `{name}` is declared, so nothing reads this table");
            let help = hint.unwrap_or_else(|| "declare it in settings.yaml, with `type: table`".to_owned());
            diagnostics.push(Diagnostic::error(Code::SettingContradicts, rows.span, message).help(help));
        }
        settings
    }
}

/// The first line of a table's file up to which its rows cannot be read; of a file of YAML all rows.
fn line_of_mistake(setting: &Setting, rows: &Text) -> Span {
    if rows.span.end > rows.span.start {
        return rows.span;
    }
    let ends: Vec<usize> = rows
        .value
        .split_inclusive('\n')
        .scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        })
        .collect();
    let is_right = |end: &usize| setting.parse(rows.value.get(..*end).unwrap_or_default()).is_ok();
    let line = ends.partition_point(is_right);
    let (start, end) = (line.checked_sub(1).and_then(|line| ends.get(line)), ends.get(line));
    let narrow = |n: Option<&usize>| u32::try_from(n.copied().unwrap_or_default()).unwrap_or(u32::MAX);
    Span { start: rows.span.start + narrow(start), end: rows.span.start + narrow(end), ..rows.span }
}

struct Declaring<'d> {
    shapes: &'d mut Shapes,
    diagnostics: &'d mut Diagnostics,
}

impl Declaring<'_> {
    fn setting(&mut self, rows: Option<Text>, name: String, file: Spanned<SettingFile>) -> Setting {
        let Spanned { span, value: mut file } = file;
        let default = self.default(rows.clone(), &name, &mut file);
        let holds = self.holds(&name, &mut file);
        let mut setting = Setting {
            name,
            label: file.label,
            help: file.help,
            kind: file.kind.value,
            holds,
            default: Value::Absent,
            min: file.min,
            max: file.max,
            choices: file.choices,
            unit: file.unit,
            scope: file.scope,
            group: file.group,
            span,
            forced: file.forced,
        };
        contradicts("setting", &setting.name, setting.cell(), file.kind.span, self.diagnostics);
        let (default, at) = match default {
            Some(Spanned { span, value }) => (Some(value), span),
            None => ((!setting.is_single()).then(String::new), span),
        };
        if let Some(doubt) = default.as_deref().and_then(|default| setting.doubt(default)) {
            let said = format!("the filter of `{}` means something else than it seems to", setting.name);
            self.diagnostics.push(Diagnostic::warning(Code::DoubtfulFilter, at, said).help(doubt));
        }
        match default.map(|default| setting.parse(&default)) {
            None => {}
            Some(Ok(value)) => setting.default = value,
            Some(Err(reason)) => self.diagnostics.push(
                Diagnostic::error(
                    Code::SettingContradicts,
                    rows.map_or(at, |rows| line_of_mistake(&setting, &rows)),
                    format!("the default of `{}` is not one it can have", setting.name),
                )
                .label(reason)
                .help(setting.held()),
            ),
        }
        setting
    }

    /// The default: as it is written there, or the rows of a file.
    fn default(&mut self, rows: Option<Text>, name: &str, file: &mut SettingFile) -> Option<Text> {
        let written =
            file.default.take().map(|Spanned { span, value }| Spanned { span, value: value.into_text() });
        let Some(rows) = rows else { return written };
        if file.kind.value != SettingType::Table {
            let message = format!("the setting `{name}` is no table");
            self.contradicts(rows.span, message, "give it `type: table` and `columns` in settings.yaml");
            return written;
        }
        if let Some(written) = &written {
            let message = format!("the rows of `{name}` stand here and in a file of their own");
            self.contradicts(written.span, message, "remove one of the two");
        }
        Some(rows)
    }

    fn holds(&mut self, name: &str, file: &mut SettingFile) -> Holds {
        let at = file.kind.span;
        if file.kind.value != SettingType::Table
            && let Some(columns) = &file.columns
        {
            let message = format!("the setting `{name}` has columns and is no table");
            self.contradicts(columns.span, message, "a table has `type: table`");
        }
        if file.kind.value != SettingType::List
            && let Some(of) = &file.of
        {
            let message = format!("the setting `{name}` says what its entries are and is no list");
            self.contradicts(of.span, message, "a list has `type: list`");
        }
        match file.kind.value {
            SettingType::List => Holds::Entries(self.simple(name, file.of.take(), at)),
            SettingType::Table => {
                let columns = file.columns.take().map(|columns| columns.value.0).unwrap_or_default();
                if columns.is_empty() {
                    let message = format!("the table `{name}` has no columns");
                    self.contradicts(
                        at,
                        message,
                        "name them: `columns: { group: { label: Group, type: text } }`",
                    );
                }
                let columns: Vec<Column> =
                    columns.into_iter().map(|(column, file)| self.column(column.value, file.value)).collect();
                let field = |column: &Column| Field {
                    name: column.name.clone(),
                    ty: column.cell().field_type(),
                    required: column.required,
                };
                let fields = columns.iter().map(field).collect();
                let shape = self.shapes.add(Shape::new(format!("settings.{name}"), false, fields));
                Holds::Rows { columns, shape }
            }
            _ => Holds::One,
        }
    }

    fn column(&mut self, name: String, file: ColumnFile) -> Column {
        let at = file.kind.span;
        let kind = self.simple(&name, Some(file.kind), at);
        let column = Column {
            label: file.label.unwrap_or_else(|| name.clone()),
            name,
            kind,
            min: file.min,
            max: file.max,
            choices: file.choices,
            required: file.required,
        };
        contradicts("column", &column.name, column.cell(), at, self.diagnostics);
        column
    }

    /// The type of what an entry or a cell holds: one value.
    fn simple(&mut self, name: &str, kind: Option<Spanned<SettingType>>, at: Span) -> SettingType {
        match kind.map(|kind| kind.value) {
            Some(SettingType::List | SettingType::Table) => {
                let message = format!("what `{name}` holds has one value, and is no list and no table");
                self.contradicts(at, message, "`text`, `number` and the others are its types");
                SettingType::Text
            }
            Some(kind) => kind,
            None => SettingType::Text,
        }
    }

    fn contradicts(&mut self, at: Span, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::error(Code::SettingContradicts, at, message).help(help));
    }
}
