//! What is done with documents that were selected in a list: with those whose boxes are ticked, with all of its page, or
//! with all that it finds.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use askama::Template;
use rust_decimal::Decimal;

use crate::language::{marked, say, t};
use crate::people::{AuditAction, AuditSubject};
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, DocumentKey};
use crate::sync::{self, fact_labels, has_date};
use crate::text::csv;
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::documents::connect_chosen;
use crate::web::pages::documents::narrow::narrowed;
use crate::web::pages::documents::one_by_one::{OneByOne, details};
use crate::web::pages::documents::play::{check_is_played, play, take_out};
use crate::web::pages::documents::settle::{refused, said};
use crate::web::pages::documents::subject::{document_path, list, listed};
use crate::web::server::answer::{Done, Then};
use crate::web::server::message::Did;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::views::{Cell, CompanyView, DocumentRow, Patience, money};
use crate::web::words::filters;
use crate::web::words::when::{counted, grouped};

/// The heads of the columns behind those of the list.
const OWN_HEADS: [&str; 6] = [
    marked("Status"),
    marked("Why"),
    marked("Last sync"),
    marked("Record"),
    marked("Record id"),
    marked("Id in Steelhead"),
];
/// Documents that one selection may be of.
pub const MOST: usize = 5_000;

/// What is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Play,
    Unplay,
    Settle,
    TakeBack,
    Connect,
    Archive,
    Restore,
}

/// What is asked before it is done with all that is selected.
#[derive(Template)]
#[template(path = "ask_chosen.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct AskChosen<'v> {
    shell: Shell,
    /// Whether connections are to be archived; else documents are to be settled by hand.
    is_archive: bool,
    title: &'static str,
    list: &'v List,
    asked: Asked,
    documents: String,
    amount: String,
    /// How many are selected for which it cannot be done.
    unfit: usize,
    /// What was selected, to be sent once more.
    of: String,
    seen: String,
    ids: Vec<String>,
}

/// Does it.
pub fn act(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = list(visit)?;
    let asked = listed(visit, file, list);
    let deed = Deed::named(visit.form.get("do"))
        .ok_or_else(|| Trouble::Wrong(t("the form does not say what to do").to_owned()))?;
    if deed == Deed::Play {
        check_is_played(visit, list)?;
        // How many go, and which are rejected, is shown first.
        if visit.form.get("of") == "all" {
            return Ok(Done::nothing(asked.below("/play-all"), ""));
        }
    }
    if deed == Deed::Connect && visit.form.get("sure") == "1" {
        return connect_chosen::connect(visit, file, list, &asked);
    }
    let view = visit.view(file, Patience::Long)?;
    let chosen = chosen(visit, list, &asked, &view)?;
    if chosen.is_empty() {
        return Ok(Done::nothing(asked.link(), t("Nothing was selected, so nothing was done.")));
    }
    if chosen.len() > MOST {
        return Err(Trouble::Wrong(say!(
            "{documents} are selected, and it can be {most} at once; search for fewer, or for some days only",
            documents = counted(chosen.len(), "document"),
            most = grouped(MOST)
        )));
    }
    let (fit, unfit): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|row| deed.fits(row));
    if fit.is_empty() {
        return Ok(Done::nothing(
            asked.link(),
            say!("Nothing was done: {nothing}.", nothing = deed.nothing()),
        ));
    }
    let done = deed.done(visit, file, list, (&asked, &fit, unfit.len()))?;
    if unfit.is_empty() {
        return Ok(done);
    }
    let left = counted(unfit.len(), "document");
    Ok(done.saying(&say!(" Left out, because it does not apply to them: {left}.", left)))
}

