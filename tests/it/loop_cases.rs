//! What can happen between Steelhead and QuickBooks, case by case.

use chrono::TimeDelta;
use ferrule::simulator::{Condition, HResult, Lasting};
use ferrule::sync::adopt;
use ferrule::sync::session::{Next, Told};
use ferrule::sync::stored::{Connection, DocumentKey, JobState, Store};
use serde_json::json;

use crate::loop_support::{Break, Reply, Shop};

const DUNMORE: u64 = 301;
const INVOICE: u64 = 1_031_042;

fn key(object: &str, id: u64) -> DocumentKey {
    DocumentKey { object: object.to_owned(), id: id.to_string() }
}

/// A shop whose customers are exported.
fn with_customers() -> Shop {
    let mut shop = Shop::new();
    let keys = shop.load(&["customers.json", "terms.ndjson"]);
    let customers: Vec<_> = keys.into_iter().filter(|key| key.object == "customer").collect();
    shop.play(&customers);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("customer", DUNMORE)).state, JobState::Done);
    shop
}

/// A shop whose invoices may be played.
fn with_documents() -> Shop {
    let shop = Shop::new();
    shop.load(&["customers.json", "part_numbers.ndjson", "products.ndjson", "terms.ndjson", "invoices.json"]);
    shop
}

/// An invoice for Dunmore that QuickBooks does not have.
fn of_dunmore(shop: &Shop) -> DocumentKey {
    shop.load(&["part_numbers.ndjson", "products.ndjson"]);
    shop.change("invoices.json", 1_031_041, |it| {
        it["id"] = json!(1_039_041);
        it["idInDomain"] = json!(9041);
    })
}

fn dunmore(shop: &Shop) -> String {
    shop.file.id_of("Customer", "Dunmore Tool & Die").unwrap().to_owned()
}

fn phone(shop: &Shop, id: &str) -> String {
    let record = shop.file.record(id).unwrap();
    record.descend("Phone").and_then(|phone| phone.text()).unwrap().to_owned()
}

/// Steelhead's customer gets this phone, and is played.
fn change_phone(shop: &Shop, phone: &str) -> DocumentKey {
    let customer = shop.change("customers.json", DUNMORE, |it| it["phone"] = json!(phone));
    shop.play(std::slice::from_ref(&customer));
    customer
}

fn is_write(request: &str) -> bool {
    request.contains("newMessageSetID") && !request.contains("onError=\"continueOnError\"></QBXMLMsgsRq>")
}

fn number_of_invoices(shop: &Shop, number: &str) -> usize {
    shop.file.ids_of_number("Invoice", number).len()
}

#[test]
fn a_customer_changed_in_steelhead_is_changed_in_quickbooks() {
    let mut shop = with_customers();
    let before = shop.file.count("Customer");
    let customer = change_phone(&shop, "937-555-0001");
    let sent = shop.visit(Break::Never);
    assert!(sent.iter().any(|request| request.contains("CustomerModRq")));
    assert_eq!(phone(&shop, &dunmore(&shop)), "937-555-0001");
    assert_eq!(shop.job(&customer).state, JobState::Done);
    assert_eq!(shop.file.count("Customer"), before);
}

#[test]
fn a_record_changed_elsewhere_between_read_and_write_is_read_again_and_changed() {
    let mut shop = with_customers();
    let customer = change_phone(&shop, "937-555-0001");
    let id = dunmore(&shop);
    let mut is_edited = false;
    let visit = shop.visit_by(&mut |file, _, request| {
        if is_write(request) && !std::mem::replace(&mut is_edited, true) {
            assert!(file.edit(&id, "Notes", "calls on Mondays"));
        }
        Reply::Deliver
    });
    assert_eq!(visit.error, None);
    assert!(visit.sent.iter().any(|request| request.contains("requestID=\"again-0\"")));
    assert_eq!(shop.job(&customer).state, JobState::Done);
    assert_eq!(phone(&shop, &id), "937-555-0001");
}

#[test]
fn of_a_record_whose_same_field_was_changed_meanwhile_quickbooks_leads() {
    let mut shop = with_customers();
    let customer = change_phone(&shop, "937-555-0001");
    let id = dunmore(&shop);
    shop.visit_by(&mut |file, _, request| {
        if is_write(request) {
            assert!(file.edit(&id, "Phone", "937-555-0002"));
        }
        Reply::Deliver
    });
    // What was typed in stays, and is newer data for Steelhead.
    assert_eq!(shop.job(&customer).state, JobState::Done);
    assert_eq!(phone(&shop, &id), "937-555-0002");
    // Adopted, Steelhead's value counts.
    let file = shop.store.company_file(shop.company).unwrap();
    adopt(shop.store.as_ref(), &shop.rules.program, &file, std::slice::from_ref(&customer)).unwrap();
    shop.play(std::slice::from_ref(&customer));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer).state, JobState::Done);
    assert_eq!(phone(&shop, &id), "937-555-0001");
}

