//! The vocabulary in flat tables, read once.
//!
//! Elements are numbered in the order of their lines in the text, so that those of one body follow
//! each other; whatever belongs together is a span of a table. Nothing is allocated per element.

use std::ops::Range;

use super::country::Countries;
use super::parts::{Attribute, Choice, Element, Particle};
use super::{DataType, Version};

/// A stretch of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) const EMPTY: Span = Span { start: 0, end: 0 };

    /// From `start` to the present end of `table`.
    pub(super) fn since<T>(start: usize, table: &[T]) -> Span {
        Span { start: index(start), end: index(table.len()) }
    }

    pub(super) fn of<T>(self, table: &[T]) -> &[T] {
        table.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    pub(super) fn ids(self) -> Range<u32> {
        self.start..self.end
    }
}

/// A place in a table as it is kept; the tables hold thousands of rows, not billions.
pub(super) fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// What an element holds.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Value(DataType),
    Body(u32),
}

/// An element's row.
pub(super) struct Data {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) min: u32,
    pub(super) max: Option<u32>,
    pub(super) max_length: Option<u32>,
    pub(super) values: &'static [&'static str],
    pub(super) bounds: (Option<i64>, Option<i64>),
    pub(super) since: Version,
    pub(super) attributes: Span,
    pub(super) choice: Option<u32>,
    pub(super) branch: u32,
    pub(super) in_repeating_choice: bool,
    pub(super) abroad: bool,
    /// The countries whose editions lack it.
    pub(super) not_in: Countries,
}

/// What aggregates hold.
#[derive(Clone, Copy)]
pub(super) struct Body {
    pub(super) elements: Span,
    pub(super) content: Span,
    pub(super) attributes: Span,
}

/// A choice.
pub(super) struct ChoiceData {
    pub(super) min: u32,
    pub(super) max: Option<u32>,
    pub(super) branches: Span,
}

/// The whole vocabulary.
pub(super) struct Catalogue {
    pub(super) elements: Vec<Data>,
    pub(super) bodies: Vec<Body>,
    /// The numbers of the elements, those of each body in the order of their names.
    pub(super) by_name: Vec<u32>,
    pub(super) particles: Vec<Particle>,
    pub(super) branches: Vec<Span>,
    pub(super) choices: Vec<ChoiceData>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) root: Element,
    /// The lines that made no sense, from 1.
    pub(super) misread: Vec<usize>,
}

impl Catalogue {
    pub(super) fn element(&self, element: Element) -> &Data {
        static NONE: Data = Data::of("", Shape::Value(DataType::Text), (0, Some(0)));
        self.elements.get(element.0 as usize).unwrap_or(&NONE)
    }

    pub(super) fn body(&self, element: Element) -> Option<&Body> {
        match self.element(element).shape {
            Shape::Value(_) => None,
            Shape::Body(id) => self.bodies.get(id as usize),
        }
    }

    pub(super) fn choice(&self, choice: Choice) -> Option<&ChoiceData> {
        self.choices.get(choice.0 as usize)
    }
}

impl Data {
    /// An element without any details.
    pub(super) const fn of(name: &'static str, shape: Shape, (min, max): (u32, Option<u32>)) -> Data {
        Data {
            name,
            shape,
            min,
            max,
            max_length: None,
            values: &[],
            bounds: (None, None),
            since: Version::FIRST,
            attributes: Span::EMPTY,
            choice: None,
            branch: 0,
            in_repeating_choice: false,
            abroad: false,
            not_in: Countries::NONE,
        }
    }
}
