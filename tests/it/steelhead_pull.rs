//! From Steelhead's API into the books: documents are taken over again and again.

use chrono::TimeDelta;
use ferrule::steelhead::graphql::{Api, ApiError};
use ferrule::sync::stored::{DocumentKey, Moment, Store as _, TroubleSubject};
use ferrule::sync::{LoadReport, PullError, Pulls, Status};

use crate::loop_support::{Break, Shop};
use crate::steelhead_support::{Faulty, Steelhead, answer, api, well};

const INVOICES: &str = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><InvoiceQueryRq>\
    <IncludeLineItems>1</IncludeLineItems></InvoiceQueryRq><CustomerQueryRq/></QBXMLMsgsRq></QBXML>";

fn pulls(api: Api) -> Pulls {
    Pulls { api, every: TimeDelta::minutes(10), full_every: TimeDelta::hours(24) }
}

fn tick_at(shop: &Shop, pulls: &Pulls, now: Moment) -> Result<Option<LoadReport>, PullError> {
    let file = shop.store.company_file(shop.company).unwrap();
    pulls.tick(shop.store.as_ref(), &shop.rules.clone().into(), &file, &|| now)
}

/// Some minutes later.
fn tick(shop: &Shop, pulls: &Pulls, minutes: u64) -> Option<LoadReport> {
    shop.clock.advance(i64::try_from(minutes * 60).unwrap());
    tick_at(shop, pulls, shop.now()).unwrap()
}

fn counts(report: Option<LoadReport>) -> (usize, usize, usize) {
    let report = report.unwrap();
    assert!(report.problems.first.is_empty(), "{:?}", report.problems.first);
    (report.loaded.new, report.loaded.changed, report.loaded.same)
}

/// Plays what is finalized, and customers.
fn play_all(shop: &Shop) {
    let all = shop.store.all_documents(shop.company, None).unwrap().into_iter();
    // A draft that is played would be finalized here.
    let all =
        all.filter(|it| it.document.key.object == "customer" || it.document.json.contains("finalizedAt"));
    let keys: Vec<DocumentKey> = all
        .map(|it| it.document.key)
        .filter(|key| ["invoice", "customer"].contains(&key.object.as_str()))
        .collect();
    shop.play(&keys);
}

#[test]
fn what_changes_in_steelhead_changes_in_the_books() {
    let Some(steelhead) = Steelhead::start() else { return };
    let pulls = pulls(steelhead.api());
    let mut shop = Shop::new();
    assert_eq!(counts(tick(&shop, &pulls, 0)), (14, 0, 0));
    assert!(tick(&shop, &pulls, 9).is_none());
    // Only the draft, which tells of no change, is read again.
    assert_eq!(counts(tick(&shop, &pulls, 1)), (0, 0, 1));
    let finalized = "UPDATE invoices SET finalized_at = now() WHERE id_in_domain = 233 OR id_in_domain = 234;
                     UPDATE invoice_line_items SET quantity = 700, subtotal = 875 WHERE id = 1031273";
    assert!(!shop.in_quickbooks(INVOICES).contains("SH:232"));
    play_all(&shop);
    shop.visit(Break::Never);
    let books = shop.in_quickbooks(INVOICES);
    assert!(books.contains("SH:232") && books.contains("SH:233"), "{books}");
    assert!(!books.contains("875.00"), "{books}");
    steelhead.hand().batch_execute(finalized).unwrap();
    assert_eq!(counts(tick(&shop, &pulls, 10)), (0, 2, 0));
    play_all(&shop);
    shop.visit(Break::Never);
    let books = shop.in_quickbooks(INVOICES);
    assert!(books.contains("SH:234") && books.contains("875.00"), "{books}");
    // Nothing tells of this change but a comparison of everything.
    steelhead.hand().batch_execute("UPDATE customers SET phone = '937-555-0199'").unwrap();
    assert_eq!(counts(tick(&shop, &pulls, 10)), (0, 0, 0));
    assert_eq!(counts(tick(&shop, &pulls, 24 * 60)), (0, 1, 13));
    play_all(&shop);
    shop.visit(Break::Never);
    let books = shop.in_quickbooks(INVOICES);
    assert!(books.contains("937-555-0199"), "{books}");
}

