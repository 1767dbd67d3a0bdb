//! The order and the number of an aggregate's elements.
//!
//! No two elements of an aggregate have the same name, so the name of the next element says which
//! particle it belongs to: the matcher goes through the content once and never back. What does not
//! fit is named and taken out, then the rest is matched again, so that one slip is one fault.

use std::collections::HashSet;

use super::{FaultKind, Faults};
use crate::catalogue::{Choice, Element, Particle};

impl Faults {
    /// Checks the elements that `parent` holds: `known` has, for each, what the catalogue knows of
    /// it, and `steps` its step in a path.
    pub(super) fn order(&mut self, steps: &[String], known: &[Option<Element>], parent: Element) {
        let numbered = known.iter().zip(steps).filter_map(|(element, step)| Some(((*element)?, step)));
        let (mut elements, mut steps): (Vec<_>, Vec<_>) = numbered.unzip();
        let mut misplaced = HashSet::new();
        let missing = loop {
            let mut matcher = Matcher { elements: &elements, place: 0, missing: Vec::new() };
            matcher.sequence(parent.content());
            let (place, missing) = (matcher.place, matcher.missing);
            let Some(stray) = elements.get(place).copied().filter(|_| !self.is_full()) else {
                break missing;
            };
            let kind = why(stray, elements.get(..place).unwrap_or_default(), parent);
            self.at(steps.get(place).map_or("", |step| step), |faults| {
                faults.add(kind);
            });
            misplaced.insert(stray.name());
            elements.remove(place);
            steps.remove(place);
        };
        for missing in missing {
            match missing.as_slice() {
                children if children.iter().any(|child| misplaced.contains(child)) => {}
                [child] => self.add(FaultKind::Missing { child }),
                _ => self.add(FaultKind::MissingOneOf { children: missing }),
            }
        }
    }
}

struct Matcher<'a> {
    elements: &'a [Element],
    /// How many of them have been matched.
    place: usize,
    /// What is missing: one element, or one of several.
    missing: Vec<Vec<&'static str>>,
}

impl Matcher<'_> {
    fn next(&self) -> Option<Element> {
        self.elements.get(self.place).copied()
    }

    fn sequence(&mut self, content: &[Particle]) {
        for particle in content {
            match particle {
                Particle::Element(element) => self.element(*element),
                Particle::Choice(choice) => self.choice(*choice),
            }
        }
    }

    fn element(&mut self, element: Element) {
        let mut times = 0;
        while self.next() == Some(element) && element.max().is_none_or(|max| times < max) {
            times += 1;
            self.place += 1;
        }
        if times < element.min() {
            self.missing.push(vec![element.name()]);
        }
    }

    fn choice(&mut self, choice: Choice) {
        let mut times = 0;
        while choice.max().is_none_or(|max| times < max)
            && let Some(next) = self.next()
            && let Some(branch) = choice.branches().find(|branch| holds(branch, next))
        {
            let before = self.place;
            self.sequence(branch);
            // A branch that holds the next element and yet leaves it stands in another order.
            if self.place == before {
                break;
            }
            times += 1;
        }
        if times < choice.min() && !choice.branches().any(may_be_empty) {
            self.missing.push(choice.branches().filter_map(first).collect());
        }
    }
}

/// Whether `element` stands anywhere in `content`.
fn holds(content: &[Particle], element: Element) -> bool {
    content.iter().any(|particle| match particle {
        Particle::Element(own) => *own == element,
        Particle::Choice(choice) => choice.branches().any(|branch| holds(branch, element)),
    })
}

fn may_be_empty(content: &[Particle]) -> bool {
    content.iter().all(|particle| match particle {
        Particle::Element(element) => element.min() == 0,
        Particle::Choice(choice) => choice.min() == 0 || choice.branches().any(may_be_empty),
    })
}

/// The first name that stands in `content`.
fn first(content: &[Particle]) -> Option<&'static str> {
    content.iter().find_map(|particle| match particle {
        Particle::Element(element) => Some(element.name()),
        Particle::Choice(choice) => choice.branches().find_map(first),
    })
}

/// Why `stray` cannot stand behind `before`.
fn why(stray: Element, before: &[Element], parent: Element) -> FaultKind {
    let rank = |element: &Element| parent.rank(element.name());
    if let Some(max) = stray.max().filter(|_| !stray.repeats() && before.contains(&stray)) {
        return FaultKind::TooMany { max };
    }
    if let Some(rival) = before.iter().find(|other| exclude(parent.content(), stray, **other)) {
        return FaultKind::Excluded { by: rival.name().to_owned() };
    }
    let later = before.iter().find(|other| rank(other) > rank(&stray)).or(before.last());
    FaultKind::OutOfOrder { after: later.map_or_else(String::new, |other| other.name().to_owned()) }
}

/// Whether a choice that is made once has `one` and `other` in different branches.
fn exclude(content: &[Particle], one: Element, other: Element) -> bool {
    let in_choice = |choice: &Choice| {
        let branch = |element| choice.branches().position(|branch| holds(branch, element));
        match (branch(one), branch(other)) {
            (Some(first), Some(second)) if first != second => choice.max() == Some(1),
            (Some(first), Some(_)) => {
                choice.branches().nth(first).is_some_and(|branch| exclude(branch, one, other))
            }
            _ => false,
        }
    };
    content.iter().any(|particle| matches!(particle, Particle::Choice(choice) if in_choice(choice)))
}
