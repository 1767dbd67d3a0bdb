//! Stored message sets, locks, dialogs, and what lasts.

use ferrule::simulator::{CompanyFile, Condition, HResult, Lasting, ManualClock};

use crate::oracle;
use crate::simulator_requests::{Asked, NOON, ask, company_file, document, document_with};

const CLASS: &str = "<ClassAddRq requestID=\"1\"><ClassAdd><Name>Anodizing</Name></ClassAdd></ClassAddRq>";
const OTHER: &str = "<ClassAddRq><ClassAdd><Name>Black Oxide</Name></ClassAdd></ClassAddRq>";

fn set(file: &mut CompanyFile, attributes: &str, requests: &str) -> Asked {
    let document = document_with(&format!("onError=\"continueOnError\" {attributes}"), requests);
    Asked::new(file.process(&document).unwrap())
}

fn status(answer: &Asked) -> &str {
    answer.of_set("messageSetStatusCode").unwrap_or("none")
}

#[test]
fn a_set_is_done_once_under_its_id() {
    let (mut file, clock) = company_file();
    let first = set(&mut file, "newMessageSetID=\"A\"", CLASS);
    assert_eq!((status(&first), first.of_set("newMessageSetID"), first.codes()), ("0", Some("A"), vec![0]));
    clock.advance(60);
    assert_eq!(set(&mut file, "newMessageSetID=\"A\"", CLASS).text, first.text, "to the byte");
    assert_eq!(file.count("Class"), 2);
    // Only asking.
    assert_eq!(set(&mut file, "newMessageSetID=\"A\" oldMessageSetID=\"A\"", "").text, first.text);
    let unknown = set(&mut file, "newMessageSetID=\"B\" oldMessageSetID=\"B\"", "");
    assert_eq!((status(&unknown), unknown.responses.len()), ("9002", 0));
    // The same id for something else.
    let wrong = set(&mut file, "newMessageSetID=\"A\"", OTHER);
    assert_eq!((status(&wrong), file.count("Class")), ("9001", 2));
    // The next set says that the answer to the last was received.
    let next = set(&mut file, "newMessageSetID=\"B\" oldMessageSetID=\"A\"", OTHER);
    assert_eq!((status(&next), file.count("Class")), ("0", 3));
    assert_eq!(status(&set(&mut file, "newMessageSetID=\"A\"", "")), "9002", "forgotten");
    assert_eq!(status(&set(&mut file, "oldMessageSetID=\"A\"", "")), "600");
    assert_eq!(status(&set(&mut file, "oldMessageSetID=\"B\"", "")), "0");
    assert_eq!(status(&ask(&mut file, "<ClassQueryRq/>")), "none", "nobody asked");
}

#[test]
fn ids_have_their_limits() {
    let (mut file, _) = company_file();
    let of = |length: usize| format!("newMessageSetID=\"{}\"", "x".repeat(length));
    assert_eq!(status(&set(&mut file, &of(24), CLASS)), "0");
    assert_eq!(status(&set(&mut file, &of(25), OTHER)), "9004");
    file.inject(Condition::CannotKeep, Lasting::Times(1));
    assert_eq!(status(&set(&mut file, "newMessageSetID=\"B\"", OTHER)), "9005");
    assert_eq!(file.count("Class"), 2, "what cannot be kept is not done");
    assert_eq!(status(&set(&mut file, "newMessageSetID=\"B\"", OTHER)), "0");
    set(&mut file, "oldMessageSetID=\"ClearAllMessageSets\"", "");
    assert_eq!(status(&set(&mut file, "newMessageSetID=\"B\"", "")), "9002");
}

#[test]
fn an_answer_that_is_lost_can_be_had_again_even_tomorrow() {
    let (mut file, _) = company_file();
    file.inject(Condition::AnswerLost(HResult::SERVER_FAULT), Lasting::Times(1));
    let sent = document_with("onError=\"continueOnError\" newMessageSetID=\"A\"", CLASS);
    assert_eq!(file.process(&sent), Err(HResult::SERVER_FAULT));
    assert_eq!(file.count("Class"), 2, "it was done");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("company");
    file.save(&path).unwrap();
    let mut file = CompanyFile::load(&path, ManualClock::at(NOON + 86_400)).unwrap();
    file.begin_session().unwrap();
    let again = Asked::new(file.process(&sent).unwrap());
    assert_eq!((again.codes(), file.count("Class")), (vec![0], 2));
}

