//! `/c/{company}/todo`: everything that waits for a person, the most urgent cause first.

use askama::Template;
use rust_decimal::Decimal;

use crate::language::{many, t};
use crate::people::{Care, Waiting};
use crate::sync::stored::CompanyFile;
use crate::sync::{Cause, HeapItem, check_played, has_date};
use crate::text::quotes::quoted;
use crate::web::ground::fields::link;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::documents::subject::{document_path, list_path};
use crate::web::pages::{errors, imports, integrations, settings};
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::server::waiting::waiting;
use crate::web::views::{CompanyView, DocumentRow, Patience, money};
use crate::web::words::filters;
use crate::web::words::when::{Times, counted, grouped};

/// Things of one heap that are shown; the lists show all.
const ITEMS: usize = 100;
/// Heaps that a key of their own leads to: one digit each.
const KEYS: usize = 9;

#[derive(Template)]
#[template(path = "todo.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct TodoPage<'v> {
    shell: Shell,
    times: Times,
    file: &'v CompanyFile,
    is_old: bool,
    /// How much waits, in words, and the money that it is about.
    total: String,
    sections: Vec<Section>,
    /// What was put off.
    later: Vec<LaterLine>,
    /// Documents that nobody has played yet, by list.
    ready: Vec<Ready>,
    /// Who can look after something.
    people: Vec<String>,
    is_mine: bool,
    path: String,
    is_new: bool,
}

/// What waits for one cause.
struct Section {
    name: String,
    title: &'static str,
    text: &'static str,
    kind: &'static str,
    count: String,
    amount: String,
    heaps: Vec<HeapCard>,
}

/// What waits for one cause and is told in the same words.
struct HeapCard {
    /// Its place among those of the cause.
    id: String,
    counted: String,
    told: String,
    amount: String,
    button: Button,
    /// Where it can be played again, if that may help.
    play: Option<String>,
    /// The key that presses the main button; the first heaps have one.
    access: Option<usize>,
    /// Whether it is the first that can be played again: that has a key too.
    is_first_played: bool,
    /// What stands for the heap in a form.
    key: (String, String, String),
    lines: Vec<ItemLine>,
    more: usize,
    cared: String,
    note: String,
}

/// The main button.
struct Button {
    label: String,
    /// What it is about, for those who do not see where it stands.
    about: String,
    href: String,
}

struct ItemLine {
    id: String,
    label: String,
    href: Option<String>,
    amount: String,
    told: String,
    person: String,
}

struct LaterLine {
    label: String,
    href: Option<String>,
    title: &'static str,
    care: Care,
    form: (String, String, String),
}

struct Ready {
    what: String,
    amount: String,
    href: String,
}

/// The page. `of=me` shows only what the person who looks is to look after.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let patience = if visit.is_fragment { Patience::Long } else { Patience::Short };
    let view = visit.view(file, patience)?;
    let is_mine = visit.query.get("of") == "me";
    let mut all = waiting(visit, file, &view)?;
    if is_mine {
        let me = visit.person.name.as_str();
        for waiting in &mut all {
            let Waiting { open, cares, .. } = waiting;
            open.retain(|place| cares.get(place).is_some_and(|care| care.person == me));
        }
    }
    let drawn = Drawn { visit, file, view: &view };
    let sections = drawn.sections(&all);
    let amounts: Vec<Decimal> = all.iter().filter_map(Waiting::amount).collect();
    let people = visit.site.people.people(Some(&visit.person.domain))?;
    let page = TodoPage {
        shell: visit.shell(t("To do"), Some(file)),
        times: visit.times(file),
        file,
        is_old: view.is_old(file),
        total: total(all.iter().map(|waiting| waiting.open.len()).sum(), &amounts),
        sections,
        later: all.iter().flat_map(|waiting| drawn.later(waiting)).collect(),
        ready: drawn.ready(),
        people: people.into_iter().map(|person| person.name).collect(),
        is_mine,
        path: path(file),
        is_new: file.last_contact.is_none(),
    };
    visit.show(&page, &page.as_inside())
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/todo", file.id.0)
}

