//! What a name in an expression stands for, and what may follow its dot.

use crate::catalogue::Element;
use crate::document::{FieldType, ShapeId};
use crate::rules::Program;

use super::about;

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Sort {
    /// A structure of a document, or a list of such: a dot on a list gives the field of every member.
    Shape(ShapeId),
    /// The settings.
    Settings,
    /// A record, or an element of one.
    Element(Element),
    /// Something without fields, or of which nothing is known.
    Plain,
}

/// What may stand behind a dot.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What it is.
    pub sort: Sort,
    /// The same in a few words.
    pub detail: String,
    /// More about it, as Markdown.
    pub about: String,
}

/// All that may stand behind the dot of a value, in order.
pub fn members(program: &Program, of: &Sort) -> Vec<Member> {
    match of {
        Sort::Shape(shape) => {
            let fields = program.shapes.get(*shape).fields.iter();
            fields.map(|field| of_field(program, *shape, &field.name, &field.ty, field.required)).collect()
        }
        Sort::Settings => program.settings.iter().map(of_setting).collect(),
        Sort::Element(element) => element.children().map(|child| of_element(child.element)).collect(),
        Sort::Plain => Vec::new(),
    }
}

/// What a name behind the dot of a value is.
pub fn member(program: &Program, of: &Sort, name: &str) -> Option<Member> {
    match of {
        Sort::Shape(shape) => {
            let (_, field) = program.shapes.get(*shape).field(name)?;
            Some(of_field(program, *shape, name, &field.ty, field.required))
        }
        Sort::Settings => program.settings.find(name).map(|(_, setting)| of_setting(setting)),
        Sort::Element(element) => element.child(name).map(of_element),
        Sort::Plain => None,
    }
}

fn of_field(program: &Program, shape: ShapeId, name: &str, ty: &FieldType, required: bool) -> Member {
    let detail = phrase(program, ty);
    let always = if required { " It is always there." } else { "" };
    let of = &program.shapes.get(shape).name;
    let about = format!("`{name}`: {detail}\n\nA field of `{of}` in Steelhead.{always}");
    Member { name: name.to_owned(), sort: of_type(ty), detail, about }
}

fn of_setting(setting: &crate::rules::settings::Setting) -> Member {
    let sort = setting.row_shape().map_or(Sort::Plain, Sort::Shape);
    let detail = format!("{} (default: {})", about::kind(setting.kind), about::default(setting));
    Member { name: setting.name.clone(), sort, detail, about: about::setting(setting) }
}

fn of_element(element: Element) -> Member {
    let (detail, about) = (about::short(element), about::element(element));
    Member { name: element.name().to_owned(), sort: Sort::Element(element), detail, about }
}

/// What a field of that type is; of a list, what its members are.
pub fn of_type(ty: &FieldType) -> Sort {
    match ty {
        FieldType::Struct(shape) => Sort::Shape(*shape),
        FieldType::List(inner) => of_type(inner),
        _ => Sort::Plain,
    }
}

fn phrase(program: &Program, ty: &FieldType) -> String {
    match ty {
        FieldType::Struct(shape) => format!("`{}`", program.shapes.get(*shape).name),
        FieldType::List(inner) => format!("a list, each member {}", phrase(program, inner)),
        FieldType::Text { max: Some(max) } => format!("text of at most {max} characters"),
        other => other.phrase().to_owned(),
    }
}
