//! What QuickBooks would refuse, or change without a word, though the request is valid: the catalogue's
//! constraints, asked of a request that is about to be sent.
//!
//! Only what can be proved counts. A record that was never read, or an element that a Mod leaves as it is, proves
//! nothing.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::catalogue::{self, Consequence, Constraint, Path, Start, Test};
use crate::engine::terms::context::Links;
use crate::qbxml::{Company, Flat, FlatRef, Record};

use super::looked;
use super::terms::outcome::{Counterpart, Decision, Note, Outcome};

/// What requests are asked against.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// QuickBooks, as far as it is known.
    pub company: &'a Company,
    /// What the same plan creates.
    pub links: &'a Links,
}

/// A constraint that a request breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What QuickBooks does.
    pub consequence: Consequence,
    /// What to tell.
    pub note: Note,
}

impl Asked<'_> {
    /// Rejects an outcome that QuickBooks would refuse, and warns of what it would change.
    pub(super) fn judge(self, outcome: &mut Outcome) {
        let (request, old) = match &mut outcome.decision {
            Decision::Create(request) => (request, None),
            Decision::Connect(Counterpart { request: Some(request), record, .. })
            | Decision::Keep(Counterpart { request: Some(request), record, .. }) => {
                (request, record.as_deref())
            }
            _ => return,
        };
        let Some(flat) = request.take_flat() else { return };
        let broken = self.broken(&flat, old);
        let (refused, changed): (Vec<Broken>, _) =
            broken.into_iter().partition(|it| it.consequence == Consequence::Refused);
        let notes = |broken: Vec<Broken>| broken.into_iter().map(|it| it.note);
        if !refused.is_empty() {
            outcome.decision = Decision::Reject(notes(refused).collect());
            return;
        }
        outcome.warnings.extend(notes(changed));
    }

    /// The constraints that a message breaks, such as an `InvoiceAdd`, in the catalogue's order. `old` is the record that
    /// a Mod changes.
    pub fn broken(self, message: &Flat<'_>, old: Option<&Record>) -> Vec<Broken> {
        let mut broken = Vec::new();
        let request = message.root();
        let (is_whole, known) = (request.name().ends_with("Add"), RefCell::default());
        let knows_records = old.is_some() || !self.company.is_empty() || self.links.has_planned();
        let constraints = catalogue::constraints_of(request.name()).iter();
        let elements = message.names();
        let concerned =
            constraints.filter(|it| (knows_records || !it.needs_records()) && it.may_concern(elements));
        for constraint in concerned {
            for (number, here) in aggregates(request, constraint.at.as_deref()).enumerate() {
                let look = Look { asked: self, request, here, old, is_whole, known: &known };
                if let Some(path) = look.breaks(constraint) {
                    let place = constraint.at.as_ref().map(|at| format!("{at}[{}]", number + 1));
                    let note = Note {
                        code: constraint.id.clone(),
                        message: constraint.told(|gap| look.shown(&Path::parse(gap))),
                        element: element(place.as_deref(), path),
                        ..Note::default()
                    };
                    broken.push(Broken { consequence: constraint.consequence, note });
                }
            }
        }
        broken
    }
}

/// The aggregates that a constraint is about; the request itself if it names none.
fn aggregates<'a>(request: FlatRef<'a>, at: Option<&str>) -> impl Iterator<Item = FlatRef<'a>> {
    let whole = at.is_none().then_some(request);
    whole.into_iter().chain(request.children().filter(move |child| Some(child.name()) == at))
}

/// What the note is about: the element that is not as it must be, if it is one of the request.
fn element(place: Option<&str>, path: &Path) -> Option<String> {
    match path.start {
        Start::Request => Some(path.steps.clone()),
        Start::Here => {
            Some(place.map_or_else(|| path.steps.clone(), |place| format!("{place}/{}", path.steps)))
        }
        _ => place.map(str::to_owned),
    }
}

/// What stands at a place.
enum Found<'a> {
    Text(Cow<'a, str>),
    /// An aggregate is there.
    Aggregate,
    Nothing,
    /// Nobody knows.
    Unknown,
}

