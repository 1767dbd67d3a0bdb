//! Records that cannot be read, in reads and in the answers to writes: one is concerned, and nothing else.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use ferrule::catalogue;
use ferrule::connector::client::request;
use ferrule::connector::service::Service;
use ferrule::connector::{Call, SessionDesk};
use ferrule::secrets::TicketHash;
use ferrule::simulator::CompanyFile;
use ferrule::sync::session::{Limits, Sessions};
use ferrule::sync::stored::{DocumentKey, JobState, KeptFlaw, Store as _, Trouble, TroubleSubject};
use ferrule::sync::{Imports, Status, check_up};

use crate::loop_support::{Break, Reply, Shop};
use crate::service_desk::config;
use crate::service_wire::{TYPE, Wire, post};

type Change = fn(&str) -> String;

/// A visit whose answers are changed, so long after the last one that no overlap brings anything again.
fn visit(shop: &mut Shop, change: Change) -> crate::loop_support::Visit {
    shop.wait(TimeDelta::hours(30));
    shop.store.ask_for_read(shop.company).unwrap();
    shop.visit_by(&mut |_, _, _| Reply::Instead(change))
}

fn flaws(shop: &Shop) -> Vec<KeptFlaw> {
    shop.store.flaws(shop.company).unwrap()
}

fn labels(shop: &Shop) -> Vec<String> {
    flaws(shop).iter().map(|kept| kept.flaw.label()).collect()
}

fn status(shop: &Shop) -> Status {
    let file = shop.store.company_file(shop.company).unwrap();
    Status::of(shop.store.as_ref(), Some(&shop.rules.program), &file, shop.now()).unwrap()
}

fn is_known(shop: &Shop, kind: &str, name: &str) -> bool {
    let all = shop.store.records_of(shop.company, &format!("{kind}Ret")).unwrap();
    all.iter().any(|record| record.xml.contains(&format!("<Name>{name}</Name>")))
}

fn type_in(shop: &mut Shop, kind: &str, name: &str) {
    shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><{kind}AddRq><{kind}Add><Name>{name}</Name><Notes>note of {name}</Notes></{kind}Add></{kind}AddRq></QBXMLMsgsRq></QBXML>"));
}

/// The customers of the shop's documents are there, and another two that nobody needs.
fn shop() -> (Shop, Vec<DocumentKey>) {
    let mut shop = Shop::new();
    type_in(&mut shop, "Customer", "Odd One");
    type_in(&mut shop, "Customer", "Even One");
    let keys = shop.load(&[
        "customers.json",
        "part_numbers.ndjson",
        "products.ndjson",
        "terms.ndjson",
        "invoices.json",
    ]);
    let invoices = keys.into_iter().filter(|key| key.object == "invoice").collect();
    (shop, invoices)
}

#[test]
fn an_unknown_character_is_kept_as_a_note_until_it_is_gone() {
    let (mut shop, invoices) = shop();
    shop.play(&invoices);
    let odd: Change = |answer| answer.replace("note of Odd One", "note&#x1F; of Odd One");
    assert_eq!(visit(&mut shop, odd).error, None);
    assert!(shop.count(JobState::Done) > 0, "{:?}", shop.jobs());
    assert!(is_known(&shop, "Customer", "Odd One"));
    let kept = flaws(&shop);
    assert_eq!((kept.len(), kept[0].state()), (1, "read with unknown characters"));
    assert!(kept[0].flaw.label().starts_with("Customer \"Odd One\" ("), "{}", kept[0].flaw.label());
    assert!(kept[0].flaw.raw.contains("note&#x1F; of Odd One"));
    assert_eq!((status(&shop).unknown_characters, status(&shop).set_aside), (1, 0));
    // Nobody has changed the record, and it is read again all the same.
    visit(&mut shop, str::to_owned);
    assert_eq!(labels(&shop), Vec::<String>::new());
}

/// What makes a record unreadable, and whether its id can be read still.
const BROKEN: [(Change, bool); 4] = [
    (
        |answer| answer.replace("<Notes>note of Odd One", "<Balance>many</Balance><Notes>note of Odd One"),
        true,
    ),
    (|answer| answer.replace("note of Odd One", "a & b"), true),
    (|answer| answer.replace("note of Odd One</Notes>", "note</Phone>"), true),
    (without_id, false),
];