#[test]
fn a_dialog_stops_everything_until_it_is_closed() {
    let (mut file, _) = company_file();
    file.inject(Condition::Refused(HResult::MODAL_DIALOG), Lasting::UntilCleared);
    assert_eq!(file.process(&document(CLASS)), Err(HResult::MODAL_DIALOG));
    assert_eq!(file.process(&document(CLASS)), Err(HResult::MODAL_DIALOG));
    file.clear(&Condition::Refused(HResult::MODAL_DIALOG));
    assert_eq!((ask(&mut file, CLASS).code(), file.count("Class")), (0, 2));
    file.end_session();
    file.inject(Condition::NoSession(HResult::MODAL_DIALOG), Lasting::Times(1));
    assert_eq!(file.begin_session(), Err(HResult::MODAL_DIALOG));
    assert_eq!(file.begin_session(), Ok(()));
}

#[test]
fn a_record_that_is_open_cannot_be_changed() {
    let (mut file, _) = company_file();
    let added = ask(
        &mut file,
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Desc>One</Desc></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
    );
    let (id, sequence) = (added.value("TxnID"), added.value("EditSequence"));
    let modify = format!(
        "<InvoiceModRq><InvoiceMod><TxnID>{id}</TxnID><EditSequence>{sequence}</EditSequence><Memo>x</Memo></InvoiceMod></InvoiceModRq>"
    );
    file.lock(&id);
    let locked = ask(&mut file, &modify);
    assert_eq!(
        (locked.code(), locked.message()),
        (3175, "The transaction could not be locked.  It is in use by another user.")
    );
    assert_eq!(ask(&mut file, &format!("<InvoiceQueryRq><TxnID>{id}</TxnID></InvoiceQueryRq>")).code(), 0);
    file.unlock(&id);
    assert_eq!(ask(&mut file, &modify).code(), 0);
    for (condition, code) in [
        (Condition::ListBusy("Class".to_owned()), 3180),
        (Condition::FeatureOff("Class".to_owned()), 3250),
        (Condition::NoPermission("Class".to_owned()), 3260),
    ] {
        file.inject(condition, Lasting::Times(1));
        assert_eq!(ask(&mut file, CLASS).code(), code);
    }
    assert_eq!(ask(&mut file, CLASS).code(), 0);
}

#[test]
fn a_saved_company_file_goes_on_as_if_nothing_had_been() {
    let (mut file, clock) = company_file();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("company");
    file.save(&path).unwrap();
    let mut loaded = CompanyFile::load(&path, clock.clone()).unwrap();
    assert_eq!(ask(&mut file, CLASS).code(), 0);
    loaded.begin_session().unwrap();
    assert_eq!(ask(&mut loaded, CLASS).code(), 0);
    let all = "<CustomerQueryRq/><AccountQueryRq/><ClassQueryRq/><ItemQueryRq/>";
    assert_eq!(ask(&mut loaded, all).text, ask(&mut file, all).text);
    assert!(CompanyFile::load(&folder.path().join("none"), clock.clone()).is_err());
    std::fs::write(&path, "{}").unwrap();
    let message = CompanyFile::load(&path, clock).err().unwrap().to_string();
    assert!(message.contains("is not a saved company file"), "{message}");
}

#[test]
#[ignore = "needs Intuit's files: see tests/run.sh"]
fn recorded_responses_become_its_content() {
    let mut file = CompanyFile::new(ferrule::simulator::Settings::default(), ManualClock::at(NOON));
    for (sample, kind, number) in
        [("customers", "Customer", 146), ("vendors", "Vendor", 54), ("accounts", "Account", 116)]
    {
        let text = oracle::text(&format!("samples/{sample}.xml"));
        assert_eq!(file.load_responses(&text), Ok(number));
        let ids = text.split("<ListID>").skip(1).map(|rest| rest.split('<').next().unwrap());
        let found = ids.filter(|id| file.record(id).is_some_and(|it| it.name == format!("{kind}Ret")));
        assert!(found.count() >= number, "{kind}");
    }
    file.load_responses(&oracle::text("samples/host_company_preferences.xml")).unwrap();
    assert!(file.load_responses("<html/>").is_err());
    file.begin_session().unwrap();
    let company = ask(&mut file, "<CompanyQueryRq/>");
    assert_eq!(company.value("CompanyName"), "myCompany");
    // What is recorded can be worked with: each customer gets an invoice.
    let names: Vec<String> =
        ask(&mut file, "<CustomerQueryRq><ActiveStatus>ActiveOnly</ActiveStatus></CustomerQueryRq>")
            .values("ListID");
    assert!(names.len() > 100);
    for id in &names {
        let request = format!(
            "<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>{id}</ListID></CustomerRef><InvoiceLineAdd><Amount>1.00</Amount></InvoiceLineAdd>\
             </InvoiceAdd></InvoiceAddRq>"
        );
        let answer = ask(&mut file, &request);
        assert_eq!(answer.code(), 0, "{}", answer.message());
    }
    assert_eq!(file.count("Invoice"), names.len());
    let clash = "<VendorAddRq><VendorAdd><Name>Abercrombie, Kristy</Name></VendorAdd></VendorAddRq>";
    assert_eq!(ask(&mut file, clash).code(), 3100, "a customer has that name");
}