#[test]
fn a_record_of_which_another_of_our_fields_was_changed_meanwhile_keeps_that() {
    let mut shop = with_customers();
    let customer = change_phone(&shop, "937-555-0001");
    let id = dunmore(&shop);
    let mut is_edited = false;
    shop.visit_by(&mut |file, _, request| {
        if is_write(request) && !std::mem::replace(&mut is_edited, true) {
            assert!(file.edit(&id, "Email", "other@dunmore.test"));
        }
        Reply::Deliver
    });
    let job = shop.job(&customer);
    assert_eq!(job.state, JobState::Done, "{:?}", job.error);
    assert_eq!(phone(&shop, &id), "937-555-0001");
    let record = shop.file.record(&id).unwrap();
    assert_eq!(record.descend("Email").and_then(|it| it.text()), Some("other@dunmore.test"));
}

#[test]
fn a_conflict_is_noticed_though_the_change_waits_for_a_later_batch() {
    let mut shop = with_customers();
    shop.limits.batch = 1;
    shop.restart();
    let kestrel = shop.change("customers.json", 303, |it| it["phone"] = json!("614-555-0009"));
    let bright = shop.change("customers.json", 302, |it| it["phone"] = json!("513-555-0009"));
    shop.play(std::slice::from_ref(&kestrel));
    shop.play(std::slice::from_ref(&bright));
    let id = shop.file.id_of("Customer", "Brightwater Hydraulics").unwrap().to_owned();
    let other = shop.file.id_of("Customer", "Kestrel Motion").unwrap().to_owned();
    shop.visit_by(&mut |file, _, request| {
        if is_write(request) {
            file.edit(&id, "Phone", "1");
            file.edit(&other, "Phone", "2");
        }
        Reply::Deliver
    });
    assert_eq!((shop.job(&kestrel).state, phone(&shop, &other)), (JobState::Done, "2".to_owned()));
    assert_eq!((shop.job(&bright).state, phone(&shop, &id)), (JobState::Done, "1".to_owned()));
}

#[test]
fn a_locked_record_is_tried_again_later() {
    let mut shop = with_customers();
    let customer = change_phone(&shop, "937-555-0001");
    let id = dunmore(&shop);
    shop.file.lock(&id);
    shop.visit(Break::Never);
    let job = shop.job(&customer);
    assert_eq!(job.state, JobState::Queued);
    assert!(job.next_try > shop.now() && job.error.as_ref().is_some_and(|error| error.retryable), "{job:?}");
    shop.file.unlock(&id);
    shop.wait(TimeDelta::minutes(10));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer).state, JobState::Done);
    assert_eq!(phone(&shop, &id), "937-555-0001");
}

#[test]
fn a_record_that_stays_locked_fails_in_the_end() {
    let mut shop = with_customers();
    let customer = change_phone(&shop, "937-555-0001");
    let id = dunmore(&shop);
    shop.file.lock(&id);
    for _ in 0..12 {
        shop.visit(Break::Never);
        shop.wait(TimeDelta::hours(2));
    }
    let job = shop.job(&customer);
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "3176"));
}

#[test]
fn a_name_that_a_vendor_got_meanwhile_is_refused_with_the_vendor() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    let customer = shop.change("customers.json", DUNMORE, |it| {
        it["id"] = json!(399);
        it["name"] = json!("Fresh Anodizing");
    });
    shop.play(std::slice::from_ref(&customer));
    let add = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><VendorAddRq><VendorAdd><Name>Fresh Anodizing</Name></VendorAdd></VendorAddRq></QBXMLMsgsRq></QBXML>";
    let mut is_added = false;
    shop.visit_by(&mut |file, _, request| {
        if request.contains("CustomerAddRq") && !std::mem::replace(&mut is_added, true) {
            file.process(add).unwrap();
        }
        Reply::Deliver
    });
    let job = shop.job(&customer);
    assert_eq!(job.state, JobState::Rejected);
    assert!(job.error.unwrap().happened.contains("a vendor named `Fresh Anodizing`"));
}

#[test]
fn a_customer_typed_in_meanwhile_is_connected() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    let customer = shop.change("customers.json", DUNMORE, |it| {
        it["id"] = json!(399);
        it["name"] = json!("Fresh Anodizing");
    });
    shop.play(std::slice::from_ref(&customer));
    let add = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Fresh Anodizing</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>";
    let mut is_added = false;
    shop.visit_by(&mut |file, _, request| {
        if request.contains("CustomerAddRq") && !std::mem::replace(&mut is_added, true) {
            file.process(add).unwrap();
        }
        Reply::Deliver
    });
    assert_eq!(shop.job(&customer).state, JobState::Done);
    let connections = shop.store.connections(shop.company).unwrap();
    assert_eq!(Some(connections[0].record_id.as_str()), shop.file.id_of("Customer", "Fresh Anodizing"));
}

#[test]
fn a_record_deleted_in_quickbooks_waits_for_a_person_and_is_never_recreated() {
    let mut shop = with_customers();
    let id = dunmore(&shop);
    shop.wait(TimeDelta::hours(1));
    assert!(shop.file.delete(&id));
    let customer = change_phone(&shop, "937-555-0001");
    for _ in 0..3 {
        shop.visit(Break::Never);
        shop.wait(TimeDelta::hours(1));
    }
    let job = shop.job(&customer);
    assert_eq!(job.state, JobState::Waiting, "{:?}", job.error);
    assert!(job.error.unwrap().how.contains("Connect the document"));
    assert_eq!(shop.file.id_of("Customer", "Dunmore Tool & Die"), None);
    // Nor by what refers to it.
    let invoice = of_dunmore(&shop);
    shop.play(std::slice::from_ref(&invoice));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&invoice).state, JobState::Rejected);
    assert_eq!(shop.file.id_of("Customer", "Dunmore Tool & Die"), None);
}

