//! Who uses what: every setting, function, field and element that rules name, with all places that name it.
//!
//! The checker notes each name as it finds out what the name means, so a place counts only for what it really means:
//! `line.items` of an invoice is not that of a bill.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::document::{ShapeId, Shapes};
use crate::rules::diagnostics::source::{FileId, Sources, Span};
use crate::rules::files::decode::Spanned;
use crate::rules::files::file::{Named, ShapeField};
use crate::rules::files::shape_file::ShapeFile;

use super::language::script::ScriptFunction;
use super::settings::{Setting, Settings};

/// What the rules of a rule set use.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// Everything that can be used, by kind and name.
    pub things: Vec<Thing>,
}

/// Something that rules can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub kind: Kind,
    /// Its name in full: `settings.start_date`, `price`, `invoice.lines.items`, `InvoiceLineAdd.Rate`.
    pub name: String,
    /// Where it is named when it is declared; nothing for what comes with Ferrule or QuickBooks.
    pub defined: Option<Span>,
    /// All places that name it, by file and place.
    pub used: Vec<Span>,
}

/// A kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A setting.
    Setting,
    /// A function: of a script, or one that is provided.
    Function,
    /// A field of a document.
    Field,
    /// An element of a record or of a request.
    Element,
}

impl Uses {
    /// The things of that name. A name may be given in full, or by its last steps: `start_date`, `items.rate`.
    pub fn named<'u>(&'u self, name: &str) -> impl Iterator<Item = &'u Thing> {
        let name = name.trim_start_matches('=').trim_end_matches("()").replace('/', ".");
        let ending = format!(".{name}");
        self.things.iter().filter(move |thing| thing.name == name || thing.name.ends_with(&ending))
    }

    /// The thing of that kind and name in full.
    pub fn get(&self, kind: Kind, name: &str) -> Option<&Thing> {
        let at = self
            .things
            .binary_search_by(|thing| (thing.kind, thing.name.as_str()).cmp(&(kind, name)))
            .ok()?;
        self.things.get(at)
    }

    /// All places of a file that name something, with that, in the order of the file.
    pub fn of_file(&self, file: FileId) -> Vec<(Span, &Thing)> {
        let places = |thing| move |span: &Span| (span.file == file).then_some((*span, thing));
        let mut all: Vec<(Span, &Thing)> = self
            .things
            .iter()
            .flat_map(|thing| thing.defined.iter().chain(&thing.used).filter_map(places(thing)))
            .collect();
        all.sort_by_key(|(span, _)| *span);
        all
    }

    /// What a byte of a file names, where it is declared or used. A place in a function can name several: it means
    /// what it is called with.
    pub fn at(&self, file: FileId, offset: u32) -> impl Iterator<Item = &Thing> {
        let covers = move |span: &Span| span.file == file && span.start <= offset && offset < span.end;
        self.things.iter().filter(move |thing| thing.defined.iter().chain(&thing.used).any(covers))
    }
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Means {
    /// The setting of this index.
    Setting(usize),
    /// The function of this name.
    Function(String),
    /// The field in this slot of a shape.
    Field(ShapeId, usize),
    /// The child of an element.
    Element(&'static str, &'static str),
}

/// What the checker has found named so far.
#[derive(Debug, Default)]
pub struct Noted {
    /// Each place, and whether a rule leads to it.
    found: HashMap<(Means, Span), bool>,
    /// Functions are looked into on their own: what they ask for is not asked for by a rule.
    pub is_survey: bool,
}

impl Noted {
    /// Notes that a place names something.
    pub fn note(&mut self, means: Means, at: Span) {
        *self.found.entry((means, at)).or_default() |= !self.is_survey;
    }

    /// What rules ask for.
    pub fn asked_for(&self) -> BTreeSet<&Means> {
        self.found.iter().filter(|(_, by_rule)| **by_rule).map(|((means, _), _)| means).collect()
    }
}

