//! A record as a bookkeeper sees it: its fields and lines in words, alone or beside what Steelhead says.
//!
//! What an element is called, how it is written and what is left out, the catalogue says.

use std::str::FromStr as _;

use rust_decimal::Decimal;

use crate::catalogue::{self, DataType, Element, words};
use crate::engine::Confirmed;
use crate::language::{say, t};
use crate::qbxml::{LINE_ID, NodeRef, Record, as_printed, unnumbered};
use crate::sync::{LineAccounts, Sides};
use crate::text::counted::plural;
use crate::web::draw::step_card::capital;
use crate::web::views::{money, rate};

/// Lines that are shown of a table.
const LINES: usize = 500;

/// A record, alone or with what Steelhead says and what both had.
pub struct Sheet {
    /// Whether Steelhead says something of it.
    pub has_steelhead: bool,
    /// Whether it is known what both had.
    pub has_agreed: bool,
    /// Its fields.
    pub rows: Vec<SheetRow>,
    /// Its lines, and what else it has several of.
    pub tables: Vec<SheetTable>,
}

/// A field.
pub struct SheetRow {
    /// What people call it.
    pub label: String,
    /// Its name in qbXML.
    pub name: String,
    /// Whether it is a number.
    pub is_number: bool,
    /// Whether the two sides differ in it.
    pub differs: bool,
    /// What Steelhead says.
    pub steelhead: String,
    /// What both had.
    pub agreed: String,
    /// The two were apart in it from the first.
    pub was_apart: bool,
    /// What QuickBooks has.
    pub quickbooks: String,
}

/// Lines of one kind.
#[derive(Default)]
pub struct SheetTable {
    /// What people call them.
    pub title: String,
    /// The heads of their columns, and whether each is of numbers.
    pub heads: Vec<(String, bool)>,
    /// The lines.
    pub lines: Vec<SheetLine>,
    /// Whether the sides differ in any of them.
    pub differs: bool,
    /// Whether Steelhead sends such lines.
    pub is_sent: bool,
    /// So many more are not shown.
    pub more: usize,
}

/// A line: once where both sides are the same in it, else once for each side.
#[derive(Default)]
pub struct SheetLine {
    /// What is to be said of it as a whole.
    pub note: &'static str,
    /// The sides that are shown.
    pub sides: Vec<LineSide>,
}

/// A line as one side has it.
pub struct LineSide {
    /// Whose it is; empty if it is everybody's.
    pub whose: &'static str,
    /// What stands in each column, and whether the sides differ in it.
    pub cells: Vec<(String, bool)>,
}

/// The same element on all sides.
#[derive(Clone, Copy, Default)]
struct Three<'r> {
    steelhead: Option<NodeRef<'r>>,
    agreed: Option<NodeRef<'r>>,
    quickbooks: Option<NodeRef<'r>>,
}

/// What the sides are compared by.
struct Comparing<'s> {
    differing: &'s [String],
    confirmed: &'s [Confirmed],
    apart: &'s [String],
    accounts: &'s LineAccounts<'s>,
}

impl Sheet {
    /// A record alone.
    pub fn of(record: &Record, accounts: &LineAccounts<'_>) -> Self {
        let three = Three { quickbooks: Some(record.root()), ..Three::default() };
        Self::drawn(record, three, &Comparing { differing: &[], confirmed: &[], apart: &[], accounts })
    }

    /// Both sides of a document.
    pub fn of_sides(sides: &Sides, accounts: &LineAccounts<'_>) -> Self {
        let three = Three {
            steelhead: sides.steelhead.as_ref().map(Record::root),
            agreed: sides.agreed.as_ref().map(Record::root),
            quickbooks: Some(sides.quickbooks.root()),
        };
        let Sides { differing, confirmed, apart, .. } = sides;
        let comparing = Comparing { differing, confirmed, apart, accounts };
        Self::drawn(&sides.quickbooks, three, &comparing)
    }