fn total(count: usize, amounts: &[Decimal]) -> String {
    match amounts {
        [] => many!("{n} thing waits for somebody", "{n} things wait for somebody", count),
        amounts => {
            let sum = money(amounts.iter().sum::<Decimal>());
            many!(
                "{n} thing waits for somebody, {sum} in all",
                "{n} things wait for somebody, {sum} in all",
                count,
                sum
            )
        }
    }
}

fn shown(amount: Option<Decimal>) -> String {
    amount.map(money).unwrap_or_default()
}

/// The first heaps are reached by a key each, and the first that can be played by another.
fn give_keys(sections: &mut [Section]) {
    let mut heaps: Vec<&mut HeapCard> = sections.iter_mut().flat_map(|it| &mut it.heaps).collect();
    for (key, heap) in (1..=KEYS).zip(&mut heaps) {
        heap.access = Some(key);
    }
    if let Some(first) = heaps.iter_mut().find(|heap| heap.play.is_some()) {
        first.is_first_played = true;
    }
}

struct Drawn<'v> {
    visit: &'v Visit,
    file: &'v CompanyFile,
    view: &'v CompanyView,
}

impl Drawn<'_> {
    fn sections(&self, all: &[Waiting]) -> Vec<Section> {
        let mut sections: Vec<(Cause, Vec<&Waiting>)> = Vec::new();
        for waiting in all.iter().filter(|waiting| !waiting.open.is_empty()) {
            match sections.last_mut() {
                Some((cause, heaps)) if *cause == waiting.heap.cause => heaps.push(waiting),
                _ => sections.push((waiting.heap.cause, vec![waiting])),
            }
        }
        let mut sections: Vec<Section> =
            sections.into_iter().map(|(cause, heaps)| self.section(cause, heaps)).collect();
        give_keys(&mut sections);
        sections
    }

    fn section(&self, cause: Cause, mut heaps: Vec<&Waiting>) -> Section {
        heaps.sort_by_key(|waiting| std::cmp::Reverse((waiting.amount(), waiting.open.len())));
        let words = cause.words();
        let amounts = heaps.iter().filter_map(|waiting| waiting.amount());
        Section {
            name: cause.name(),
            title: &words.title,
            text: &words.text,
            kind: &words.kind,
            count: grouped(heaps.iter().map(|waiting| waiting.open.len()).sum()),
            amount: shown(amounts.reduce(|sum, amount| sum.checked_add(amount).unwrap_or(sum))),
            heaps: heaps.iter().enumerate().map(|(place, waiting)| self.card(place, waiting)).collect(),
        }
    }

    fn card(&self, place: usize, waiting: &Waiting) -> HeapCard {
        let heap = &waiting.heap;
        let lines: Vec<ItemLine> =
            waiting.open.iter().take(ITEMS).filter_map(|place| self.line(waiting, *place)).collect();
        let is_alone = waiting.open.len() == 1;
        let told =
            lines.first().filter(|_| is_alone).map_or_else(|| heap.told.clone(), |line| line.told.clone());
        let mut people: Vec<&str> = waiting.cares.values().map(|care| care.person.as_str()).collect();
        people.retain(|person| !person.is_empty());
        people.sort_unstable();
        people.dedup();
        let note =
            waiting.open.iter().filter_map(|place| waiting.cares.get(place)).find(|it| !it.note.is_empty());
        HeapCard {
            id: format!("{}-{place}", heap.cause.name()),
            counted: match (lines.first(), self.one(&heap.object)) {
                (Some(line), _) if is_alone => line.label.clone(),
                (_, Some(one)) => counted(waiting.open.len(), &one.to_lowercase()),
                _ => counted(waiting.open.len(), "record"),
            },
            told: quoted(&told),
            amount: shown(waiting.amount()),
            button: self.button(waiting, &lines),
            play: self.play(waiting),
            access: None,
            is_first_played: false,
            key: key(waiting),
            more: waiting.open.len() - lines.len(),
            lines,
            cared: people.join(", "),
            note: note.map(|care| care.note.clone()).unwrap_or_default(),
        }
    }

    fn one(&self, object: &str) -> Option<&str> {
        self.visit.program().list_of(object).map(|list| list.one.as_str())
    }

    fn line(&self, waiting: &Waiting, place: usize) -> Option<ItemLine> {
        let item = waiting.heap.items.get(place)?;
        let (label, href) = self.named(&waiting.heap.object, item);
        Some(ItemLine {
            id: item.id.clone(),
            told: quoted(item.told.strip_prefix(&format!("{label}: ")).unwrap_or(&item.told)),
            label,
            href,
            amount: shown(item.amount),
            person: waiting.cares.get(&place).map(|care| care.person.clone()).unwrap_or_default(),
        })
    }

    /// What people call it, and where it is.
    fn named(&self, object: &str, item: &HeapItem) -> (String, Option<String>) {
        let list = self.visit.program().list_of(object).filter(|_| !item.id.is_empty());
        let href = list.map(|list| document_path(self.file, list, &item.id));
        (item.label.clone(), href)
    }

    fn button(&self, waiting: &Waiting, lines: &[ItemLine]) -> Button {
        let heap = &waiting.heap;
        let first = lines.first();
        let of_first = || first.and_then(|line| line.href.clone()).unwrap_or_else(|| errors::path(self.file));
        let href = match heap.cause {
            Cause::Silent | Cause::SignInRefused | Cause::Failing => integrations::page::path(self.file),
            Cause::SetAside => format!("{}#unreadable", errors::path(self.file)),
            Cause::WhichRecord => format!("{}/connect", of_first()),
            Cause::Update => {
                link(&imports::list::path(self.file), [("object", heap.object.as_str()), ("is", "update")])
            }
            Cause::Setting => heap
                .setting
                .as_ref()
                .map_or_else(of_first, |(name, _, scope)| settings::path_of(self.file, *scope, name)),
            _ => of_first(),
        };
        let about = match (&heap.setting, first) {
            (Some((_, label, _)), _) => label.clone(),
            (None, Some(line)) => line.label.clone(),
            (None, None) => String::new(),
        };
        Button { label: heap.cause.words().button.clone(), about, href }
    }

    /// Where what waits can be played, where that helps once somebody has mended it.
    fn play(&self, waiting: &Waiting) -> Option<String> {
        use Cause::{Refused, Rejected, Setting, WhichRecord};
        let heap = &waiting.heap;
        let helps = matches!(heap.cause, Refused | Rejected | Setting | WhichRecord);
        let list = self.visit.program().list_of(&heap.object).filter(|_| helps)?;
        check_played(self.visit.program(), &heap.object).ok()?;
        Some(format!("{}/play", list_path(self.file, list)))
    }

    fn later(&self, waiting: &Waiting) -> Vec<LaterLine> {
        let line = |place: &usize| {
            let (label, href) = self.named(&waiting.heap.object, waiting.heap.items.get(*place)?);
            let care = waiting.cares.get(place)?.clone();
            Some(LaterLine {
                label,
                href,
                title: &waiting.heap.cause.words().title,
                care,
                form: key(waiting),
            })
        };
        waiting.later.iter().take(ITEMS).filter_map(line).collect()
    }

    /// Documents that nobody has played yet as they are now.
    fn ready(&self) -> Vec<Ready> {
        let mut all = Vec::new();
        for list in self.visit.program().lists() {
            if check_played(self.visit.program(), &list.object).is_err() {
                continue;
            }
            let is_ready = |row: &&DocumentRow| row.is_open && (row.job.is_none() || row.has_changed());
            let rows = self.view.documents(&list.object).iter().filter(is_ready);
            let (mut count, mut sum) = (0, None);
            for row in rows {
                count += 1;
                if let Some(amount) = row.amount().filter(|_| has_date(self.visit.program(), &list.object)) {
                    sum = Some(sum.unwrap_or(Decimal::ZERO) + amount);
                }
            }
            if count > 0 {
                let what = counted(count, &list.one.to_lowercase());
                all.push(Ready { what, amount: shown(sum), href: list_path(self.file, list) });
            }
        }
        all
    }
}

/// What stands for a heap in a form.
fn key(waiting: &Waiting) -> (String, String, String) {
    let heap = &waiting.heap;
    (heap.cause.name(), heap.object.clone(), heap.told.clone())
}