#[test]
fn what_goes_wrong_is_on_show_until_it_goes_well() {
    let Some(steelhead) = Steelhead::start() else { return };
    let shop = Shop::new();
    let gone = pulls(api(&Faulty::start(vec![answer("401 Unauthorized", "", "")]).address()));
    for minutes in [0, 10] {
        shop.clock.advance(minutes * 60);
        let error = tick_at(&shop, &gone, shop.now()).err().unwrap();
        assert!(matches!(error, PullError::Api(ApiError::Refused(401))), "{error}");
    }
    let file = shop.store.company_file(shop.company).unwrap();
    let status = || Status::of(shop.store.as_ref(), Some(&shop.rules.program), &file, shop.now()).unwrap();
    let [trouble] = &status().troubles[..] else { panic!("{:?}", status().troubles) };
    assert_eq!((trouble.subject.clone(), trouble.times), (TroubleSubject::Steelhead, 2));
    assert!(trouble.to_string().contains("the token is refused. Get a new one"), "{trouble}");
    assert!(status().needs_someone());
    counts(tick(&shop, &pulls(steelhead.api()), 10));
    assert!(status().troubles.is_empty());
    let pull = status().pull.unwrap();
    assert_eq!((pull.documents, pull.changed, pull.done_at), (14, 14, Some(shop.now())));
}

#[test]
fn one_list_that_is_refused_holds_up_no_other() {
    let Some(steelhead) = Steelhead::start() else { return };
    steelhead.hand().batch_execute("DROP TABLE tax_codes CASCADE").unwrap();
    // PostGraphile still shows what is not there any more, and PostgreSQL refuses it.
    let shop = Shop::new();
    let report = tick(&shop, &pulls(steelhead.api()), 0).unwrap();
    assert!(report.loaded.new > 8, "{}", report.loaded.new);
    let troubles = shop.store.troubles(shop.company).unwrap();
    assert!(
        troubles[0].reason.contains("allInvoices") || troubles[0].reason.contains("not whole"),
        "{troubles:?}"
    );
}

#[test]
fn reading_goes_on_where_it_broke_off() {
    let first = r#"{"data":{"allAccounts":{"nodes":[{"id":1,"accountNumber":null,"name":"A","type":null,"archivedAt":null}],
        "pageInfo":{"hasNextPage":true,"endCursor":"c1"}}}}"#;
    let faulty = Faulty::start(vec![well(first), answer("401 Unauthorized", "", "")]);
    let pulls = pulls(api(&faulty.address()));
    let shop = Shop::new();
    for minutes in [0, 10] {
        shop.clock.advance(minutes * 60);
        assert!(tick_at(&shop, &pulls, shop.now()).is_err());
    }
    let asked = faulty.seen.lock().unwrap().clone();
    let after: Vec<&str> = asked.iter().map(|it| it.rsplit_once("\"after\":").unwrap().1).collect();
    assert_eq!(after, ["null,\"first\":50}}", "\"c1\",\"first\":50}}", "\"c1\",\"first\":50}}"]);
    assert_eq!(shop.store.all_documents(shop.company, None).unwrap().len(), 1);
    let pull = shop.store.pull(shop.company).unwrap().unwrap();
    assert_eq!(pull.unfinished.unwrap().object, "account");
}

#[test]
fn two_servers_do_not_take_the_same_over() {
    let faulty = Faulty::start(vec![answer("401 Unauthorized", "", "")]);
    let pulls = pulls(api(&faulty.address()));
    let shop = Shop::new();
    assert!(tick_at(&shop, &pulls, shop.now()).is_err());
    assert!(tick_at(&shop, &pulls, shop.now()).unwrap().is_none());
    assert_eq!(faulty.count(), 1);
}