    fn drawn(record: &Record, three: Three<'_>, comparing: &Comparing<'_>) -> Self {
        let mut sheet = Self {
            has_steelhead: three.steelhead.is_some() || !comparing.confirmed.is_empty(),
            has_agreed: three.agreed.is_some(),
            rows: Vec::new(),
            tables: Vec::new(),
        };
        if let Some(schema) = catalogue::record(record.name()) {
            sheet.fields(schema, three, "", comparing);
        }
        sheet
    }

    fn fields(&mut self, schema: Element, three: Three<'_>, above: &str, comparing: &Comparing<'_>) {
        for element in schema.children().map(|child| child.element).filter(|it| !is_printed_twin(schema, *it))
        {
            let path = if above.is_empty() {
                element.name().to_owned()
            } else {
                format!("{above}/{}", element.name())
            };
            if element.repeats() && element.data_type().is_none() {
                self.tables.extend(SheetTable::of(element, three, comparing));
                self.tables.extend(SheetTable::inside(element, three, comparing));
                continue;
            }
            let inside = three.child(element.name());
            if is_whole(schema, element) {
                self.rows.extend(row(schema, element, (three, &path), comparing));
                let (rows, last) = (&self.rows, self.rows.len().saturating_sub(1));
                let is_twice = rows.last().is_some_and(|last_row| {
                    rows.iter()
                        .take(last)
                        .any(|row| row.label == last_row.label && row.quickbooks == last_row.quickbooks)
                });
                if is_twice {
                    self.rows.pop();
                }
            } else if inside.is_there() {
                self.fields(element, inside, &path, comparing);
            }
        }
    }

    /// Calls the lines that Steelhead sends as its list does, if they are of one kind.
    pub fn call_lines(&mut self, title: &str) {
        let mut sent = self.tables.iter_mut().filter(|table| table.is_sent);
        if let (Some(table), None) = (sent.next(), sent.next()) {
            title.clone_into(&mut table.title);
        }
    }

    /// Whether a text stands among what Steelhead says, whatever blanks and commas are between its words.
    pub fn says(&self, text: &str) -> bool {
        let words = |text: &str| -> String {
            text.split(|it: char| it == ',' || it.is_whitespace()).filter(|word| !word.is_empty()).collect()
        };
        let text = words(text);
        self.rows.iter().any(|row| words(&row.steelhead).contains(&text))
    }

    /// Whether the sides differ in anything.
    pub fn differs(&self) -> bool {
        self.rows.iter().any(|row| row.differs) || self.tables.iter().any(|table| table.differs)
    }
}

impl SheetRow {
    /// Whether all sides that have it have the same, so that once is enough where room is scarce.
    pub fn is_same(&self) -> bool {
        let is_it = |text: &String| text.is_empty() || *text == self.quickbooks;
        !self.differs && !self.was_apart && is_it(&self.steelhead) && is_it(&self.agreed)
    }
}