impl Deed {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "play" => Self::Play,
            "unplay" => Self::Unplay,
            "settle" => Self::Settle,
            "take-back" => Self::TakeBack,
            "connect" => Self::Connect,
            "archive" => Self::Archive,
            "restore" => Self::Restore,
            _ => return None,
        })
    }

    fn fits(self, row: &DocumentRow) -> bool {
        match self {
            Self::Play => row.can_play(),
            Self::Unplay => row.can_be_unplayed(),
            Self::Settle => row.can_settle(),
            Self::TakeBack => row.by_hand.is_some(),
            Self::Connect => true,
            Self::Archive => row.connection.as_ref().is_some_and(|it| !it.is_archived),
            Self::Restore => row.connection.as_ref().is_some_and(|it| it.is_archived),
        }
    }

    /// Why nothing was done.
    fn nothing(self) -> &'static str {
        match self {
            Self::Play => t("they are done or on their way"),
            Self::Unplay => t("none of them is in the queue"),
            Self::Settle => t("they are done, on their way, or settled already"),
            Self::TakeBack => t("none of them is settled by hand"),
            Self::Connect => t("there is no such document"),
            Self::Archive => t("none of them is connected"),
            Self::Restore => t("none of their connections is archived"),
        }
    }

    fn done(
        self,
        visit: &Visit,
        file: &CompanyFile,
        list: &List,
        (asked, fit, unfit): (&Asked, &[&DocumentRow], usize),
    ) -> Result<Done, Trouble> {
        let keys: Vec<DocumentKey> = fit.iter().map(|row| row.key.clone()).collect();
        let (store, to) = (&*visit.site.store, asked.link());
        match (self, keys.as_slice()) {
            (Self::Play, _) => play(visit, file, list, &keys, to),
            (Self::Unplay, _) => take_out(visit, file, &list.one, &keys, to),
            (Self::Connect, [key]) => {
                Ok(Done::nothing(format!("{}/connect", document_path(file, list, &key.id)), ""))
            }
            (Self::Connect, _) => connect_chosen::ask(visit, file, list, asked, fit),
            (Self::Archive | Self::Settle, _) if visit.form.get("sure") != "1" => {
                self.ask(visit, file, list, asked, (fit, unfit))
            }
            (Self::Archive, keys) => archive_all(visit, file, list, (keys, true), to),
            (Self::Restore, keys) => archive_all(visit, file, list, (keys, false), to),
            (Self::Settle, _) => {
                let done =
                    sync::settle(store, visit.program(), file, &keys, said(visit)?).map_err(refused)?;
                let them = counted(done.settled.len(), "document");
                let mut words = say!("{them} settled by hand. Nothing is sent for them.", them);
                if !done.under_way.is_empty() {
                    words.push_str(t(" What is on its way to QuickBooks was left out."));
                }
                let about = AuditSubject::Documents(done.settled);
                Ok(Done::go(AuditAction::Settle, details(list, &keys), to, words).to(about))
            }
            (Self::TakeBack, _) => {
                let done =
                    sync::take_back(store, visit.program(), file, &keys, said(visit)?).map_err(refused)?;
                let them = counted(done.taken_back.len(), "document");
                let words = say!("{them} taken back. Play sends them.", them);
                let about = AuditSubject::Documents(done.taken_back);
                Ok(Done::go(AuditAction::TakeBack, details(list, &keys), to, words).to(about))
            }
        }
    }

    /// Asks, before it is done with all that is selected.
    fn ask(
        self,
        visit: &Visit,
        file: &CompanyFile,
        list: &List,
        asked: &Asked,
        (fit, unfit): (&[&DocumentRow], usize),
    ) -> Result<Done, Trouble> {
        let is_archive = self == Self::Archive;
        let title = if is_archive { t("Archive connections") } else { t("Settle by hand") };
        let template = AskChosen {
            shell: visit.shell(title, Some(file)),
            is_archive,
            title,
            list,
            asked: asked.clone(),
            documents: counted(fit.len(), "document"),
            amount: total(visit, list, fit),
            unfit,
            of: visit.form.get("of").to_owned(),
            seen: visit.form.get("seen").to_owned(),
            ids: visit.form.all("id").map(str::to_owned).collect(),
        };
        Ok(Done { act: None, then: Then::Show(visit.show(&template, &template.as_inside())?) })
    }
}