/// The customer that is called Odd One has no id.
fn without_id(answer: &str) -> String {
    let Some(at) = answer.find("<Name>Odd One</Name>") else { return answer.to_owned() };
    let (before, behind) = answer.split_at(at);
    let start = before.rfind("<ListID>").unwrap();
    let end = start + before[start..].find("</ListID>").unwrap() + "</ListID>".len();
    format!("{}{}{behind}", &before[..start], &before[end..])
}

#[test]
fn a_record_that_cannot_be_read_is_set_aside_and_read_again_until_it_can_be() {
    for (place, (change, has_id)) in BROKEN.into_iter().enumerate() {
        let (mut shop, invoices) = shop();
        shop.play(&invoices);
        assert_eq!(visit(&mut shop, change).error, None, "{place}");
        assert!(shop.count(JobState::Done) > 0, "{place}: {:?}", shop.jobs());
        assert!(
            is_known(&shop, "Customer", "Even One") && !is_known(&shop, "Customer", "Odd One"),
            "{place}"
        );
        let kept = flaws(&shop);
        assert_eq!(
            (kept.len(), kept[0].state(), kept[0].flaw.id.is_some()),
            (1, "set aside", has_id),
            "{place}"
        );
        assert_eq!(kept[0].flaw.name.as_deref(), Some("Odd One"));
        let status = status(&shop);
        assert!(status.needs_someone() && status.set_aside == 1);
        let file = shop.store.company_file(shop.company).unwrap();
        let found = check_up(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
        assert!(found.iter().any(|it| it.contains("Odd One") && it.contains("set aside")), "{found:?}");
        // Met again it is the same one.
        visit(&mut shop, change);
        assert_eq!(flaws(&shop).len(), 1, "{place}");
        assert!(!has_id || flaws(&shop)[0].first_at == kept[0].first_at, "{place}");
        assert!(flaws(&shop)[0].last_at > kept[0].last_at, "{place}");
        // A server that was started anew knows of it too; and nobody has changed the record.
        shop.restart();
        visit(&mut shop, str::to_owned);
        assert_eq!(labels(&shop), Vec::<String>::new(), "{place}");
        assert!(is_known(&shop, "Customer", "Odd One"), "{place}");
    }
}

#[test]
fn a_record_that_was_set_aside_and_is_deleted_is_forgotten() {
    for (place, (change, _)) in BROKEN.into_iter().enumerate() {
        let (mut shop, _) = shop();
        visit(&mut shop, change);
        assert_eq!(flaws(&shop).len(), 1);
        let id = shop.file.id_of("Customer", "Odd One").unwrap().to_owned();
        assert!(shop.file.delete(&id));
        visit(&mut shop, str::to_owned);
        assert_eq!(labels(&shop), Vec::<String>::new(), "{place}");
    }
}

/// The customers of documents cannot be read.
fn broken(answer: &str) -> String {
    let mut parts = answer.split("<CustomerRet>");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let part = if part.contains("<Name>Odd One<") || part.contains("<Name>Even One<") {
            part.to_owned()
        } else {
            part.replacen("<IsActive>", "<IsActive>not ", 1)
        };
        text + "<CustomerRet>" + &part
    })
}

/// The customer of an invoice cannot be read: neither is it made a second time, nor is the invoice sent.
#[test]
fn a_document_that_needs_the_record_waits_and_goes_by_itself() {
    let (mut shop, invoices) = shop();
    let (done, _) = whole();
    let number = |id: &str| {
        format!("SH:{}", crate::loop_support::sample("invoices.json", id.parse().unwrap())["idInDomain"])
    };
    let is_new = |key: &&DocumentKey| {
        let is_in = |shop: &Shop| !shop.file.ids_of_number("Invoice", &number(&key.id)).is_empty();
        is_in(&done) && !is_in(&shop)
    };
    let invoice = invoices.iter().find(is_new).unwrap().clone();
    let value = crate::loop_support::sample("invoices.json", invoice.id.parse().unwrap());
    let name = value["customer"]["name"].as_str().unwrap().to_owned();
    if shop.file.id_of("Customer", &name).is_none() {
        type_in(&mut shop, "Customer", &name);
    }
    let (before, booked) = (shop.file.count("Customer"), shop.file.count("Invoice"));
    shop.play(std::slice::from_ref(&invoice));
    visit(&mut shop, broken);
    let job = shop.job(&invoice);
    let error = job.error.clone().unwrap();
    assert_eq!((job.state, error.code.as_str()), (JobState::Queued, "R648"), "{error:?}");
    assert!(error.happened.contains(&name), "{}", error.happened);
    assert_eq!((shop.file.count("Customer"), shop.file.count("Invoice")), (before, booked));
    visit(&mut shop, str::to_owned);
    assert_eq!(shop.job(&invoice).state, JobState::Done, "{:?}", shop.job(&invoice));
    assert_eq!((shop.file.count("Customer"), shop.file.count("Invoice")), (before, booked + 1));
}

