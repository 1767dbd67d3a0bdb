//! Reads the text of the vocabulary into the tables.
//!
//! The form of the text is told in its first lines. It is our own and tests hold it against its
//! source, so a line that makes no sense is not an error for the user: it is counted, and a test
//! says that there is none.

use std::collections::HashMap;
use std::str::SplitAsciiWhitespace;
use std::sync::LazyLock;

use super::DataType;
use super::country::Countries;
use super::parts::{Attribute, Choice, Element, Particle};
use super::tables::{Body, Catalogue, ChoiceData, Data, Shape, Span, index};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| load(include_str!("data/qbxml130.txt")));

/// The tables.
pub(super) fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// A choice whose branches are being read.
struct Open {
    /// The column of the word `choice` and of the bars of its branches.
    column: usize,
    id: u32,
    /// Where in the reader's `particles` the branch begins that is being read.
    branch: usize,
    /// Where in the reader's `branches` those of this choice begin.
    branches: usize,
    repeats: bool,
}

struct Reader {
    catalogue: Catalogue,
    bodies: HashMap<&'static str, u32>,
    lists: HashMap<&'static str, &'static [&'static str]>,
    /// The enumeration being read, if any, and its words.
    list: Option<&'static str>,
    words: Vec<&'static str>,
    /// Where the body being read begins: among the elements and the attributes.
    body: (usize, usize),
    open: Vec<Open>,
    /// Particles and branches that wait for the end of the sequence they are in.
    particles: Vec<Particle>,
    branches: Vec<Span>,
    use_macro: Span,
}

/// The tables of `text`.
pub(super) fn load(text: &'static str) -> Catalogue {
    let mut reader = Reader::new();
    for (number, line) in text.lines().enumerate() {
        if reader.line(line).is_none() {
            reader.catalogue.misread.push(number + 1);
        }
    }
    reader.end_part();
    reader.finish()
}

impl Reader {
    fn new() -> Reader {
        let attributes =
            vec![Attribute { name: "useMacro", data_type: DataType::Macro, required: false, values: &[] }];
        let use_macro = Span::since(0, &attributes);
        Reader {
            catalogue: Catalogue {
                elements: Vec::with_capacity(8192),
                bodies: Vec::with_capacity(1024),
                by_name: Vec::with_capacity(8192),
                particles: Vec::with_capacity(8192),
                branches: Vec::with_capacity(2048),
                choices: Vec::with_capacity(1024),
                attributes,
                root: Element(0),
                misread: Vec::new(),
            },
            bodies: HashMap::with_capacity(1024),
            lists: HashMap::with_capacity(256),
            list: None,
            words: Vec::new(),
            body: (0, 0),
            open: Vec::new(),
            particles: Vec::new(),
            branches: Vec::new(),
            use_macro,
        }
    }

    fn line(&mut self, line: &'static str) -> Option<()> {
        if line.is_empty() || line.starts_with('#') {
            return Some(());
        }
        let column = line.len() - line.trim_start().len();
        let mut words = line.split_ascii_whitespace();
        let first = words.next()?;
        match (column, first) {
            (0, "values") => {
                self.end_part();
                self.list = Some(words.next()?);
            }
            (0, "body") => {
                self.end_part();
                self.begin_body(words.next()?);
            }
            _ if self.list.is_some() => self.words.extend(std::iter::once(first).chain(words)),
            (_, "|") => {
                self.next_branch(column)?;
                self.particle(column + 2, words.next()?, words)?;
            }
            _ => self.particle(column, first, words)?,
        }
        Some(())
    }

    /// Ends the enumeration or the body being read.
    fn end_part(&mut self) {
        match self.list.take() {
            Some(name) => {
                let words = std::mem::take(&mut self.words);
                self.lists.insert(name, words.leak());
            }
            None => self.end_body(),
        }
    }

    fn begin_body(&mut self, name: &'static str) {
        self.bodies.insert(name, index(self.catalogue.bodies.len()));
        self.body = (self.catalogue.elements.len(), self.catalogue.attributes.len());
        self.catalogue.bodies.push(Body {
            elements: Span::EMPTY,
            content: Span::EMPTY,
            attributes: Span::EMPTY,
        });
    }

    fn end_body(&mut self) {
        self.close_choices(0);
        let (first, first_attribute) = self.body;
        let catalogue = &mut self.catalogue;
        let start = catalogue.particles.len();
        catalogue.particles.append(&mut self.particles);
        let Some(body) = catalogue.bodies.last_mut() else {
            return;
        };
        body.elements = Span::since(first, &catalogue.elements);
        body.content = Span::since(start, &catalogue.particles);
        body.attributes = Span::since(first_attribute, &catalogue.attributes);
        if catalogue.by_name.len() == first {
            let elements = &catalogue.elements;
            catalogue.by_name.extend(body.elements.ids());
            if let Some(new) = catalogue.by_name.get_mut(first..) {
                new.sort_unstable_by_key(|&id| elements.get(id as usize).map(|data| data.name));
            }
        }
    }

    /// Ends the choices whose content begins right of `column`.
    fn close_choices(&mut self, column: usize) {
        while let Some(open) = self.open.pop_if(|open| open.column >= column) {
            self.close_branch(&open);
            let start = self.catalogue.branches.len();
            self.catalogue.branches.extend(self.branches.drain(open.branches..));
            if let Some(choice) = self.catalogue.choices.get_mut(open.id as usize) {
                choice.branches = Span::since(start, &self.catalogue.branches);
            }
            self.particles.push(Particle::Choice(Choice(open.id)));
        }
    }