/// Archives the connections of documents, or takes them back.
pub fn archive_all(
    visit: &Visit,
    file: &CompanyFile,
    list: &List,
    (keys, is_archived): (&[DocumentKey], bool),
    to: String,
) -> Result<Done, Trouble> {
    let mut all = OneByOne::default();
    for key in keys {
        all.note(key.clone(), sync::archive(&*visit.site.store, file, key, is_archived))?;
    }
    let them = counted(all.count(), "connection");
    let (action, did, words) = if is_archived {
        let words = say!(
            "{them} archived. Nothing is sent for these documents. Nothing changed in QuickBooks.",
            them
        );
        (AuditAction::ArchiveConnections, Did::Archive, words)
    } else {
        (AuditAction::RestoreConnections, Did::Restore, say!("{them} restored.", them))
    };
    Ok(all.told((action, visit.click(did, list, "")), list, to, words))
}

/// The money that documents are about, in words; empty where they are about none.
pub fn total(visit: &Visit, list: &List, rows: &[&DocumentRow]) -> String {
    // The price of a thing is not money that anybody owes.
    if !has_date(visit.program(), &list.object) {
        return String::new();
    }
    let amounts: Vec<Decimal> = rows.iter().filter_map(|row| row.amount()).collect();
    let sum = amounts.iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount));
    sum.filter(|_| !amounts.is_empty()).map(money).unwrap_or_default()
}

/// A hash of which documents they are; their order does not matter.
pub fn seen(rows: &[&DocumentRow]) -> String {
    let hash = |row: &DocumentRow| {
        let mut hash = DefaultHasher::new();
        row.key.id.hash(&mut hash);
        hash.finish()
    };
    let all = rows.iter().fold(0_u64, |all, row| all.wrapping_add(hash(row)));
    format!("{}-{all:x}", rows.len())
}

/// The documents that a form is about.
fn chosen<'v>(
    visit: &Visit,
    list: &List,
    asked: &Asked,
    view: &'v CompanyView,
) -> Result<Vec<&'v DocumentRow>, Trouble> {
    let of = visit.form.get("of");
    if of.is_empty() {
        let rows: HashMap<&str, &DocumentRow> =
            view.documents(&list.object).iter().map(|row| (row.key.id.as_str(), row)).collect();
        let mut ids: Vec<&str> = visit.form.all("id").collect();
        ids.sort_unstable();
        ids.dedup();
        return ids.into_iter().map(|id| rows.get(id).copied().ok_or(Trouble::NotFound)).collect();
    }
    let cut = asked.cut(narrowed(asked, list, view));
    if visit.form.get("seen") != seen(&cut.all) {
        let words = t("the list has changed since you looked at it; nothing was done");
        return Err(Trouble::Conflict(words.to_owned()));
    }
    Ok(if of == "all" { cut.all } else { cut.rows })
}

/// What is selected, as a file for spreadsheets; if nothing is, all that the list finds.
pub fn download(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let list = list(visit)?;
    let asked = listed(visit, file, list);
    let view = visit.view(file, Patience::Long)?;
    let rows = match (visit.form.get("of"), visit.form.raw("id")) {
        ("", Some(_)) | ("page", _) => chosen(visit, list, &asked, &view)?,
        _ => asked.all(narrowed(&asked, list, &view)),
    };
    let facts = fact_labels(visit.program(), &list.object);
    let heads = list.columns.iter().map(|it| it.label.as_str()).chain(facts.iter().map(|(label, _)| *label));
    let heads = heads.chain(OWN_HEADS.map(t));
    let mut text = csv::row(heads.map(csv::text));
    for row in rows {
        // A number is no formula, even if it is negative.
        let plain = |cell: &Cell| if cell.is_number() { cell.text.clone() } else { csv::text(&cell.text) };
        let record = row.connection.as_ref().filter(|it| !it.is_archived);
        let rest = [
            t(&row.state.word).to_owned(),
            csv::text(&row.told().unwrap_or_default()),
            row.last_sync.map(|at| at.to_rfc3339()).unwrap_or_default(),
            record.map(|it| it.record_type.trim_end_matches("Ret").to_owned()).unwrap_or_default(),
            record.map(|it| csv::text(&it.record_id)).unwrap_or_default(),
            csv::text(&row.key.id),
        ];
        text.push_str(&csv::row(row.cells.iter().map(plain).chain(rest)));
    }
    Ok(Done::table(format!("{}-{}.csv", list.path, visit.now.format("%Y-%m-%d")), &text))
}