/// The answer to a write holds records that cannot be read: what was done is known by their ids, or read.
#[test]
fn a_write_whose_answer_cannot_be_read_is_settled_and_never_done_twice() {
    let changes: [Change; 6] = [
        |answer| answer.replace("<RefNumber>", "<RefNumber>&#x1F;"),
        |answer| {
            if answer.contains("AddRs") {
                answer.replace("<TxnDate>", "<TxnDate>x")
            } else {
                answer.to_owned()
            }
        },
        |answer| {
            if answer.contains("AddRs") {
                answer.replace("<RefNumber>", "<RefNumber>& ")
            } else {
                answer.to_owned()
            }
        },
        |answer| {
            if answer.contains("AddRs") {
                answer.replace("<TxnID>", "<TxnID></TxnID><Memo>")
            } else {
                answer.to_owned()
            }
        },
        |answer| {
            if answer.contains("AddRs") { answer.replace("</InvoiceAddRs>", "") } else { answer.to_owned() }
        },
        |answer| {
            if answer.contains("InvoiceAddRs") {
                answer.replace("statusCode=\"0\"", "statusCode=\"\"")
            } else {
                answer.to_owned()
            }
        },
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let (mut shop, invoices) = shop();
        shop.play(&invoices);
        visit(&mut shop, change);
        let count = shop.file.count("Invoice");
        for _ in 0..3 {
            visit(&mut shop, str::to_owned);
        }
        assert_eq!(labels(&shop), Vec::<String>::new(), "{place}");
        let (_, expected) = whole();
        assert_eq!(
            (shop.count(JobState::Done), shop.file.count("Invoice")),
            expected,
            "{place}: {count} before"
        );
    }
}

/// How many jobs are done and invoices are there when all goes well.
fn whole() -> (Shop, (usize, usize)) {
    let (mut shop, invoices) = shop();
    shop.play(&invoices);
    for _ in 0..3 {
        visit(&mut shop, str::to_owned);
    }
    let counts = (shop.count(JobState::Done), shop.file.count("Invoice"));
    (shop, counts)
}

fn troubles(shop: &Shop) -> Vec<Trouble> {
    shop.store.troubles(shop.company).unwrap()
}

#[test]
fn what_fails_again_and_again_is_counted_until_it_goes_well() {
    let (mut shop, _) = shop();
    for times in 1..=3 {
        assert!(visit(&mut shop, |_| "<html>".to_owned()).error.is_some());
        let [trouble] = &troubles(&shop)[..] else { panic!("{:?}", troubles(&shop)) };
        assert_eq!((&trouble.subject, trouble.times), (&TroubleSubject::Visit, times));
        assert_eq!(status(&shop).needs_someone(), times > 1);
    }
    visit(&mut shop, str::to_owned);
    assert_eq!(troubles(&shop), []);
}

#[test]
fn a_query_that_is_refused_again_and_again_is_counted_whatever_its_code() {
    for code in ["3260", "-1", "", "x", "-2147220480"] {
        let (mut shop, _) = shop();
        let refuse = |answer: &str, code: &str| {
            answer.replace("<CustomerQueryRs ", "<CustomerQueryRs_ ")
                .replace("</CustomerQueryRs>", "</CustomerQueryRs_>")
                .split("<CustomerQueryRs_ ")
                .enumerate()
                .map(|(place, part)| match part.split_once("</CustomerQueryRs_>") {
                    Some((_, rest)) if place > 0 => format!(
                        "<CustomerQueryRs requestID=\"CustomerQueryRq\" statusCode=\"{code}\" statusMessage=\"not now\"/>{rest}"
                    ),
                    _ => part.to_owned(),
                })
                .collect::<String>()
        };
        for times in 1..=2 {
            shop.wait(TimeDelta::hours(1));
            let visit = shop.visit_by(&mut |file: &mut CompanyFile, _, request| {
                Reply::Text(refuse(&file.process(request).unwrap(), code))
            });
            assert_eq!(visit.error, None, "{code}");
            let [trouble] = &troubles(&shop)[..] else { panic!("{code}: {:?}", troubles(&shop)) };
            assert_eq!(trouble.subject, TroubleSubject::Query("CustomerQueryRq".to_owned()));
            assert_eq!(trouble.times, times, "{code}");
            // What is to be done about it stands behind, where the code is known.
            let how = code.parse().ok().and_then(catalogue::status).map(|known| format!(" {}", known.how));
            let told = format!("not now{}", how.unwrap_or_default());
            assert!(trouble.reason.ends_with(&told), "{code}: {}", trouble.reason);
            assert_eq!(
                shop.store.company_file(shop.company).unwrap().last_read,
                None,
                "{code}: it counts as read"
            );
        }
        shop.visit(Break::Never);
        assert_eq!(troubles(&shop), [], "{code}");
    }
}