#[test]
fn a_record_deleted_between_read_and_write_waits_for_a_person() {
    let mut shop = with_customers();
    let customer = change_phone(&shop, "937-555-0001");
    let id = dunmore(&shop);
    shop.visit_by(&mut |file, _, request| {
        if is_write(request) {
            file.delete(&id);
        }
        Reply::Deliver
    });
    assert_eq!(shop.job(&customer).state, JobState::Waiting, "{:?}", shop.job(&customer).error);
}

#[test]
fn a_document_is_not_taken_for_done_when_its_record_was_deleted_just_now() {
    let mut shop = with_customers();
    shop.wait(TimeDelta::hours(1));
    let id = dunmore(&shop);
    shop.file.delete(&id);
    // As it was: by what was read before, there is nothing to do.
    let customer = shop.change("customers.json", DUNMORE, |it| it["idInDomain"] = json!(9));
    shop.play(std::slice::from_ref(&customer));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer).state, JobState::Waiting);
}

#[test]
fn a_deletion_after_a_first_read_that_was_cut_off_is_seen() {
    let mut shop = Shop::new();
    shop.visit(Break::AfterReceiving(0));
    let id = dunmore(&shop);
    shop.file.delete(&id);
    shop.wait(TimeDelta::days(2));
    shop.visit(Break::Never);
    let mut is_known = false;
    shop.store.records(shop.company, &mut |record| is_known |= record.key.id == id).unwrap();
    assert!(!is_known);
}

#[test]
fn an_archived_document_is_not_sent_nor_what_refers_to_it() {
    let mut shop = with_customers();
    let invoice = of_dunmore(&shop);
    let connections = shop.store.connections(shop.company).unwrap();
    let customer = key("customer", DUNMORE);
    let own = connections.into_iter().find(|it| it.document == customer).unwrap();
    shop.store.connect(shop.company, &Connection { is_archived: true, ..own }).unwrap();
    let id = dunmore(&shop);
    let before = phone(&shop, &id);
    change_phone(&shop, "937-555-0001");
    shop.play(std::slice::from_ref(&invoice));
    shop.visit(Break::Never);
    for key in [customer, invoice] {
        let job = shop.job(&key);
        assert_eq!(job.state, JobState::Rejected);
        assert!(job.error.unwrap().happened.contains("archived"));
    }
    assert_eq!(phone(&shop, &id), before);
}

#[test]
fn two_merged_customers_leave_the_document_of_the_one_that_is_gone_to_a_person() {
    let mut shop = with_customers();
    let (from, into) = (dunmore(&shop), shop.file.id_of("Customer", "Kestrel Motion").unwrap().to_owned());
    shop.wait(TimeDelta::hours(1));
    assert!(shop.file.merge(&from, &into));
    let customer = change_phone(&shop, "937-555-0001");
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer).state, JobState::Waiting);
    // The other one goes on as before.
    let other = shop.change("customers.json", 303, |it| it["phone"] = json!("614-555-0009"));
    shop.play(std::slice::from_ref(&other));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&other).state, JobState::Done);
    assert_eq!(phone(&shop, &into), "614-555-0009");
    // A person says that the merged record is the first one's: it can be that of one document only.
    let connections = shop.store.connections(shop.company).unwrap();
    let own = connections.into_iter().find(|it| it.document == other).unwrap();
    shop.store.connect(shop.company, &Connection { is_archived: true, ..own }).unwrap();
    let connection = Connection {
        document: customer.clone(),
        record_type: "CustomerRet".to_owned(),
        record_id: into.clone(),
        connected_at: shop.now(),
        is_archived: false,
        may_share: false,
        generation: 0,
    };
    shop.store.connect(shop.company, &connection).unwrap();
    let file = shop.store.company_file(shop.company).unwrap();
    adopt(shop.store.as_ref(), &shop.rules.program, &file, std::slice::from_ref(&customer)).unwrap();
    shop.play(std::slice::from_ref(&customer));
    shop.visit(Break::Never);
    assert_eq!(shop.file.id_of("Customer", "Dunmore Tool & Die"), Some(into.as_str()));
}

#[test]
fn the_closing_date_fails_the_invoice_with_its_words() {
    let mut shop = with_documents();
    let mut settings = shop.file.settings().clone();
    settings.closing_date = Some("2026-12-31".to_owned());
    shop.file.set_settings(settings);
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    let job = shop.job(&key("invoice", INVOICE));
    let error = job.error.unwrap();
    assert_eq!((job.state, error.code.as_str(), error.retryable), (JobState::Failed, "3171", false));
    assert!(error.happened.contains("closing date"));
}

/// What QuickBooks says of its preferences at the beginning of a visit.
fn preferences(shop: &mut Shop) -> String {
    shop.in_quickbooks("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><HostQueryRq/><CompanyQueryRq/><PreferencesQueryRq/></QBXMLMsgsRq></QBXML>")
}

