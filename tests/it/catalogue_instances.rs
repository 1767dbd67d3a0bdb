//! Instances of messages, made from the catalogue.

use std::collections::HashSet;

use ferrule::catalogue::{Attribute, DataType, Element, Particle};
use ferrule::xml::Node;

/// Makes maximal instances: all optional elements are there, repeating ones twice.
#[derive(Default)]
pub struct Maker {
    /// Where a text of the greatest length has been.
    long: HashSet<String>,
    short: bool,
    path: String,
}

/// How many instances it takes for every branch and every enumerated value to be in one.
pub fn variants(element: Element) -> usize {
    match element.data_type() {
        Some(_) if element.max().is_none() => 1,
        Some(_) => element.values().len().max(1),
        None => {
            let attributes = element.attributes().iter().map(|it| it.values.len());
            attributes.chain([variants_of(element.content())]).max().unwrap_or(1)
        }
    }
}

fn variants_of(content: &[Particle]) -> usize {
    let each = content.iter().map(|particle| match particle {
        Particle::Element(element) => variants(*element),
        // One more, for all branches of a repeating choice one after another.
        Particle::Choice(choice) => {
            choice.branches().map(variants_of).sum::<usize>() + usize::from(choice.max().is_none())
        }
    });
    each.max().unwrap_or(1).max(1)
}

impl Maker {
    /// Makes instances in which each text has its greatest length once, or (`short`) never.
    pub fn new(short: bool) -> Maker {
        Maker { short, ..Maker::default() }
    }

    /// The instance of `element` with the number `variant`; numbers beyond [`variants`] go round.
    pub fn node(&mut self, element: Element, variant: usize) -> Node {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(element.name());
        let mut node = if let Some(data_type) = element.data_type() {
            Node::leaf(element.name(), self.text(element, data_type, variant))
        } else {
            let mut children = Vec::new();
            self.sequence(element.content(), variant, &mut children);
            Node::aggregate(element.name(), children)
        };
        // Of a few enumerated attributes the source does not tell the values.
        let told = |it: &&Attribute| it.data_type != DataType::Enum || !it.values.is_empty();
        for attribute in element.attributes().iter().filter(told) {
            node.attributes.push((attribute.name.to_owned(), attribute_value(attribute, variant)));
        }
        self.path.truncate(length);
        node
    }

    fn sequence(&mut self, content: &[Particle], variant: usize, into: &mut Vec<Node>) {
        for particle in content {
            match particle {
                Particle::Element(element) => {
                    let times = match (element.max(), element.values().len()) {
                        (Some(_), _) => 1,
                        (None, values) => values.max(2),
                    };
                    into.extend((0..times).map(|time| self.node(*element, variant + time)));
                }
                Particle::Choice(choice) => {
                    let all = variants_of(&[*particle]);
                    self.branch(choice.branches().collect(), variant % all, into);
                }
            }
        }
    }

    /// The branch that has the instance with the number `variant`; beyond the last, all branches.
    fn branch(&mut self, branches: Vec<&[Particle]>, variant: usize, into: &mut Vec<Node>) {
        let mut first = 0;
        for branch in &branches {
            let own = variants_of(branch);
            if variant < first + own {
                return self.sequence(branch, variant - first, into);
            }
            first += own;
        }
        for branch in branches {
            self.sequence(branch, 0, into);
        }
    }

    fn text(&mut self, element: Element, data_type: DataType, variant: usize) -> String {
        if !element.values().is_empty() {
            return element.values()[variant % element.values().len()].to_owned();
        }
        if let Some(bound) = element.bounds().1.or(element.bounds().0) {
            return bound.to_string();
        }
        match (data_type, element.max_length()) {
            (DataType::Id | DataType::Text, max) => {
                let long = !self.short && self.long.insert(self.path.clone());
                let max = max.map_or(500, |max| max as usize);
                // One letter beyond ASCII: it counts as one character.
                format!("\u{e9}{}", "x".repeat(if long { max } else { max.min(3) } - 1))
            }
            _ => value(data_type).to_owned(),
        }
    }
}

/// A value of each type, as great as the type allows.
pub fn value(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Id | DataType::Text | DataType::Enum | DataType::Uuid => "1",
        DataType::Macro => "TxnID:1",
        DataType::Guid => "{01234567-89ab-cdef-0123-456789ABCDEF}",
        DataType::Bool => "true",
        DataType::Date => "2024-02-29",
        DataType::DateTime => "2026-01-31T12:34:56-05:00",
        DataType::TimeInterval => "PT1H2M3S",
        DataType::Amount => "-1234567890123.45",
        DataType::Price | DataType::Quantity | DataType::Percent => "1234567890.12345",
        DataType::Float => "-0.1234567890123456789",
        DataType::Integer => "12345678901234567890",
    }
}

fn attribute_value(attribute: &Attribute, variant: usize) -> String {
    match attribute.values {
        [] => value(attribute.data_type).to_owned(),
        values => values[variant % values.len()].to_owned(),
    }
}