/// A field with what each side has; nothing if no side has anything that tells something.
fn row(
    schema: Element,
    element: Element,
    (three, path): (Three<'_>, &str),
    comparing: &Comparing<'_>,
) -> Option<SheetRow> {
    let [mut steelhead, agreed, quickbooks] = three.texts(schema, element);
    let mut differs = comparing.differing.iter().any(|it| is_at(it, path));
    if let Some(confirmed) = comparing.confirmed.iter().find(|it| it.path == path) {
        steelhead = written(element, &confirmed.value);
        differs |= !quickbooks.is_empty() && steelhead != quickbooks;
    }
    let is_inner = |text: &str| text.is_empty() || catalogue::is_inner(element, text);
    let raw = three.quickbooks.and_then(|it| it.get(element.name())).unwrap_or_default();
    let is_mute = is_inner(&steelhead) && is_inner(&quickbooks) && is_inner(&agreed);
    let tells_nothing = is_mute || catalogue::is_inner(element, raw);
    (!tells_nothing).then(|| SheetRow {
        label: capital(&catalogue::words_of_path(path)),
        name: path.to_owned(),
        is_number: is_number(element),
        was_apart: comparing.apart.iter().any(|it| is_at(it, path)),
        differs,
        steelhead,
        agreed,
        quickbooks,
    })
}

impl SheetTable {
    /// The lines of a kind; nothing if there are none.
    fn of(element: Element, three: Three<'_>, comparing: &Comparing<'_>) -> Option<Self> {
        let title = capital(&plural(&words(element.name())));
        let sent = lines_of(three.steelhead, element.name());
        Self::drawn((element, title), &aligned(element.name(), three), &sent, comparing)
    }

    /// The lines inside of lines, such as those of item groups: of all of them in one table.
    fn inside(outer: Element, three: Three<'_>, comparing: &Comparing<'_>) -> Vec<Self> {
        let groups = aligned(outer.name(), three);
        let kinds = outer.children().map(|child| child.element);
        let tables = kinds.filter(|it| it.repeats() && it.data_type().is_none()).filter_map(|element| {
            let all: Vec<Three<'_>> =
                groups.iter().flat_map(|group| aligned(element.name(), *group)).collect();
            let [inner, outer] = [element, outer].map(|it| plural(&words(it.name())));
            Self::drawn((element, capital(&say!("{inner} of {outer}", inner, outer))), &all, &[], comparing)
        });
        tables.collect()
    }

    /// A table of lines; nothing if there are none. `sent` are those of the kind that Steelhead sends.
    fn drawn(
        (element, title): (Element, String),
        all: &[Three<'_>],
        sent: &[NodeRef<'_>],
        comparing: &Comparing<'_>,
    ) -> Option<Self> {
        if all.is_empty() {
            return None;
        }
        let is_sent = all.iter().any(|line| line.steelhead.is_some());
        let columns: Vec<Element> = element
            .children()
            .map(|child| child.element)
            .filter(|it| !is_printed_twin(element, *it) && (!it.repeats() || it.data_type().is_some()))
            .filter(|it| {
                let tells = |text: &String| !text.is_empty() && !catalogue::is_inner(*it, text);
                all.iter().any(|line| line.texts(element, *it).iter().any(tells))
            })
            .collect();
        let line = |line: &Three<'_>| {
            SheetLine::of((element, &columns), *line, &own_paths(*line, sent, comparing), is_sent)
        };
        let lines: Vec<SheetLine> = all.iter().take(LINES).map(line).collect();
        let mut heads: Vec<(String, bool)> =
            columns.iter().map(|it| (capital(&words(it.name())), is_number(*it))).collect();
        let lines = with_accounts(element, (all, lines), &mut heads, comparing);
        Some(Self {
            title,
            heads,
            differs: lines.iter().any(|line| line.sides.len() > 1 || !line.note.is_empty()),
            more: all.len().saturating_sub(LINES),
            is_sent,
            lines,
        })
    }

    /// Whether a line is shown more than once, so that it must be said whose it is.
    pub fn has_sides(&self) -> bool {
        self.lines.iter().any(|line| line.sides.len() > 1)
    }
}

/// The account beside each line that refers to what has one.
fn with_accounts(
    element: Element,
    (all, mut lines): (&[Three<'_>], Vec<SheetLine>),
    heads: &mut Vec<(String, bool)>,
    comparing: &Comparing<'_>,
) -> Vec<SheetLine> {
    let of = |side: Option<NodeRef<'_>>| {
        let references = side?.children().filter(|it| it.name().ends_with("Ref"));
        let mut ids = references.filter_map(|it| Some((it.name(), it.get("ListID")?)));
        ids.find_map(|(reference, id)| comparing.accounts.of(element.name(), reference, id))
    };
    let found: Vec<String> = all
        .iter()
        .take(lines.len())
        .map(|line| of(line.quickbooks).or_else(|| of(line.steelhead)).unwrap_or_default())
        .collect();
    if found.iter().all(String::is_empty) {
        return lines;
    }
    heads.push((capital(&words("AccountRef")), false));
    for (line, account) in lines.iter_mut().zip(found) {
        line.sides.iter_mut().for_each(|side| side.cells.push((account.clone(), false)));
    }
    lines
}

impl SheetLine {
    fn of((schema, columns): (Element, &[Element]), line: Three<'_>, paths: &[&str], is_sent: bool) -> Self {
        let note = match (line.steelhead, line.quickbooks) {
            (Some(_), None) => t("not in QuickBooks"),
            (None, Some(_)) if is_sent => t("only in QuickBooks"),
            (None, None) => t("no longer in QuickBooks"),
            _ => "",
        };
        let texts: Vec<[String; 3]> = columns.iter().map(|column| line.texts(schema, *column)).collect();
        let differs = |column: &Element| paths.iter().any(|path| is_at(path, column.name()));
        let side = |whose, nth: usize| LineSide {
            whose,
            cells: columns
                .iter()
                .zip(&texts)
                .map(|(column, texts)| (texts.get(nth).cloned().unwrap_or_default(), differs(column)))
                .collect(),
        };
        let is_other = columns.iter().any(differs) && line.steelhead.is_some() && line.quickbooks.is_some();
        let sides = match (line.steelhead, line.quickbooks) {
            _ if is_other => {
                let had = texts.iter().any(|[_, agreed, now]| agreed != now) && line.agreed.is_some();
                let both = had.then(|| side(t("Both had"), 1));
                [Some(side("Steelhead", 0)), both, Some(side("QuickBooks", 2))]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            (_, Some(_)) => vec![side("", 2)],
            (Some(_), None) => vec![side("", 0)],
            (None, None) => vec![side("", 1)],
        };
        Self { note, sides }
    }
}

/// The paths below a line in which the sides differ.
fn own_paths<'p>(line: Three<'_>, same: &[NodeRef<'_>], comparing: &Comparing<'p>) -> Vec<&'p str> {
    let Some(own) = line.steelhead else { return Vec::new() };
    let mates: Vec<&NodeRef<'_>> = same.iter().filter(|it| it.name() == own.name()).collect();
    let nth = mates.iter().position(|it| it.index() == own.index()).unwrap_or_default();
    let numbered = format!("{}[{}]", own.name(), nth + 1);
    let below = |path: &'p String| {
        let (first, rest) = path.split_once('/')?;
        (first == numbered || (mates.len() == 1 && first == own.name())).then_some(rest)
    };
    comparing.differing.iter().filter_map(below).collect()
}

/// The lines of a kind on one side, whatever messages call them.
fn lines_of<'r>(side: Option<NodeRef<'r>>, kind: &str) -> Vec<NodeRef<'r>> {
    side.into_iter().flat_map(NodeRef::children).filter(|it| stem(it.name()) == stem(kind)).collect()
}