#[test]
fn what_is_in_closed_books_is_rejected_in_the_plan_with_the_date() {
    let mut shop = with_documents();
    let closing_date = |shop: &mut Shop, date: Option<&str>| {
        // The simulated company file takes it over where it is founded; here it says it later.
        let told = preferences(shop);
        let (before, after) = told.split_once("<AccountingPreferences>").unwrap();
        let date = date.map(|date| format!("<ClosingDate>{date}</ClosingDate>")).unwrap_or_default();
        let after = after.split_once("<ClosingDate>").map_or(after.to_owned(), |(head, rest)| {
            head.to_owned() + rest.split_once("</ClosingDate>").unwrap().1
        });
        shop.responses = format!("{before}<AccountingPreferences>{date}{after}");
    };
    let action = |shop: &Shop| {
        let plan = shop.sessions.plan(shop.company).unwrap();
        let id = format!("invoice-{INVOICE}");
        plan.steps.iter().find(|step| step.request_id() == id).unwrap().action()
    };
    // It is of the fourth of March.
    closing_date(&mut shop, Some("2026-03-04"));
    shop.play(&[key("invoice", INVOICE)]);
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("InvoiceAddRq")));
    let job = shop.job(&key("invoice", INVOICE));
    let error = job.error.unwrap();
    assert_eq!((job.state, error.code.as_str()), (JobState::Rejected, "3171"));
    assert!(error.happened.contains("2026-03-04 is not after the closing date"), "{error:?}");
    assert_eq!(action(&shop), ferrule::sync::Action::Reject);
    // A visit that is not told anew knows it still; then the date is moved.
    shop.responses = String::new();
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Rejected);
    for (date, state) in [(Some("2026-03-03"), JobState::Done), (None, JobState::Done)] {
        closing_date(&mut shop, date);
        shop.play(&[key("invoice", INVOICE)]);
        shop.visit(Break::Never);
        assert_eq!(shop.job(&key("invoice", INVOICE)).state, state, "{date:?}");
    }
}

/// 3180 says many things; only its text tells which may pass.
#[test]
fn a_refusal_is_tried_again_where_its_text_says_that_someone_has_it_open() {
    let error = |text: &'static str| {
        let mut shop = with_documents();
        shop.visit(Break::Never);
        let new = shop.change("customers.json", DUNMORE, |it| {
            it["id"] = json!(777);
            it["name"] = json!("Newcomer");
        });
        shop.play(std::slice::from_ref(&new));
        shop.visit_by(&mut |_, _, request| {
            if !request.contains("CustomerAddRq") {
                return Reply::Deliver;
            }
            Reply::Text(format!("<QBXML><QBXMLMsgsRs><CustomerAddRs requestID=\"customer-777\" statusCode=\"3180\" statusSeverity=\"Error\" statusMessage=\"There was an error when saving a Customers list, element &quot;A&quot;.  QuickBooks error message: {text}\"/></QBXMLMsgsRs></QBXML>"))
        });
        shop.job(&new)
    };
    let busy = error("This list has been modified by another user.");
    assert_eq!((busy.state, busy.error.unwrap().retryable), (JobState::Queued, true));
    let limit = error("The credit limit is exceeded.");
    assert_eq!((limit.state, limit.error.unwrap().retryable), (JobState::Failed, false));
}

#[test]
fn a_write_without_an_answer_is_on_show_until_its_fate_is_known() {
    let mut shop = with_documents();
    shop.visit(Break::Never);
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |_, _, request| {
        if request.contains("InvoiceAddRq") { Reply::Lose } else { Reply::Deliver }
    });
    let status = |shop: &Shop| {
        let file = shop.store.company_file(shop.company).unwrap();
        ferrule::sync::Status::of(shop.store.as_ref(), Some(&shop.rules.program), &file, shop.now()).unwrap()
    };
    let open = status(&shop).open_writes;
    assert_eq!(open.len(), 1);
    assert!(open[0].documents.contains(&key("invoice", INVOICE)), "{open:?}");
    assert_eq!(shop.count(JobState::Sent), 1);
    shop.visit(Break::Never);
    assert!(status(&shop).open_writes.is_empty());
    assert_eq!((shop.count(JobState::Sent), shop.job(&key("invoice", INVOICE)).state), (0, JobState::Done));
}

#[test]
fn a_feature_that_is_off_has_no_records() {
    let mut shop = with_documents();
    shop.file.inject(Condition::FeatureOff("Employee".to_owned()), Lasting::UntilCleared);
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
}

#[test]
fn a_feature_that_is_off_for_a_write_fails_the_job() {
    let mut shop = with_documents();
    shop.visit(Break::Never);
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |file, _, request| {
        if request.contains("InvoiceAddRq") {
            file.inject(Condition::FeatureOff("Invoice".to_owned()), Lasting::UntilCleared);
        }
        Reply::Deliver
    });
    let job = shop.job(&key("invoice", INVOICE));
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Failed, "3250"));
}

#[test]
fn an_invoice_is_held_back_while_invoices_cannot_be_read() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.file.inject(Condition::NoPermission("Invoice".to_owned()), Lasting::UntilCleared);
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("InvoiceAddRq")));
    let job = shop.job(&key("invoice", INVOICE));
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Queued, "unread"));
    shop.file.clear(&Condition::NoPermission("Invoice".to_owned()));
    shop.wait(TimeDelta::minutes(5));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
}

