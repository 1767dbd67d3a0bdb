//! `ferrule serve --steelhead FILE` for many company files, some of which fail, each in its way: the others go on, and who fails is
//! told.

use std::fmt::Write as _;

use ferrule::store::SqliteStore;
use ferrule::sync::stored::{CompanyId, Store as _, TroubleSubject};

use crate::servers_support::{Process, until};
use crate::steelhead_support::{Faulty, Reply, Steelhead, TOKEN, answer};
use crate::store_support::company_file;

/// Company files whose Steelhead is well.
const WELL: usize = 9;
/// Seconds for which an answer is waited for: if one company file held up the others, nobody would wait so long.
const PATIENCE: u32 = 120;
/// Documents that each of them has there.
const DOCUMENTS: usize = 14;

#[test]
fn a_company_file_whose_steelhead_fails_holds_up_no_other() {
    let Some(steelhead) = Steelhead::start() else { return };
    let refusing = Faulty::start(vec![answer("401 Unauthorized", "", "")]);
    let moved = Faulty::start(vec![answer("302 Found", "location: http://127.0.0.1:1/\r\n", "")]);
    let babbling = Faulty::start(vec![answer("200 OK", "content-type: text/html\r\n", "<h1>It works!</h1>")]);
    let silent = Faulty::start(vec![Reply::Silence]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ferrule.db");
    let store = SqliteStore::open(&path).unwrap();
    let (mut well, mut failing, mut access) = (Vec::new(), Vec::new(), String::new());
    let mut ask = |name: &str, address: &str| -> CompanyId {
        let options = format!("{{ url: \"{address}\", token: {TOKEN}, pace: 0, patience: {PATIENCE} }}");
        writeln!(access, "{name}: {options}").unwrap();
        company_file(&store, name)
    };
    // Who fails stands first, in the middle and last, as files are sorted by name.
    for (name, faulty) in [("a-refusing", &refusing), ("m-moved", &moved), ("z-babbling", &babbling)] {
        failing.push((name, ask(name, &faulty.address())));
    }
    let waiting = ask("b-silent", &silent.address());
    for number in 0..WELL {
        well.push(ask(&format!("shop-{number}"), &steelhead.address()));
    }
    // One that is misspelt in the file is of nobody.
    writeln!(access, "nobody: {{ url: \"{}\", token: {TOKEN} }}", steelhead.address()).unwrap();
    let file = folder.path().join("steelhead.yaml");
    std::fs::write(&file, &access).unwrap();
    let log = folder.path().join("log");
    let database = path.display().to_string();
    let service = Process::start_logging(&database, &log, &["--steelhead", &file.display().to_string()]);
    let count = |company: CompanyId| store.all_documents(company, None).unwrap().len();
    until("the others go on", || well.iter().all(|company| count(*company) == DOCUMENTS));
    let told = |company: CompanyId| -> Vec<String> {
        let troubles = store.troubles(company).unwrap().into_iter();
        troubles.filter(|it| it.subject == TroubleSubject::Steelhead).map(|it| it.reason).collect()
    };
    until("who fails is told", || failing.iter().all(|(_, company)| told(*company).len() == 1));
    assert!(told(failing[0].1)[0].contains("the token is refused"), "{:?}", told(failing[0].1));
    until("who is silent is asked", || silent.count() > 0);
    for company in &well {
        until("a pull is done", || store.pull(*company).unwrap().is_some_and(|pull| pull.done_at.is_some()));
        assert!(told(*company).is_empty(), "{:?}", told(*company));
    }
    for company in failing.iter().map(|(_, company)| *company).chain([waiting]) {
        assert_eq!(count(company), 0);
    }
    // The log has a line for each of them, and no token.
    let logged = || std::fs::read_to_string(&log).unwrap();
    let names = failing.iter().map(|(name, _)| *name).chain(["nobody"]);
    for name in names {
        until(name, || logged().contains(&format!("\"company\":\"{name}\"")));
    }
    assert!(!logged().contains(TOKEN) && !logged().contains("shop-"), "{}", logged());
    assert_eq!(ureq::get(format!("{}/readyz", service.url())).call().unwrap().status(), 200);
    service.stop();
}