/// One aggregate of a request.
#[derive(Clone, Copy)]
struct Look<'a> {
    asked: Asked<'a>,
    request: FlatRef<'a>,
    here: FlatRef<'a>,
    old: Option<&'a Record>,
    /// What is not in the request is not in the record either: it is an Add.
    is_whole: bool,
    /// The records that elements of the request refer to, as far as they were looked for: most constraints ask for the same.
    known: &'a RefCell<Vec<(usize, Option<Referred>)>>,
}

/// The type of a record that is referred to, and the record.
type Referred = (Cow<'static, str>, Arc<Record>);

impl<'a> Look<'a> {
    /// The place that is not as it must be, if the constraint is broken.
    fn breaks<'c>(&self, constraint: &'c Constraint) -> Option<&'c Path> {
        let hold =
            |tests: &[(Path, Test)]| tests.iter().all(|(path, test)| self.holds(path, test) == Some(true));
        let applies = hold(&constraint.when) && (constraint.unless.is_empty() || !hold(&constraint.unless));
        let mut then = constraint.then.iter().filter(|_| applies);
        then.find(|(path, test)| self.holds(path, test) == Some(false)).map(|(path, _)| path)
    }

    /// Whether a test holds; nothing if that cannot be told. What is not there passes every test but those that ask for it.
    fn holds(&self, path: &Path, test: &Test) -> Option<bool> {
        if path.start == Start::Total
            && matches!(test, Test::Least(least) if least.is_zero())
            && !has_minus(self.request)
        {
            return Some(true);
        }
        if let Test::Fits { used, limit } = test {
            // Few customers have a limit, and the total of a transaction is a matter of all its lines.
            let (used, limit) = (self.number(used)?, self.number(limit)?);
            return Some(self.number(path)?.checked_add(used)? <= limit);
        }
        let found = match self.at(path) {
            Found::Unknown => return None,
            Found::Nothing => return test.of_nothing(),
            Found::Aggregate => return Some(!matches!(test, Test::Absent)),
            Found::Text(value) => value,
        };
        Some(match test {
            Test::Same(other) => self.text(other)?.eq_ignore_ascii_case(&found),
            Test::Differs(other) => !self.text(other)?.eq_ignore_ascii_case(&found),
            Test::Free(record) => {
                let element = path.steps.rsplit('/').next().unwrap_or_default();
                looked::is_free(self.asked.company, record, element, &found, self.old)?
            }
            Test::Among { set, names } => {
                let (_, record) = self.referred(self.here.at(&set.steps)?)?;
                let reference = record.root().at(set.of_record.as_deref()?)?;
                looked::is_among(self.asked.company, reference, names, &found)?
            }
            Test::Ascending => looked::is_ascending(&found),
            Test::Distinct => looked::is_distinct(&found),
            _ => return test.of_text(&found),
        })
    }

    fn number(&self, path: &Path) -> Option<Decimal> {
        self.text(path)?.trim().parse().ok()
    }

    fn text(&self, path: &Path) -> Option<Cow<'a, str>> {
        match self.at(path) {
            Found::Text(text) => Some(text),
            _ => None,
        }
    }

    fn at(&self, path: &Path) -> Found<'a> {
        let node = match path.start {
            Start::Here => self.here.at(&path.steps),
            Start::Request => self.request.at(&path.steps),
            Start::Only(name) => return self.of_single(name, &path.steps),
            Start::Lines | Start::Sum | Start::All | Start::Kept => return self.of_all(path),
            Start::Old => return self.of_old(&path.steps),
            Start::Total => {
                let total = total(self.request).filter(|_| self.is_whole);
                return total.map_or(Found::Unknown, |total| Found::Text(format!("{total:.2}").into()));
            }
        };
        match (node, &path.of_record) {
            (None, _) if self.is_whole => Found::Nothing,
            (None, _) => Found::Unknown,
            (Some(node), None) => node.text().map_or(Found::Aggregate, Found::Text),
            (Some(node), Some(of_record)) => self.of_record(node, path, of_record),
        }
    }

    /// What stands in a record of which there is only one. What it does not tell, nobody knows.
    fn of_single(&self, name: &str, steps: &str) -> Found<'a> {
        let company = self.asked.company;
        let text = company.records(name).next().and_then(|record| record.get(steps).map(str::to_owned));
        text.map_or(Found::Unknown, |text| Found::Text(text.into()))
    }

    /// What all lines of the request come to.
    fn of_all(&self, path: &Path) -> Found<'a> {
        let request = self.request;
        let text = match path.start {
            Start::Lines => self.is_whole.then(|| looked::lines(request).to_string()),
            Start::Sum => {
                looked::sum(request, &path.steps).filter(|_| self.is_whole).map(|it| format!("{it:.2}"))
            }
            Start::All => looked::all(request, &path.steps),
            _ => self.old.map(|old| looked::kept(request, old)),
        };
        text.map_or(Found::Unknown, |text| Found::Text(text.into()))
    }

    /// What stands in the record that a Mod changes.
    fn of_old(&self, steps: &str) -> Found<'a> {
        let Some(old) = self.old else { return Found::Unknown };
        let node = old.root().at(steps);
        node.map_or(Found::Nothing, |node| {
            node.text().map_or(Found::Aggregate, |text| Found::Text(text.into()))
        })
    }

    /// What stands in the record that an element refers to.
    fn of_record(&self, reference: FlatRef<'a>, path: &Path, of_record: &str) -> Found<'a> {
        let Some((kind, record)) = self.referred(reference) else { return Found::Unknown };
        if path.is_type() {
            return Found::Text(kind.trim_end_matches("Ret").to_owned().into());
        }
        match record.root().at(of_record) {
            Some(node) => node.text().map_or(Found::Aggregate, |text| Found::Text(text.to_owned().into())),
            None => Found::Nothing,
        }
    }

    fn referred(&self, reference: FlatRef<'_>) -> Option<Referred> {
        let place = reference.place();
        if let Some((_, found)) = self.known.borrow().iter().find(|(known, _)| *known == place) {
            return found.clone();
        }
        let found = self.asked.record(reference, self.request.name());
        self.known.borrow_mut().push((place, found.clone()));
        found
    }

    /// A value for people: a reference by its name.
    fn shown(&self, path: &Path) -> String {
        if path.of_record.is_none()
            && let Some(node) = self.here.at(&path.steps).filter(|_| path.start == Start::Here)
            && node.text().is_none()
        {
            let known = self.referred(node).and_then(|(_, record)| record.full_name().map(str::to_owned));
            return known.or_else(|| node.get("FullName").map(Cow::into_owned)).unwrap_or_default();
        }
        self.text(path).unwrap_or_default().into_owned()
    }
}