/// Where everything is declared, to make the index.
pub struct Declared<'d> {
    /// The files.
    pub sources: &'d Sources,
    /// The settings.
    pub settings: &'d Settings,
    /// The functions of scripts.
    pub functions: &'d BTreeMap<String, ScriptFunction>,
    /// The shapes.
    pub shapes: &'d Shapes,
    /// The files that declare these.
    pub files: &'d [ShapeFile],
}

impl Declared<'_> {
    /// The index of what was noted. What is declared and never used is in it too.
    pub fn index(&self, noted: Noted) -> Uses {
        let mut used: BTreeMap<(Kind, String), Vec<Span>> = BTreeMap::new();
        let settings = (0..self.settings.iter().count()).map(Means::Setting);
        let functions = self.functions.keys().map(|name| Means::Function(name.clone()));
        let declared = settings.chain(functions).map(|means| self.name(&means));
        let fields = declared_fields(self.files);
        let of_shapes = fields.keys().map(|name| (Kind::Field, name.clone()));
        used.extend(declared.chain(of_shapes).map(|name| (name, Vec::new())));
        for ((means, at), _) in noted.found {
            used.entry(self.name(&means)).or_default().push(at);
        }
        let thing = |((kind, name), mut used): ((Kind, String), Vec<Span>)| {
            used.sort_unstable();
            used.dedup();
            Thing { defined: self.defined(kind, &name, &fields), kind, name, used }
        };
        Uses { things: used.into_iter().map(thing).collect() }
    }

    fn name(&self, means: &Means) -> (Kind, String) {
        match means {
            Means::Setting(index) => {
                let name = self.settings.iter().nth(*index).map_or("", |setting| setting.name.as_str());
                (Kind::Setting, format!("settings.{name}"))
            }
            Means::Function(name) => (Kind::Function, name.clone()),
            Means::Field(shape, slot) => {
                let shape = self.shapes.get(*shape);
                let field = shape.fields.get(*slot).map_or("", |field| field.name.as_str());
                (Kind::Field, format!("{}.{field}", shape.name))
            }
            Means::Element(parent, name) => (Kind::Element, format!("{parent}.{name}")),
        }
    }

    fn defined(&self, kind: Kind, name: &str, fields: &BTreeMap<String, Span>) -> Option<Span> {
        match kind {
            Kind::Setting => {
                let (_, setting) = self.settings.find(name.strip_prefix("settings.")?)?;
                Some(key_of(self.sources, setting))
            }
            Kind::Function => self.functions.get(name).map(|function| function.span),
            Kind::Field => fields.get(name).copied(),
            Kind::Element => None,
        }
    }
}

/// Where the fields of all shapes are declared, by the name in full.
fn declared_fields(files: &[ShapeFile]) -> BTreeMap<String, Span> {
    let mut found = BTreeMap::new();
    for file in files {
        fields(&file.fields.value, &file.shape.value, &mut found);
    }
    found
}

fn fields(named: &Named<ShapeField>, path: &str, found: &mut BTreeMap<String, Span>) {
    for (name, ty) in &named.0 {
        let inner = format!("{path}.{}", name.value);
        inside(ty, &inner, found);
        found.entry(inner).or_insert(name.span);
    }
}

fn inside(ty: &Spanned<ShapeField>, path: &str, found: &mut BTreeMap<String, Span>) {
    match &ty.value {
        ShapeField::Name(_) => {}
        ShapeField::Struct(named) => fields(named, path, found),
        ShapeField::List(member) => inside(member, path, found),
    }
}

/// Where a setting is named: its key stands before what it says.
pub fn key_of(sources: &Sources, setting: &Setting) -> Span {
    let before =
        sources.get(setting.span.file).and_then(|source| source.text.get(..setting.span.start as usize));
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    match before.and_then(|before| before.rfind(&format!("{}:", setting.name))) {
        Some(at) => Span { start: narrow(at), end: narrow(at + setting.name.len()), ..setting.span },
        None => setting.span,
    }
}