#[test]
fn a_session_that_is_left_open_for_more_than_a_day_ends() {
    let mut shop = Shop::new();
    let ticket = shop.begin();
    assert!(shop.sessions.is_open(&ticket, shop.now()).unwrap());
    shop.wait(TimeDelta::hours(23));
    shop.next(&ticket).unwrap();
    shop.wait(TimeDelta::hours(25));
    assert!(!shop.sessions.is_open(&ticket, shop.now()).unwrap());
    assert!(shop.next(&ticket).is_err());
    let said = shop.sessions.last_error(&ticket).unwrap().unwrap();
    assert_eq!(said, "Stopped, because nothing was heard of it for a day.");
    assert!(shop.store.sessions(shop.company, 1).unwrap()[0].ended_at.is_some());
}

/// An iterator that is not continued is stopped, and the query begins anew.
#[test]
fn an_iterator_that_breaks_is_stopped_and_the_query_begins_anew() {
    let (mut shop, _) = shop();
    shop.limits.page = 2;
    shop.restart();
    let mut is_broken = false;
    let visit = shop.visit_by(&mut |file, _, request| {
        let answer = file.process(request).unwrap();
        if is_broken || !request.contains("iterator=\"Continue\"") {
            return Reply::Text(answer);
        }
        is_broken = true;
        let place = answer.find("<CustomerQueryRs").unwrap();
        Reply::Text(format!(
            "{}{}",
            &answer[..place],
            answer[place..].replacen("statusCode=\"0\"", "statusCode=\"3000\"", 1)
        ))
    });
    assert_eq!(visit.error, None);
    let stops = visit.sent.iter().filter(|it| it.contains("iterator=\"Stop\"")).count();
    assert_eq!(stops, 1);
    assert!(is_known(&shop, "Customer", "Odd One") && is_known(&shop, "Customer", "Even One"));
}

/// QuickBooks forgets after 90 days what was deleted: then everything is compared, once.
#[test]
fn after_a_long_silence_what_is_missing_counts_as_deleted() {
    let (mut shop, invoices) = shop();
    shop.play(&invoices);
    shop.visit(Break::Never);
    let id = shop.file.id_of("Customer", "Odd One").unwrap().to_owned();
    assert!(shop.file.delete(&id));
    let connected = shop.store.connections(shop.company).unwrap();
    let booked = connected.iter().find(|it| it.record_type == "InvoiceRet").unwrap().clone();
    assert!(shop.file.delete(&booked.record_id));
    let before = shop.store.records_of(shop.company, "ItemServiceRet").unwrap().len();
    shop.wait(TimeDelta::days(100));
    type_in(&mut shop, "Customer", "New One");
    // A read of everything that breaks off says nothing of what it has not given.
    shop.limits.page = 3;
    shop.restart();
    shop.visit(Break::AfterReceiving(0));
    assert!(is_known(&shop, "Customer", "Odd One"));
    let sent = shop.visit(Break::Never);
    // It goes on from the beginning: nothing was read to its end.
    assert!(!sent[0].contains("FromModifiedDate"));
    assert!(!is_known(&shop, "Customer", "Odd One") && is_known(&shop, "Customer", "Even One"));
    assert!(is_known(&shop, "Customer", "New One"));
    assert_eq!(shop.store.records_of(shop.company, "ItemServiceRet").unwrap().len(), before);
    let known = shop.store.records_of(shop.company, "InvoiceRet").unwrap();
    assert!(known.iter().all(|record| record.key.id != booked.record_id));
    shop.wait(TimeDelta::hours(1));
    let sent = shop.visit(Break::Never);
    assert!(sent.iter().any(|request| request.contains("FromModifiedDate")), "everything is read again");
}