#[test]
fn a_customer_goes_though_invoices_cannot_be_read() {
    let mut shop = Shop::new();
    let customer = shop.change("customers.json", DUNMORE, |it| {
        it["id"] = json!(777);
        it["name"] = json!("Fresh Castings");
    });
    shop.play(std::slice::from_ref(&customer));
    shop.file.inject(Condition::NoPermission("Invoice".to_owned()), Lasting::UntilCleared);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&customer).state, JobState::Done, "{:?}", shop.job(&customer).error);
    assert!(shop.file.id_of("Customer", "Fresh Castings").is_some());
}

#[test]
fn one_bad_document_among_five_does_not_stop_the_others() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    let mut all = Vec::new();
    for number in 0..5 {
        all.push(shop.change("customers.json", DUNMORE, |it| {
            it["id"] = json!(500 + number);
            it["name"] = json!(format!("Batch {number}"));
        }));
    }
    shop.play(&all);
    shop.visit_by(&mut |file, _, request| {
        if request.contains("<Name>Batch 2</Name>") {
            file.inject(Condition::Refused(HResult::NOT_PARSED), Lasting::Times(1));
        }
        Reply::Deliver
    });
    let states: Vec<JobState> = all.iter().map(|key| shop.job(key).state).collect();
    let (done, failed) = (JobState::Done, JobState::Failed);
    assert_eq!(states, [done, done, failed, done, done]);
    assert_eq!(shop.job(&all[2]).error.unwrap().code, "0x80040400");
}

#[test]
fn a_refusal_that_is_not_about_the_documents_fails_none_of_them() {
    let mut shop = with_documents();
    shop.visit(Break::Never);
    shop.play(&[key("invoice", INVOICE)]);
    for hresult in [HResult::UNKNOWN_VERSION, HResult::MODAL_DIALOG] {
        let visit = shop.visit_by(&mut |file, _, request| {
            if is_write(request) {
                file.inject(Condition::Refused(hresult), Lasting::Times(1));
            }
            Reply::Deliver
        });
        assert!(visit.error.is_some());
        let job = shop.job(&key("invoice", INVOICE));
        assert_eq!(job.state, JobState::Queued);
        assert_eq!(job.error.unwrap().code, hresult.to_string());
        shop.wait(TimeDelta::minutes(5));
    }
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
}

#[test]
fn a_lost_answer_that_quickbooks_kept_is_asked_for() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |file, _, request| {
        if is_write(request) {
            file.inject(Condition::AnswerLost(HResult::SERVER_FAULT), Lasting::Times(1));
        }
        Reply::Deliver
    });
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Sent);
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("InvoiceAddRq")));
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(number_of_invoices(&shop, "SH:1042"), 1);
}

#[test]
fn a_lost_answer_that_nobody_kept_is_found_by_reading() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Lose } else { Reply::Deliver });
    shop.forget_answers();
    let sent = shop.visit(Break::Never);
    assert!(!sent.iter().any(|request| request.contains("InvoiceAddRq")));
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(number_of_invoices(&shop, "SH:1042"), 1);
}

#[test]
fn a_second_death_between_the_loss_and_the_read_makes_no_second_invoice() {
    for turn in 0..4 {
        let mut shop = with_documents();
        shop.play(&[key("invoice", INVOICE)]);
        shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Lose } else { Reply::Deliver });
        shop.forget_answers();
        shop.visit(Break::AfterReceiving(turn));
        shop.restart();
        shop.visit(Break::Never);
        assert_eq!(number_of_invoices(&shop, "SH:1042"), 1, "{turn}");
        assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    }
}

#[test]
fn quickbooks_that_can_keep_no_answer_is_no_reason_to_send_twice() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.file.inject(Condition::CannotKeep, Lasting::UntilCleared);
    shop.visit(Break::Never);
    let job = shop.job(&key("invoice", INVOICE));
    assert_eq!((job.state, job.error.unwrap().code.as_str()), (JobState::Queued, "9005"));
    shop.file.clear(&Condition::CannotKeep);
    shop.wait(TimeDelta::minutes(5));
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(number_of_invoices(&shop, "SH:1042"), 1);
}

#[test]
fn a_rejected_document_stays_rejected_when_the_answer_to_its_batch_is_lost() {
    let mut shop = with_documents();
    // 1031054 is rejected for its terms, and its customer goes in the same batch.
    shop.play(&[key("invoice", INVOICE), key("invoice", 1_031_054)]);
    shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Lose } else { Reply::Deliver });
    shop.forget_answers();
    let before = shop.job(&key("invoice", 1_031_054));
    assert_eq!(before.state, JobState::Rejected);
    shop.visit(Break::AfterReceiving(0));
    assert_eq!(shop.job(&key("invoice", 1_031_054)), before);
}

/// A write whose answer is nonsense: nothing changes, the session says so, the next one finds out.
fn nonsense(change: fn(&str) -> String) -> String {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    let visit = shop.visit_by(&mut |_, _, request| {
        if is_write(request) { Reply::Instead(change) } else { Reply::Deliver }
    });
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Sent);
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(number_of_invoices(&shop, "SH:1042"), 1);
    visit.error.unwrap()
}