    fn close_branch(&mut self, open: &Open) {
        if open.branch < self.particles.len() {
            let start = self.catalogue.particles.len();
            self.catalogue.particles.extend(self.particles.drain(open.branch..));
            self.branches.push(Span::since(start, &self.catalogue.particles));
        }
    }

    /// Begins a branch of the choice at `column`.
    fn next_branch(&mut self, column: usize) -> Option<()> {
        self.close_choices(column + 1);
        let open = self.open.pop().filter(|open| open.column == column)?;
        self.close_branch(&open);
        self.open.push(Open { branch: self.particles.len(), ..open });
        Some(())
    }

    /// Reads an attribute, a choice or an element.
    fn particle(
        &mut self,
        column: usize,
        name: &'static str,
        mut words: SplitAsciiWhitespace<'static>,
    ) -> Option<()> {
        let times = times(words.next()?)?;
        if let Some(name) = name.strip_prefix('@') {
            return self.attribute(name, times.0 == 1, words);
        }
        self.close_choices(column);
        if name == "choice" {
            self.choice(column, times);
            return Some(());
        }
        self.element(name, times, words)
    }

    fn choice(&mut self, column: usize, (min, max): (u32, Option<u32>)) {
        let id = index(self.catalogue.choices.len());
        self.catalogue.choices.push(ChoiceData { min, max, branches: Span::EMPTY });
        let repeats = max != Some(1) || self.open.last().is_some_and(|open| open.repeats);
        let (branch, branches) = (self.particles.len(), self.branches.len());
        self.open.push(Open { column, id, branch, branches, repeats });
    }

    fn attribute(
        &mut self,
        name: &'static str,
        required: bool,
        mut words: SplitAsciiWhitespace<'static>,
    ) -> Option<()> {
        let data_type = DataType::named(words.next()?)?;
        let values = match words.next() {
            Some(word) => self.lists.get(word.strip_prefix("values=")?)?,
            None => &[][..],
        };
        self.catalogue.attributes.push(Attribute { name, data_type, required, values });
        Some(())
    }

    fn element(
        &mut self,
        name: &'static str,
        times: (u32, Option<u32>),
        mut words: SplitAsciiWhitespace<'static>,
    ) -> Option<()> {
        let (shape, attributes) = self.shape(words.next()?)?;
        let mut data = Data { attributes, ..Data::of(name, shape, times) };
        // Intuit's schema limits every id; the vocabulary does not repeat it.
        data.max_length = matches!(shape, Shape::Value(DataType::Id)).then_some(36);
        if let Some(open) = self.open.last() {
            data.choice = Some(open.id);
            data.branch = index(self.branches.len() - open.branches);
            data.in_repeating_choice = open.repeats;
        }
        for word in words {
            self.detail(word, &mut data)?;
        }
        self.particles.push(Particle::Element(Element(index(self.catalogue.elements.len()))));
        self.catalogue.elements.push(data);
        Some(())
    }

    fn shape(&self, word: &'static str) -> Option<(Shape, Span)> {
        match word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => {
                let id = *self.bodies.get(name)?;
                let body = self.catalogue.bodies.get(id as usize)?;
                Some((Shape::Body(id), body.attributes))
            }
            None => Some((Shape::Value(DataType::named(word)?), Span::EMPTY)),
        }
    }

    fn detail(&self, word: &'static str, data: &mut Data) -> Option<()> {
        match word.split_once('=') {
            Some(("len", length)) => data.max_length = Some(length.parse().ok()?),
            Some(("values", name)) => data.values = self.lists.get(name)?,
            Some(("range", range)) => {
                let (low, high) = range.split_once("..")?;
                data.bounds = (low.parse().ok(), high.parse().ok());
            }
            Some(("not", countries)) => data.not_in = Countries::parse(countries)?,
            Some(("since", version)) => data.since = version.parse().ok()?,
            None if word == "macro" => data.attributes = self.use_macro,
            None if word == "abroad" => data.abroad = true,
            _ => return None,
        }
        Some(())
    }

    /// The last body is that of the root, to which no line refers.
    fn finish(mut self) -> Catalogue {
        let last = index(self.catalogue.bodies.len().saturating_sub(1));
        self.catalogue.root = Element(index(self.catalogue.elements.len()));
        self.catalogue.elements.push(Data::of("QBXML", Shape::Body(last), (1, Some(1))));
        self.catalogue
    }
}

fn times(word: &str) -> Option<(u32, Option<u32>)> {
    match word {
        "1" => Some((1, Some(1))),
        "?" => Some((0, Some(1))),
        "*" => Some((0, None)),
        "+" => Some((1, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_makes_sense() {
        let text = include_str!("data/qbxml130.txt");
        assert_eq!(load(text).misread, [0_usize; 0]);
    }

    #[test]
    fn a_line_without_sense_is_counted() {
        let text = "body A\n  B 1 INTTYPE\n  C sometimes INTTYPE\n  D 1 {E}\nbody F\n  A ? {A}\n";
        let catalogue = load(text);
        assert_eq!(catalogue.misread, [3, 4]);
        // The root is added to the elements of the text.
        assert_eq!(catalogue.elements.len(), 3);
    }
}
