//! What an import would make of one record, and where each value comes from.

use std::sync::Arc;

use crate::document::Value;
use crate::engine::{Context, Engine, ImportNote, ImportedValue, Links};
use crate::qbxml::{Company, Record};
use crate::rules::Program;
use crate::rules::program::{ImportContent, ImportOp};
use crate::sync::company_file::settings::settings;
use crate::sync::imports::list::ImportError;
use crate::sync::stored::CompanyFile;

/// What an import would make of a record.
#[derive(Clone, Debug)]
pub struct ExplainedImport {
    /// The object.
    pub object: String,
    /// Why nothing is made of it.
    pub reasons: Vec<ImportNote>,
    /// The document, without an id; nothing if none is made.
    pub document: Option<ImportedValue>,
    /// Its fields that have a value, in order.
    pub fields: Vec<ExplainedField>,
}

/// A field of an imported document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedField {
    /// The way to it, such as `contacts[1].name`.
    pub path: String,
    /// Its value.
    pub value: String,
    /// The expression that gives it, as the rules have it.
    pub rule: String,
    /// Where that stands: file and line.
    pub place: String,
}

/// What the rules would make of a record that nothing else is known about: one for each object whose
/// import names records of its type, in the order of the rule set. Whether it is connected or ignored
/// is not looked at.
///
/// # Errors
/// The company file has settings that the rules do not take.
pub fn explain_import(
    program: &Program,
    file: &CompanyFile,
    record: &Arc<Record>,
) -> Result<Vec<ExplainedImport>, ImportError> {
    let settings: Vec<Value> = settings(program, file)?;
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &settings, company: &company, links: &links };
    let engine = Engine::new(program);
    let imports = program.objects.iter().filter_map(|object| Some((object, object.import.as_ref()?)));
    let named = imports.filter(|(_, import)| import.from.contains(&record.name()));
    let explained = named.map(|(object, import)| {
        let imported = engine.import(&object.name, import, record, context);
        let mut fields = Vec::new();
        if let Some(document) = &imported.document {
            structure(program, &import.fields, document, "", &mut fields);
        }
        let (reasons, document) = (imported.reasons, imported.document);
        ExplainedImport { object: object.name.clone(), reasons, document, fields }
    });
    Ok(explained.collect())
}

fn structure(
    program: &Program,
    ops: &[ImportOp],
    value: &ImportedValue,
    path: &str,
    found: &mut Vec<ExplainedField>,
) {
    for op in ops {
        let Some(value) = value.get(&op.name) else { continue };
        let path = if path.is_empty() { op.name.clone() } else { format!("{path}.{}", op.name) };
        match (&op.content, value) {
            (ImportContent::Struct(ops), value) => structure(program, ops, value, &path, found),
            (ImportContent::List(all), ImportedValue::List(members)) => {
                let mut all = all.iter().peekable();
                for (index, member) in members.iter().enumerate() {
                    // Members without any value are left out of the list; one with loops may be there several times.
                    while all.next_if(|it| !makes(&it.fields, member)).is_some() {}
                    let Some(own) = all.peek() else { break };
                    structure(program, &own.fields, member, &format!("{path}[{}]", index + 1), found);
                    _ = all.next_if(|it| it.loops.is_empty());
                }
            }
            (ImportContent::Value(expr), value) => found.push(ExplainedField {
                path,
                value: text(value),
                rule: expr.text.to_string(),
                place: program.sources.line(expr.span),
            }),
            (ImportContent::List(_), _) => {}
        }
    }
}

/// Whether these fields can have made that member.
fn makes(ops: &[ImportOp], member: &ImportedValue) -> bool {
    match member {
        ImportedValue::Fields(fields) => fields.iter().all(|(name, _)| ops.iter().any(|op| op.name == *name)),
        _ => false,
    }
}

fn text(value: &ImportedValue) -> String {
    match value {
        ImportedValue::Text(text) => text.clone(),
        ImportedValue::Truth(truth) => truth.to_string(),
        ImportedValue::List(_) | ImportedValue::Fields(_) => String::new(),
    }
}