#[test]
fn an_answer_to_something_else_changes_nothing() {
    let error = nonsense(|answer| answer.replace("InvoiceAddRs", "BillAddRs"));
    assert!(error.contains("did not answer the request `invoice-1031042`"), "{error}");
}

#[test]
fn an_unknown_request_id_changes_nothing() {
    let error = nonsense(|answer| answer.replace("requestID=\"invoice-", "requestID=\"other-"));
    assert!(error.contains("did not answer"), "{error}");
}

#[test]
fn a_doubled_request_id_changes_nothing() {
    let error = nonsense(|answer| {
        let start = answer.find("<InvoiceAddRs").unwrap();
        let end = answer.find("</InvoiceAddRs>").unwrap() + "</InvoiceAddRs>".len();
        format!("{}{}{}", &answer[..end], &answer[start..end], &answer[end..])
    });
    assert!(error.contains("twice"), "{error}");
}

#[test]
fn a_cut_off_answer_changes_nothing() {
    let error = nonsense(|answer| answer[..answer.len() / 2].to_owned());
    assert!(error.contains("cannot be read"), "{error}");
}

#[test]
fn an_empty_answer_changes_nothing() {
    let error = nonsense(|_| String::new());
    assert!(error.contains("cannot be read"), "{error}");
}

#[test]
fn a_read_answered_with_nonsense_stands_in_the_history() {
    let mut shop = Shop::new();
    let visit = shop.visit_by(&mut |_, _, _| Reply::Text("<QBXML>".to_owned()));
    let last = shop.store.history(shop.company, None, 1).unwrap().pop().unwrap();
    assert_eq!(last.failure, visit.error);
    assert!(last.failure.is_some());
    shop.visit(Break::Never);
    assert!(shop.store.company_file(shop.company).unwrap().last_read.is_some());
}

#[test]
fn an_answer_that_comes_twice_is_taken_once() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Twice } else { Reply::Deliver });
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("invoice", INVOICE)).state, JobState::Done);
    assert_eq!(number_of_invoices(&shop, "SH:1042"), 1);
}

#[test]
fn the_first_of_two_sessions_is_fenced_off() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    let first = shop.begin();
    shop.next(&first).unwrap();
    let second = shop.begin();
    assert!(shop.next(&first).is_err());
    assert!(shop.receive(&first, &Ok(String::new())).is_err());
    assert!(shop.next(&second).is_ok());
}

#[test]
fn a_call_that_comes_twice_hands_out_the_same() {
    let mut shop = with_documents();
    let ticket = shop.begin();
    assert_eq!(shop.next(&ticket).unwrap(), shop.next(&ticket).unwrap());
}

#[test]
fn another_company_file_is_refused_before_anything_is_sent() {
    let mut shop = with_customers();
    change_phone(&shop, "937-555-0001");
    shop.path = "C:\\Other.qbw".to_owned();
    let visit = shop.visit_by(&mut |_, _, _| Reply::Deliver);
    assert_eq!(visit.sent.len(), 0);
    assert!(visit.error.unwrap().contains("C:\\Other.qbw"));
    shop.path = "C:\\Lakeside.qbw".to_owned();
    shop.visit(Break::Never);
    assert_eq!(shop.job(&key("customer", DUNMORE)).state, JobState::Done);
}

#[test]
fn an_old_quickbooks_is_refused_before_anything_is_sent() {
    let mut shop = Shop::new();
    shop.qbxml = (8, 0);
    let visit = shop.visit_by(&mut |_, _, _| Reply::Deliver);
    assert_eq!(visit.sent.len(), 0);
    assert!(visit.error.unwrap().contains("up to 8.0"));
}

#[test]
fn a_second_read_asks_for_what_changed_since_two_hours_before_the_first() {
    let mut shop = Shop::new();
    shop.visit(Break::Never);
    shop.wait(TimeDelta::hours(5));
    let sent = shop.visit(Break::Never);
    let began = shop.now() - TimeDelta::hours(7);
    assert!(sent[0].contains("<FromModifiedDate>"), "{}", sent[0]);
    let (_, rest) = sent[0].split_once("<FromModifiedDate>").unwrap();
    let asked = chrono::DateTime::parse_from_rfc3339(&rest[..25]).unwrap();
    assert!((asked.to_utc() - began).abs() < TimeDelta::minutes(10), "{asked} {began}");
    assert!(sent[0].contains("<FromDeletedDate>"));
}

/// What the mirror holds of customers: id and edit sequence.
fn mirrored(shop: &Shop) -> Vec<(String, String)> {
    let mut all = Vec::new();
    shop.store
        .records(shop.company, &mut |record| {
            if record.key.record_type == "CustomerRet" {
                all.push((record.key.id, record.edit_sequence));
            }
        })
        .unwrap();
    all.sort();
    all
}

fn held(shop: &Shop) -> Vec<(String, String)> {
    let text = |record: &ferrule::xml::Node, name: &str| {
        record.descend(name).and_then(|it| it.text()).unwrap().to_owned()
    };
    let mut all: Vec<_> = shop
        .file
        .records("Customer")
        .map(|record| (text(record, "ListID"), text(record, "EditSequence")))
        .collect();
    all.sort();
    all
}