impl Asked<'_> {
    /// The record that an element refers to and its type, if it was read or the same plan makes it.
    fn record(&self, reference: FlatRef<'_>, message: &str) -> Option<Referred> {
        let known = catalogue::referred(reference.name());
        // A parent is of the same list.
        let own =
            catalogue::record(&format!("{}Ret", message.trim_end_matches("Add").trim_end_matches("Mod")));
        let own: Vec<&str> =
            own.map(catalogue::Element::name).into_iter().filter(|_| known.is_empty()).collect();
        let types = if known.is_empty() { own.as_slice() } else { known };
        let found = match reference.get("ListID") {
            Some(id) => self.company.find(types, "ListID", &id),
            None => self.company.find(types, "FullName", &reference.get("FullName")?),
        };
        if let Some(record) = found.into_iter().next() {
            return Some((Cow::Owned(record.name().to_owned()), record));
        }
        let (kind, body) = self.links.planned(types, &reference.get("FullName")?)?;
        Some((Cow::Borrowed(kind), body.clone()))
    }
}

/// Whether a number of a line is below 0: else its lines come to no less, and need not be added up.
fn has_minus(request: FlatRef<'_>) -> bool {
    let mut lines = request.children().filter(|child| child.name().ends_with("LineAdd"));
    lines.any(|line| line.children().any(|child| child.first_byte() == Some(b'-')))
}

/// What lines add up to: their amounts, or quantity times rate; nothing if one of them has neither.
fn total(request: FlatRef<'_>) -> Option<Decimal> {
    let lines = request.children().filter(|child| child.name().ends_with("LineAdd"));
    let mut total = Decimal::ZERO;
    for line in lines {
        let number = |name: &str| line.get(name)?.parse::<Decimal>().ok();
        let product = || {
            number("Quantity").unwrap_or(Decimal::ONE).checked_mul(number("Rate").or_else(|| number("Cost"))?)
        };
        total = total.checked_add(number("Amount").or_else(product)?.round_dp(2))?;
    }
    Some(total)
}
