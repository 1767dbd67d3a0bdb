//! Old exchanges: which go, which stay, and that nothing is lost with them.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use ferrule::store::{AnyStore, Database, PostgresStore, SqliteStore};
use ferrule::sync::prune;
use ferrule::sync::stored::{
    Closed, CompanyId, DocumentKey, Ending, ExchangeId, ExchangeItem, ExchangeKind, JobChange, JobId,
    JobState, Store as _,
};

use crate::loop_support::{Break, DOCUMENTS, Shop};
use crate::servers::found;
use crate::store_support::{at, change, company_file, document, error, exchange, item, key, step};

fn stores() -> Vec<Arc<dyn Database>> {
    let file: Arc<dyn Database> = Arc::new(AnyStore::from(SqliteStore::in_memory().unwrap()));
    let server = crate::postgres::database()
        .map(|address| Arc::new(AnyStore::from(PostgresStore::open(&address).unwrap())) as Arc<dyn Database>);
    [Some(file), server].into_iter().flatten().collect()
}

/// Exchanges as they may be.
struct Story<'s> {
    store: &'s dyn Database,
    shop: CompanyId,
    sessions: i64,
}

impl Story<'_> {
    /// A session at that time with one write for each of the documents; `status` is that of each answer, nothing: none came.
    fn write(
        &mut self,
        seconds: i64,
        about: &[(&DocumentKey, Option<JobId>)],
        status: Option<i32>,
    ) -> ExchangeId {
        self.sessions += 1;
        let session =
            self.store.begin_session(self.shop, &format!("{}", self.sessions), at(seconds)).unwrap();
        let items: Vec<ExchangeItem> = about
            .iter()
            .enumerate()
            .map(|(place, (key, job))| item(&place.to_string(), Some((*key).clone()), job.as_slice()))
            .collect();
        let mut commit = step(session.id, seconds);
        commit.opened = Some(exchange(ExchangeKind::Write, items.clone()));
        let id = self.store.commit(self.shop, &commit).unwrap().exchange.unwrap();
        let mut last = step(session.id, seconds);
        if let Some(status) = status {
            let items =
                items.into_iter().map(|item| ExchangeItem { status_code: Some(status), ..item }).collect();
            last.closed =
                Some(Closed { exchange: id, response: Some("<answer/>".to_owned()), failure: None, items });
        }
        last.ending = Some(Ending::Finished);
        self.store.commit(self.shop, &last).unwrap();
        id
    }

    fn left(&self) -> Vec<ExchangeId> {
        let mut left: Vec<_> =
            self.store.history(self.shop, None, 1_000).unwrap().iter().map(|it| it.id).collect();
        left.sort();
        left
    }
}

#[test]
fn what_somebody_may_need_stays() {
    for store in stores() {
        let shop = company_file(store.as_ref(), "shop");
        let other = company_file(store.as_ref(), "other");
        let mut theirs = Story { store: store.as_ref(), shop: other, sessions: 100 };
        let [one, two, three] = ["1", "2", "3"].map(|id| key("invoice", id));
        let foreign = theirs.write(1, &[(&one, None)], Some(0));
        let foreign_too = theirs.write(2, &[(&one, None)], Some(0));
        let documents: Vec<_> = ["1", "2", "3"].map(|id| document("invoice", id, "1")).into();
        store.load(shop, &documents, at(0)).unwrap();
        store.play(shop, std::slice::from_ref(&three), at(0)).unwrap();
        let job = store.due_jobs(shop, at(0), 9).unwrap()[0].id;
        let mut story = Story { store: store.as_ref(), shop, sessions: 0 };
        let goes = story.write(1, &[(&one, None)], Some(0));
        let last_taken = story.write(2, &[(&one, None)], Some(0));
        let refused = story.write(3, &[(&one, None)], Some(3_100));
        let last = story.write(4, &[(&one, None)], Some(3_100));
        let unanswered = story.write(5, &[(&two, None)], None);
        let mixed = story.write(6, &[(&one, None), (&two, None)], Some(0));
        let after = story.write(7, &[(&one, None)], Some(0));
        let needed = story.write(8, &[(&three, Some(job))], Some(0));
        let newer = story.write(9, &[(&three, None)], Some(0));
        let late = story.write(50, &[(&one, None)], Some(0));
        let later = story.write(51, &[(&one, None)], Some(0));
        let before = at(20);
        // The state of the job counts, not that it is the newest.
        let session = store.begin_session(shop, "another", at(52)).unwrap();
        let mut commit = step(session.id, 52);
        commit.jobs = vec![JobChange { error: Some(error("R634")), ..change(job, JobState::OutcomeUnknown) }];
        store.commit(shop, &commit).unwrap();

        let file = store.company_file(shop).unwrap();
        let mut kept = Vec::new();
        let pruned = prune(store.as_ref(), &file, before, &mut |old| {
            kept.extend(old.iter().map(|it| it.id));
            Ok(())
        });
        assert_eq!(pruned.unwrap().exchanges, 5);
        // `last_taken` is not the last that was taken any more: `mixed` and `after` came.
        assert_eq!(kept, [goes, last_taken, refused, last, after]);
        assert_eq!(story.left(), [unanswered, mixed, needed, newer, late, later]);
        assert_eq!(theirs.left(), [foreign, foreign_too], "another company file's");
        assert_eq!(store.examine().unwrap(), Vec::<String>::new());
        // Again, nothing goes; and nothing that is named by hand goes that must stay.
        assert_eq!(prune(store.as_ref(), &file, before, &mut |_| Ok(())).unwrap().exchanges, 0);
        let all = [unanswered, mixed, needed, newer, later];
        assert_eq!(store.remove_exchanges(shop, &all).unwrap(), 0);
    }
}