fn many_customers(shop: &mut Shop) -> Vec<String> {
    let adds: Vec<String> = (0..25)
        .map(|number| {
            format!("<CustomerAddRq><CustomerAdd><Name>Many {number}</Name></CustomerAdd></CustomerAddRq>")
        })
        .collect();
    let adds = adds.concat();
    shop.in_quickbooks(&format!("<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\">{adds}</QBXMLMsgsRq></QBXML>"));
    held(shop).into_iter().map(|(id, _)| id).collect()
}

#[test]
fn edits_between_the_pages_of_a_read_are_seen_by_the_next_one() {
    let mut shop = Shop::new();
    shop.limits.page = 5;
    shop.restart();
    let ids = many_customers(&mut shop);
    let mut turn = 0;
    shop.visit_by(&mut |file, _, _| {
        turn += 1;
        file.edit(&ids[turn % ids.len()], "Phone", &turn.to_string());
        file.edit(&ids[ids.len() - 1 - turn % ids.len()], "Phone", &turn.to_string());
        Reply::Deliver
    });
    assert!(turn > 4);
    shop.wait(TimeDelta::hours(1));
    shop.visit(Break::Never);
    assert_eq!(mirrored(&shop), held(&shop));
}

#[test]
fn a_read_that_is_cut_off_skips_nothing() {
    for stop in 0..8 {
        let mut shop = Shop::new();
        shop.limits.page = 5;
        shop.restart();
        let ids = many_customers(&mut shop);
        let cut =
            if stop % 2 == 0 { Break::AfterReceiving(stop / 2) } else { Break::AfterProcessing(stop / 2) };
        shop.visit(cut);
        shop.restart();
        shop.file.edit(&ids[0], "Phone", "1");
        shop.file.edit(&ids[ids.len() - 1], "Phone", "1");
        shop.wait(TimeDelta::hours(30));
        shop.visit(cut);
        shop.restart();
        shop.visit(Break::Never);
        assert_eq!(mirrored(&shop), held(&shop), "{stop}");
    }
}

#[test]
fn play_twice_is_once() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    assert_eq!(number_of_invoices(&shop, "SH:1042"), 1);
}

#[test]
fn a_new_version_while_the_old_one_is_on_its_way_comes_after_it() {
    for lost in [false, true] {
        let mut shop = with_customers();
        let customer = change_phone(&shop, "937-555-0001");
        shop.visit_by(&mut |_, _, request| match is_write(request) {
            true if lost => Reply::Drop,
            true => Reply::Lose,
            false => Reply::Deliver,
        });
        change_phone(&shop, "937-555-0002");
        shop.visit(Break::Never);
        assert_eq!(phone(&shop, &dunmore(&shop)), "937-555-0002");
        assert_eq!(shop.job(&customer).state, JobState::Done);
        assert!(shop.store.unanswered(shop.company).unwrap().is_empty());
    }
}

/// The answer to the older version says what became of it. It counts once the newer one is taken out of the queue.
#[test]
fn a_new_version_that_is_taken_back_leaves_the_old_one_with_its_answer() {
    let refused = |code: &str, why: &str| {
        let answer = format!(
            "<QBXML><QBXMLMsgsRs><CustomerModRs requestID=\"customer-301\" statusCode=\"{code}\" \
             statusSeverity=\"Error\" statusMessage=\"{why}\" /></QBXMLMsgsRs></QBXML>"
        );
        Reply::Text(answer)
    };
    for (reply, state, taken) in [
        (Reply::Deliver, JobState::Done, 1),
        (refused("3060", "Not understood."), JobState::Failed, 1),
        // It is tried again, whatever its version, and stays for that.
        (refused("3180", "Modified by another user."), JobState::Queued, 0),
    ] {
        let mut shop = with_customers();
        let customer = change_phone(&shop, "937-555-0001");
        shop.wait(TimeDelta::minutes(1));
        let ticket = shop.begin();
        shop.file.begin_session().unwrap();
        while let Next::Request(request) = shop.next(&ticket).unwrap() {
            let is_it = request.contains("937-555-0001");
            if is_it {
                change_phone(&shop, "937-555-0002");
            }
            let answer = match (&reply, is_it) {
                (Reply::Text(text), true) => Ok(text.clone()),
                _ => shop.file.process(&request),
            };
            shop.receive(&ticket, &answer).unwrap();
            if is_it {
                break;
            }
        }
        shop.file.end_session();
        shop.sessions.end(&ticket, shop.now()).unwrap();
        let back = shop.store.unplay(shop.company, std::slice::from_ref(&customer)).unwrap();
        assert_eq!((back.len(), shop.job(&customer).state), (taken, state));
        assert_eq!(shop.store.examine().unwrap(), Vec::<String>::new());
    }
}