/// The service over the shop's store, with a session of this ticket.
fn serve(shop: &Shop, ticket: &str) -> Service {
    let sessions = Sessions::new(shop.store.clone(), shop.rules.clone(), Limits::default());
    sessions.begin(shop.company, TicketHash::of(ticket).as_str(), Utc::now()).unwrap();
    Service::start(&config(), Arc::new(SessionDesk::new(sessions, Utc::now))).unwrap()
}

fn said(service: &Service, call: &Call) -> String {
    let bytes = post(TYPE, &request(call).body);
    Wire::to(service.address()).send(&bytes).reply().unwrap().body
}

#[test]
fn a_request_that_is_not_utf8_ends_its_session_which_tells_why() {
    let shop = Shop::new();
    for (ticket, declaration, why) in [
        ("a", "<?xml version=\"1.0\" encoding=\"utf-8\"?>", "not UTF-8"),
        ("b", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>", "not UTF-8"),
    ] {
        let service = serve(&shop, ticket);
        let answer = Call::ReceiveResponse {
            ticket: ticket.to_owned(),
            response: "M@ller".to_owned(),
            hresult: String::new(),
            message: String::new(),
        };
        let body = String::from_utf8(request(&answer).body).unwrap();
        let body = body.replacen("<?xml version=\"1.0\" encoding=\"utf-8\"?>", declaration, 1);
        let body: Vec<u8> = body.bytes().map(|byte| if byte == b'@' { 0xFC } else { byte }).collect();
        Wire::to(service.address()).send(post(TYPE, &body)).reply().unwrap().expect(500, why);
        let told = said(&service, &Call::GetLastError { ticket: ticket.to_owned() });
        assert!(told.contains(why), "{told}");
        let last = shop.store.sessions(shop.company, 1).unwrap().remove(0);
        assert!(last.ending.unwrap().reason().unwrap().contains(why));
        service.stop().unwrap();
    }
    assert_eq!(troubles(&shop)[0].times, 2);
}

/// As .NET writes a control character that QuickBooks has answered with, and as other programs do.
#[test]
fn an_answer_with_forbidden_characters_arrives_whatever_wrote_them() {
    let shop = Shop::new();
    let service = serve(&shop, "t");
    let hello = |response: &str| {
        let ticket = "t".to_owned();
        let call = Call::SendRequest {
            ticket,
            hcp_response: response.to_owned(),
            company_file_name: "C:\\Lakeside.qbw".to_owned(),
            country: "US".to_owned(),
            major: 13,
            minor: 0,
        };
        String::from_utf8(request(&call).body).unwrap()
    };
    let company = "<QBXML><QBXMLMsgsRs><CompanyQueryRs statusCode=\"0\"><CompanyRet><CompanyName>Lakeside</CompanyName><LegalCompanyName>La@ke</LegalCompanyName></CompanyRet></CompanyQueryRs></QBXMLMsgsRs></QBXML>";
    let sent = hello(company);
    for written in ["\u{1F}", "&#x1F;", "&amp;#x1F;", "&#xD800;", "&#0;", "\u{FFFF}", "\0"] {
        let body = sent.replace('@', written);
        let reply = Wire::to(service.address()).send(post(TYPE, body.as_bytes())).reply().unwrap();
        reply.expect(200, "sendRequestXMLResult");
    }
    let file = shop.store.company_file(shop.company).unwrap();
    assert_eq!(file.identity.unwrap().company_name, "Lakeside");
    service.stop().unwrap();
}

/// What cannot be read takes the place of nothing in Steelhead.
#[test]
fn a_record_with_unknown_characters_is_neither_imported_nor_an_update() {
    let (mut shop, _) = shop();
    let odd: Change = |answer| answer.replace("note of Odd One", "note&#x1F; of Odd One");
    visit(&mut shop, odd);
    let fate = |shop: &Shop| {
        let file = shop.store.company_file(shop.company).unwrap();
        let imports = Imports::of(shop.store.as_ref(), &shop.rules.program, &file).unwrap();
        let found = imports.rows(Some("customer")).unwrap();
        found.into_iter().find(|found| found.name == "Odd One").unwrap().is_importable()
    };
    assert!(!fate(&shop));
    visit(&mut shop, str::to_owned);
    assert!(fate(&shop));
}