#[test]
fn what_cannot_be_kept_elsewhere_stays() {
    for store in stores() {
        let shop = company_file(store.as_ref(), "shop");
        let mut story = Story { store: store.as_ref(), shop, sessions: 0 };
        for seconds in 1..4 {
            story.write(seconds, &[(&key("invoice", "1"), None)], Some(0));
        }
        let file = store.company_file(shop).unwrap();
        let full = |_: &[_]| Err(std::io::Error::from(std::io::ErrorKind::StorageFull));
        assert!(prune(store.as_ref(), &file, at(9), &mut { full }).is_err());
        assert_eq!(story.left().len(), 3);
    }
}

/// The same shop with a long history, and without: what visits do is the same.
#[test]
fn visits_go_on_as_if_nothing_had_gone() {
    let visited = |prunes: bool| {
        let mut shop = Shop::new();
        let keys = shop.load(&DOCUMENTS);
        shop.play(&keys);
        for lost in [
            Break::AfterProcessing(12),
            Break::BeforeProcessing(2),
            Break::AfterReceiving(2),
            Break::Never,
            Break::Never,
        ] {
            shop.visit(lost);
            if prunes {
                let file = shop.store.company_file(shop.company).unwrap();
                let later = shop.now() + TimeDelta::days(1);
                prune(shop.store.as_ref(), &file, later, &mut |_| Ok(())).unwrap();
            }
        }
        let history = shop.store.history(shop.company, None, 10_000).unwrap().len();
        assert_eq!(shop.store.examine().unwrap(), Vec::<String>::new());
        (found(&shop.file), history)
    };
    let (kept, pruned) = (visited(false), visited(true));
    assert_eq!(kept.0, pruned.0);
    assert!(pruned.1 < kept.1, "{} of {}", pruned.1, kept.1);
}

#[test]
fn the_command_writes_what_it_removes() {
    let folder = tempfile::tempdir().unwrap();
    let (database, history) = (folder.path().join("ferrule.db"), folder.path().join("old.ndjson.gz"));
    let kept = AnyStore::from(SqliteStore::open(&database).unwrap());
    let shop = company_file(&kept, "shop");
    let mut story = Story { store: &kept, shop, sessions: 0 };
    // Long before now, whenever that is: the command has the clock of the machine.
    for seconds in 1..=120 {
        story.write(seconds - 400 * 86_400, &[(&key("invoice", "1"), None)], Some(0));
    }
    let run = |more: &[&str]| ferrule(&database, more);
    assert_eq!(run(&["--keep", "30", "--dry-run"]), "shop: 119 requests would be removed, 3 kB\n");
    assert_eq!(story.left().len(), 120);
    let file = history.to_str().unwrap();
    assert_eq!(run(&["--keep", "30", "--history", file]), "shop: 119 requests removed, 3 kB\n");
    assert_eq!(story.left().len(), 1);
    let mut text = String::new();
    let packed = std::fs::File::open(&history).unwrap();
    flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 119);
    assert_eq!((&lines[0]["company"], &lines[0]["response"]), (&"shop".into(), &"<answer/>".into()));
    assert_eq!(lines[0]["items"][0]["document"]["id"], "1");
}

fn ferrule(database: &Path, more: &[&str]) -> String {
    let said = assert_cmd::Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .args(["prune", "--database", database.to_str().unwrap()])
        .args(more)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}