/// When an answer comes, the next batch is planned at once. It is planned again if it has changed since.
#[test]
fn a_document_that_is_played_anew_between_two_calls_goes_as_it_is_now() {
    let mut shop = with_customers();
    shop.limits.batch = 1;
    shop.restart();
    let second_phone = |shop: &Shop, phone: &str| {
        let second = shop.change("customers.json", 302, |it| it["phone"] = json!(phone));
        shop.play(&[second]);
    };
    change_phone(&shop, "937-555-0001");
    second_phone(&shop, "513-555-0009");
    shop.wait(TimeDelta::minutes(1));
    let ticket = shop.begin();
    shop.file.begin_session().unwrap();
    let mut sent = Vec::new();
    while let Next::Request(request) = shop.next(&ticket).unwrap() {
        let answer = shop.file.process(&request);
        let told = shop.receive(&ticket, &answer).unwrap();
        if request.contains("937-555-0001") {
            second_phone(&shop, "513-555-0010");
        }
        sent.push(request);
        if told == Told::Done {
            break;
        }
    }
    shop.file.end_session();
    shop.sessions.end(&ticket, shop.now()).unwrap();
    assert!(sent.iter().any(|request| request.contains("513-555-0010")), "{sent:#?}");
    assert!(!sent.iter().any(|request| request.contains("513-555-0009")), "{sent:#?}");
}

#[test]
fn a_store_that_was_set_up_anew_does_not_use_the_ids_of_the_old_one() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    shop.visit(Break::Never);
    let mut anew = with_documents();
    anew.file = shop.file;
    anew.clock.set({
        use ferrule::simulator::Clock as _;
        shop.clock.now()
    });
    let other = key("invoice", 1_031_044);
    anew.play(&[key("invoice", INVOICE), other.clone()]);
    anew.visit(Break::Never);
    assert_eq!(anew.job(&other).state, JobState::Done);
    assert_eq!(number_of_invoices(&anew, "SH:1042"), 1);
}

/// The value of an attribute of a message set.
fn set_attribute<'r>(request: &'r str, name: &str) -> Option<&'r str> {
    let (_, rest) = request.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// QuickBooks keeps an answer until it is told that it came.
#[test]
fn each_write_says_that_the_answer_before_it_came() {
    let mut shop = with_documents();
    let invoices = shop.load(&["invoices.json"]);
    shop.play(&invoices);
    let sent = shop.visit(Break::Never);
    let writes: Vec<&String> = sent.iter().filter(|request| is_write(request)).collect();
    assert!(writes.len() > 2, "{}", writes.len());
    let ids: Vec<_> = writes.iter().map(|write| set_attribute(write, "newMessageSetID")).collect();
    let came: Vec<_> = writes.iter().map(|write| set_attribute(write, "oldMessageSetID")).collect();
    assert!(ids.iter().all(Option::is_some));
    assert_eq!((came[0], &came[1..]), (None, &ids[..ids.len() - 1]));
}

/// The answer that was lost is asked for by its id, and may be forgotten once it came.
#[test]
fn a_lost_answer_is_asked_for_by_its_id() {
    let mut shop = with_documents();
    shop.play(&[key("invoice", INVOICE)]);
    let lost =
        shop.visit_by(&mut |_, _, request| if is_write(request) { Reply::Lose } else { Reply::Deliver });
    let id = set_attribute(lost.sent.last().unwrap(), "newMessageSetID").unwrap();
    let sent = shop.visit(Break::Never);
    for name in ["newMessageSetID", "oldMessageSetID"] {
        assert_eq!(set_attribute(&sent[0], name), Some(id), "{name}: {}", sent[0]);
    }
}

/// A document need not be loaded for others to refer to the record that it is connected to.
#[test]
fn what_is_connected_though_its_document_is_not_there_is_referred_to() {
    let mut shop = Shop::new();
    let settings = [("export_invoice_terms".to_owned(), json!(true))].into_iter().collect();
    shop.store.set_settings(shop.company, &settings).unwrap();
    shop.visit(Break::Never);
    let other = shop.file.id_of("StandardTerms", "Net 45").unwrap().to_owned();
    let terms = Connection {
        document: key("invoiceTerms", 41),
        record_type: "StandardTermsRet".to_owned(),
        record_id: other.clone(),
        connected_at: shop.now(),
        is_archived: false,
        may_share: false,
        generation: 0,
    };
    shop.store.connect(shop.company, &terms).unwrap();
    let json =
        r#"{"object":"customer","id":399,"name":"Marlin Tool","invoiceTerms":{"id":41,"terms":"Net 30"}}"#;
    let customer = shop.load_json("customer", "399", json);
    shop.play(std::slice::from_ref(&customer));
    let sent = shop.visit(Break::Never).concat();
    assert_eq!(shop.job(&customer).state, JobState::Done, "{:?}", shop.job(&customer).error);
    assert!(sent.contains(&format!("<TermsRef><ListID>{other}</ListID></TermsRef>")), "{sent}");
}

/// Somebody asks for a read: the next visit reads, and those after it have nothing to do.
#[test]
fn a_read_that_was_asked_for_is_done_once() {
    let mut shop = with_documents();
    shop.visit(Break::Never);
    let is_asked = |shop: &Shop| shop.store.company_file(shop.company).unwrap().is_read_asked;
    assert!(!is_asked(&shop) && !shop.has_work());
    shop.store.ask_for_read(shop.company).unwrap();
    assert!(is_asked(&shop) && shop.has_work());
    // It is not over before all of it was answered.
    shop.visit(Break::AfterProcessing(0));
    assert!(is_asked(&shop));
    assert!(shop.visit(Break::Never).concat().contains("<CustomerQueryRq"));
    assert!(!is_asked(&shop) && !shop.has_work());
}
