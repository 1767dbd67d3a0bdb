//! What the pages show of an object's documents: every way that is named must be one of the shape.

use std::collections::BTreeMap;

use super::program::{List, ListColumn, ListLines, ListState};
use crate::document::{Code, FieldType, ShapeId};
use crate::rules::check::checker::Checker;
use crate::rules::check::uses::Means;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::draft::place;
use crate::rules::files::file::{ObjectFile, Text};
use crate::rules::files::list_file::{ListColumnFile, ListFile};

/// Paths below that of a company file which are pages of their own.
pub const TAKEN: [&str; 16] = [
    "activity",
    "alerts",
    "charts",
    "domain",
    "errors",
    "imports",
    "integrations",
    "people",
    "plan",
    "reconcile",
    "records",
    "rules",
    "search",
    "set-up",
    "todo",
    "undo",
];

/// The list of one object.
pub fn list(checker: &mut Checker<'_>, file: &ListFile, object: &str, shape: ShapeId) -> List {
    path_fits(checker, &file.path);
    let mut lists = Lists { checker, shape };
    let lines = file.lines.as_ref().map(|lines| ListLines {
        title: lines.title.clone(),
        at: lists.way(&lines.at),
        columns: lists.columns(&lines.columns),
    });
    let states = file.states.iter().map(|state| ListState {
        word: state.word.clone(),
        when: state.when.as_ref().map(|way| lists.way(way)),
        unless: state.unless.as_ref().map(|way| lists.way(way)),
        first: state.first,
        note: state.note.clone(),
    });
    let states = states.collect();
    List {
        place: file.place,
        object: object.to_owned(),
        path: file.path.value.clone(),
        one: file.one.clone(),
        title: file.title.clone(),
        columns: lists.columns(&file.columns),
        details: lists.columns(&file.details),
        lines,
        states,
        otherwise: file.otherwise.clone(),
    }
}

/// Two lists at one path: the second would never be seen.
pub fn each_has_its_path(checker: &mut Checker<'_>, files: &[ObjectFile]) {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files {
        let Some(list) = &file.list else { continue };
        if let Some(other) = taken.insert(&list.path.value, &file.object.value) {
            let message = format!("the list of `{other}` is at `{}` already", list.path.value);
            let told = Diagnostic::error(Code::GivenTwice, list.path.span, message);
            checker.tell(told.help("give this one a path of its own"));
        }
    }
}

fn path_fits(checker: &mut Checker<'_>, path: &Text) {
    let name = path.value.as_str();
    let is_plain =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let (message, help) = if !is_plain {
        (
            format!("`{name}` is no path of a page"),
            "use small letters, digits and hyphens, such as `purchase-orders`",
        )
    } else if TAKEN.contains(&name) {
        (format!("`{name}` is another page already"), "give the list a path of its own")
    } else {
        return;
    };
    checker.tell(Diagnostic::error(Code::SettingContradicts, path.span, message).help(help));
}

struct Lists<'c, 'p> {
    checker: &'c mut Checker<'p>,
    shape: ShapeId,
}

impl Lists<'_, '_> {
    fn columns(&mut self, files: &[ListColumnFile]) -> Vec<ListColumn> {
        let column = |file: &ListColumnFile| ListColumn {
            label: file.label.clone(),
            field: file.field.as_ref().map(|way| self.way(way)),
            otherwise: file.otherwise.as_ref().map(|way| self.way(way)),
            sum: file.sum.as_ref().map(|way| self.sum(way)),
            kind: file.kind,
        };
        files.iter().map(column).collect()
    }

    /// A way to numbers.
    fn sum(&mut self, way: &Text) -> String {
        let mut end = None;
        let name = self.followed(way, &mut end);
        if end.is_some_and(|ty| matches!(ty, FieldType::Text { .. } | FieldType::Boolean)) {
            let message = format!("`sum` adds numbers, and `{name}` holds none");
            let help = "name a number, or write `field` to show the first value";
            self.checker.tell(Diagnostic::error(Code::WrongType, way.span, message).help(help));
        }
        name
    }

    /// A way from the document on, through structures and lists.
    fn way(&mut self, way: &Text) -> String {
        self.followed(way, &mut None)
    }

    /// A way, and the type of its last field.
    fn followed(&mut self, way: &Text, end: &mut Option<FieldType>) -> String {
        let mut shape = Some(self.shape);
        let mut rest = way.value.as_str();
        for name in way.value.split('.') {
            let Some(here) = shape else { break };
            let known = self.checker.shapes.get(here);
            let Some((slot, field)) = known.field(name) else {
                let message = format!("unknown field `{name}` of `{}`", known.name);
                let without_sign = name
                    .starts_with('=')
                    .then(|| "write the way to a field, without `=`: pages work nothing out".to_owned());
                let help = did_you_mean(name, known.fields.iter().map(|field| field.name.as_str()));
                let told = Diagnostic::error(Code::UnknownField, way.span, message);
                self.checker.tell(told.help_if(without_sign.or(help)));
                break;
            };
            self.checker.uses.note(Means::Field(here, slot), place(way, rest, name));
            rest = rest.get(name.len() + 1..).unwrap_or_default();
            *end = Some(field.ty.clone());
            shape = inside(&field.ty);
        }
        way.value.clone()
    }
}

/// The structure that a field holds, or its list; nothing for a plain value.
fn inside(ty: &FieldType) -> Option<ShapeId> {
    match ty {
        FieldType::Struct(shape) => Some(*shape),
        FieldType::List(member) => inside(member),
        _ => None,
    }
}