/// The lines of a kind on all sides, those that are one beside each other: by QuickBooks' id where there is one, else by
/// their place.
fn aligned<'r>(kind: &str, three: Three<'r>) -> Vec<Three<'r>> {
    let [mut steelhead, mut agreed, quickbooks] =
        [three.steelhead, three.agreed, three.quickbooks].map(|side| lines_of(side, kind));
    let take = |all: &mut Vec<NodeRef<'r>>, line: NodeRef<'r>| {
        let id = line.get(LINE_ID);
        let by_id = id.and_then(|_| all.iter().position(|it| it.get(LINE_ID) == id));
        let place = by_id.or_else(|| all.iter().position(|it| it.get(LINE_ID).is_none()));
        place.map(|place| all.remove(place))
    };
    let mut lines: Vec<Three<'r>> = Vec::new();
    for line in quickbooks {
        let (steelhead, agreed) = (take(&mut steelhead, line), take(&mut agreed, line));
        lines.push(Three { steelhead, agreed, quickbooks: Some(line) });
    }
    // A line that stays as it is, and that QuickBooks no longer has, is nobody's.
    let has_more = |line: &NodeRef<'_>| line.children().any(|it| it.name() != LINE_ID);
    for line in steelhead.into_iter().filter(has_more) {
        let agreed = take(&mut agreed, line).filter(|_| line.get(LINE_ID).is_some());
        lines.push(Three { steelhead: Some(line), agreed, quickbooks: None });
    }
    lines.extend(agreed.into_iter().map(|line| Three { agreed: Some(line), ..Three::default() }));
    lines
}

