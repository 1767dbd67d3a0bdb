//! The elements of qbXML.

use super::load::catalogue;
use super::parts::{Attribute, Child, Choice, Element, Particle};
use super::tables::{Data, Shape, Span, index};
use super::{Country, DataType, Version};

/// The outermost element, `QBXML`, whose children are the message sets.
pub fn root() -> Element {
    catalogue().root
}

/// Every element, in the order of their numbers.
pub(super) fn elements() -> impl Iterator<Item = Element> {
    (0..index(catalogue().elements.len())).map(Element)
}

impl Element {
    fn data(self) -> &'static Data {
        catalogue().element(self)
    }

    fn elements(self) -> Span {
        catalogue().body(self).map_or(Span::EMPTY, |body| body.elements)
    }

    /// Its name, such as `TxnDate`.
    pub fn name(self) -> &'static str {
        self.data().name
    }

    /// The type of its value; `None` for an aggregate, which holds elements instead.
    pub fn data_type(self) -> Option<DataType> {
        match self.data().shape {
            Shape::Value(data_type) => Some(data_type),
            Shape::Body(_) => None,
        }
    }

    /// How often it must occur at its place, apart from the choice it may stand in: 0 or 1.
    pub fn min(self) -> u32 {
        self.data().min
    }

    /// How often it may occur at its place, apart from the choice it may stand in; `None` if there
    /// is no limit.
    pub fn max(self) -> Option<u32> {
        self.data().max
    }

    /// Whether its parent must hold it whatever else it holds. What stands in a choice is not
    /// required, for another branch may be taken.
    pub fn is_required(self) -> bool {
        self.min() > 0 && self.data().choice.is_none()
    }

    /// Whether its parent may hold several: it repeats itself or a choice around it does.
    pub fn repeats(self) -> bool {
        self.max() != Some(1) || self.data().in_repeating_choice
    }

    /// The greatest length of its value in characters in QuickBooks Desktop (United States).
    pub fn max_length(self) -> Option<u32> {
        self.data().max_length
    }

    /// The values its enumeration allows; empty if it has none.
    pub fn values(self) -> &'static [&'static str] {
        self.data().values
    }

    /// The least and the greatest value of a number; `None` where there is no bound, and for the
    /// one bound of qbXML that is not whole (`.001` for a `ConversionRatio`).
    pub fn bounds(self) -> (Option<i64>, Option<i64>) {
        self.data().bounds
    }

    /// The qbXML version that introduced it here; 1.0 where the source is silent. An aggregate may
    /// be newer than what it holds says of itself.
    pub fn since(self) -> Version {
        self.data().since
    }

    /// Whether QuickBooks Desktop (United States) lacks it: true of three requests and their
    /// responses, which the catalogue has for completeness.
    pub fn is_abroad(self) -> bool {
        self.data().abroad
    }

    /// Whether the edition of that country has it.
    pub fn is_in(self, country: Country) -> bool {
        !self.data().not_in.has(country)
    }

    /// The attributes it may carry.
    pub fn attributes(self) -> &'static [Attribute] {
        self.data().attributes.of(&catalogue().attributes)
    }

    /// What it holds, in order; empty for an element with a value.
    pub fn content(self) -> &'static [Particle] {
        let content = catalogue().body(self).map_or(Span::EMPTY, |body| body.content);
        content.of(&catalogue().particles)
    }

    /// All elements it may hold, in the schema's order, whatever choice they stand in. No two have
    /// the same name.
    pub fn children(self) -> impl DoubleEndedIterator<Item = Child> + ExactSizeIterator {
        self.elements().ids().map(|id| {
            let element = Element(id);
            let data = element.data();
            Child { element, choice: data.choice.map(Choice), branch: data.branch as usize }
        })
    }

    /// The element called `name` among those it may hold.
    pub fn child(self, name: &str) -> Option<Element> {
        /// So few are sooner looked through than searched.
        const FEW: usize = 4;
        let sorted = self.elements().of(&catalogue().by_name);
        if sorted.len() <= FEW {
            return sorted.iter().map(|&id| Element(id)).find(|element| element.name() == name);
        }
        let place = sorted.binary_search_by(|&id| Element(id).name().cmp(name)).ok()?;
        sorted.get(place).map(|&id| Element(id))
    }

    /// Where among [`Element::children`] the one called `child` stands, from 0.
    pub fn rank(self, child: &str) -> Option<usize> {
        let (first, child) = (self.elements().ids().start, self.child(child)?);
        Some((child.0 - first) as usize)
    }

    /// The element at a path of names with `/` between them, such as `SalesOrPurchase/Desc`.
    pub fn descend(self, path: &str) -> Option<Element> {
        path.split('/').try_fold(self, Element::child)
    }

    /// Whether it is a query that hands its result over in portions.
    pub fn supports_iterator(self) -> bool {
        self.attributes().iter().any(|attribute| attribute.name == "iterator")
    }
}