impl<'r> Three<'r> {
    /// The element of this name on each side, whatever messages call it.
    fn child(self, name: &str) -> Self {
        let of = |side: Option<NodeRef<'r>>| side?.children().find(|it| stem(it.name()) == stem(name));
        Self { steelhead: of(self.steelhead), agreed: of(self.agreed), quickbooks: of(self.quickbooks) }
    }

    fn is_there(self) -> bool {
        self.steelhead.is_some() || self.agreed.is_some() || self.quickbooks.is_some()
    }

    /// What each side has of an element, as people write it.
    fn texts(self, schema: Element, element: Element) -> [String; 3] {
        let inside = self.child(element.name());
        // Beside an address records have it as it is printed.
        let printed = self.child(&format!("{}Block", element.name()));
        let has_twin = schema.child(&format!("{}Block", element.name())).is_some();
        let text = |node: Option<NodeRef<'_>>, printed: Option<NodeRef<'_>>| {
            let node = printed.filter(|_| has_twin).or(node);
            node.map(|node| text(element, node)).unwrap_or_default()
        };
        [
            text(inside.steelhead, printed.steelhead),
            text(inside.agreed, printed.agreed),
            text(inside.quickbooks, printed.quickbooks),
        ]
    }
}

/// An element in a line.
fn text(element: Element, node: NodeRef<'_>) -> String {
    match (node.text(), node.get("FullName").or_else(|| node.get("ListID"))) {
        (Some(text), _) => written(element, text),
        (None, Some(name)) => name.to_owned(),
        (None, None) => as_printed(node.children().map(|part| (part.name(), part.text()))),
    }
}

/// A value as people write it.
fn written(element: Element, text: &str) -> String {
    let number = || Decimal::from_str(text).ok();
    let told = match element.data_type() {
        Some(DataType::Amount) => number().map(money),
        Some(DataType::Price) => number().map(rate),
        Some(DataType::Quantity | DataType::Percent | DataType::Float) => {
            number().map(|it| it.normalize().to_string())
        }
        Some(DataType::Bool) => match text {
            "true" | "1" => Some(t("Yes").to_owned()),
            "false" | "0" => Some(t("No").to_owned()),
            _ => None,
        },
        Some(DataType::Enum) => Some(capital(&words(text))),
        _ => None,
    };
    told.unwrap_or_else(|| text.to_owned())
}

fn is_number(element: Element) -> bool {
    let kinds = [DataType::Amount, DataType::Price, DataType::Quantity, DataType::Percent, DataType::Float];
    element.data_type().is_some_and(|it| kinds.contains(&it) || it == DataType::Integer)
}

/// Whether an element is told in one line: a value, a reference, an address.
fn is_whole(schema: Element, element: Element) -> bool {
    let has_twin = schema.child(&format!("{}Block", element.name())).is_some();
    element.data_type().is_some()
        || element.name().ends_with("Ref")
        || has_twin
        || catalogue::is_address(element)
}

/// Whether an element is an address as it is printed, which stands beside the same taken apart.
fn is_printed_twin(schema: Element, element: Element) -> bool {
    element.name().strip_suffix("Block").is_some_and(|name| schema.child(name).is_some())
}

/// Whether a path of a message leads to, or below, an element of a record.
fn is_at(differing: &str, path: &str) -> bool {
    let mut steps = differing.split('/').map(|step| stem(unnumbered(step)));
    path.split('/').all(|step| steps.next() == Some(stem(step)))
}

/// A name without what messages and records put at its end.
fn stem(name: &str) -> &str {
    ["Ret", "Mod", "Add"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}
