//! Lists: names, parents, references, changes.

use ferrule::simulator::{CompanyFile, Settings};

use crate::simulator_requests::{Asked, ask, company_file, company_file_with};

fn add(file: &mut CompanyFile, kind: &str, content: &str) -> Asked {
    ask(file, &format!("<{kind}AddRq><{kind}Add>{content}</{kind}Add></{kind}AddRq>"))
}

fn named(file: &mut CompanyFile, kind: &str, name: &str) -> Asked {
    add(file, kind, &format!("<Name>{name}</Name>"))
}

#[test]
fn customers_vendors_employees_and_others_share_their_names() {
    let (mut file, _) = company_file();
    for (kind, name) in [
        ("Customer", "Zinc Supply"),
        ("Customer", "ACME"),
        ("Vendor", "acme"),
        ("OtherName", "Ann Lee"),
        ("Vendor", "Neighbour"),
        ("ItemService", "Rack Hook"),
        ("Class", "plating"),
    ] {
        let content = match kind {
            "ItemService" => {
                format!("<Name>{name}</Name><SalesOrPurchase><Price>1.00</Price></SalesOrPurchase>")
            }
            _ => format!("<Name>{name}</Name>"),
        };
        let answer = add(&mut file, kind, &content);
        assert_eq!(answer.code(), 3100, "{kind} {name}");
        assert_eq!(answer.message(), format!("The name \"{name}\" of the list element is already in use."));
    }
    let employee = add(&mut file, "Employee", "<FirstName>Zinc</FirstName><LastName>Supply</LastName>");
    assert_eq!(employee.code(), 3100);
    // Other lists have names of their own.
    assert_eq!(named(&mut file, "Class", "Acme").code(), 0);
    assert_eq!(named(&mut file, "CustomerType", "Acme").code(), 0);
}

#[test]
fn jobs_stand_below_their_customers() {
    let (mut file, _) = company_file();
    let below = |name: &str, parent: &str| {
        format!("<Name>{name}</Name><ParentRef><FullName>{parent}</FullName></ParentRef>")
    };
    let job = add(&mut file, "Customer", &below("Gears", "Acme"));
    assert_eq!((&*job.value("FullName"), &*job.value("Sublevel")), ("Acme:Gears", "1"));
    let inner = add(&mut file, "Customer", &below("Lot 1", "Acme:Gears"));
    assert_eq!((&*inner.value("FullName"), &*inner.value("Sublevel")), ("Acme:Gears:Lot 1", "2"));
    assert_eq!(add(&mut file, "Customer", &below("Gears", "Acme")).code(), 3100);
    assert_eq!(named(&mut file, "Customer", "Gears").code(), 0, "another parent, another name");
    let orphan = add(&mut file, "Customer", &below("x", "Nobody"));
    assert_eq!(orphan.code(), 3130);
    assert!(
        orphan
            .message()
            .starts_with("There is an invalid reference to a parent \"Nobody\" in the Customers list. ")
    );
    assert_eq!(named(&mut file, "Customer", "a:b").code(), 3090);
    // A new name goes down to those below and to all that refer to them.
    let acme = file.id_of("Customer", "Acme").unwrap().to_owned();
    let sequence = file.record(&acme).unwrap().child("EditSequence").unwrap().text().unwrap().to_owned();
    let changed = ask(
        &mut file,
        &format!(
            "<CustomerModRq><CustomerMod><ListID>{acme}</ListID><EditSequence>{sequence}</EditSequence><Name>Apex</Name>\
             </CustomerMod></CustomerModRq>"
        ),
    );
    assert_eq!(changed.code(), 0, "{}", changed.message());
    assert!(file.id_of("Customer", "Apex:Gears:Lot 1").is_some() && file.id_of("Customer", "Acme").is_none());
    // Nothing stands below itself.
    let (id, sequence) = (changed.value("ListID"), changed.value("EditSequence"));
    let circle = ask(
        &mut file,
        &format!(
            "<CustomerModRq><CustomerMod><ListID>{id}</ListID><EditSequence>{sequence}</EditSequence>\
             <ParentRef><FullName>Apex:Gears</FullName></ParentRef></CustomerMod></CustomerModRq>"
        ),
    );
    assert_eq!(circle.code(), 3130);
}

#[test]
fn references_must_lead_somewhere_that_is_active() {
    let (mut file, _) = company_file();
    let invoice = |customer: &str, line: &str| {
        format!(
            "<InvoiceAddRq><InvoiceAdd><CustomerRef>{customer}</CustomerRef><InvoiceLineAdd>{line}</InvoiceLineAdd>\
             </InvoiceAdd></InvoiceAddRq>"
        )
    };
    let acme = "<FullName>acme</FullName>";
    let unknown = ask(&mut file, &invoice("<FullName>Nobody</FullName>", "<Amount>1.00</Amount>"));
    assert_eq!(
        (unknown.code(), unknown.message()),
        (
            3140,
            "There is an invalid reference to QuickBooks Customer \"Nobody\" in the Invoice.  QuickBooks error message: \
             Invalid argument.  The specified record does not exist in the list."
        )
    );
    let line = ask(&mut file, &invoice(acme, "<ItemRef><FullName>Gold</FullName></ItemRef>"));
    assert_eq!(line.code(), 3140);
    assert!(line.message().contains("QuickBooks Item \"Gold\" in the Invoice line."), "{}", line.message());
    assert_eq!(ask(&mut file, &invoice("<ListID>1</ListID>", "<Amount>1.00</Amount>")).code(), 3000);
    assert_eq!(ask(&mut file, &invoice("<ListID>80000FFF-1</ListID>", "<Amount>1.00</Amount>")).code(), 3140);
    // A vendor is no customer, whatever the names.
    assert_eq!(
        ask(&mut file, &invoice("<FullName>Zinc Supply</FullName>", "<Amount>1.00</Amount>")).code(),
        3140
    );
    let found = ask(&mut file, &invoice(acme, "<Amount>1.00</Amount>"));
    assert_eq!(found.value("CustomerRef/FullName"), "Acme", "however it was written");

    let id = file.id_of("Customer", "Acme").unwrap().to_owned();
    assert!(file.edit(&id, "IsActive", "false"));
    let inactive = ask(&mut file, &invoice(acme, "<Amount>1.00</Amount>"));
    assert_eq!(inactive.code(), 3140);
    assert!(inactive.message().contains("inactive"));
    assert_eq!(named(&mut file, "Customer", "Acme").code(), 3100, "its name stays taken");
    assert_eq!(ask(&mut file, "<CustomerQueryRq/>").code(), 1, "queries show active ones");
    let all = ask(&mut file, "<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>");
    assert_eq!(all.values("Name"), ["Acme"]);
}

#[test]
fn changes_need_the_present_edit_sequence() {
    let (mut file, clock) = company_file();
    let found = ask(&mut file, "<CustomerQueryRq><FullName>Acme</FullName></CustomerQueryRq>");
    let (id, first) = (found.value("ListID"), found.value("EditSequence"));
    let modify = |sequence: &str, phone: &str| {
        format!(
            "<CustomerModRq><CustomerMod><ListID>{id}</ListID><EditSequence>{sequence}</EditSequence><Phone>{phone}</Phone>\
             </CustomerMod></CustomerModRq>"
        )
    };
    clock.advance(10);
    let second = ask(&mut file, &modify(&first, "1"));
    assert_eq!((second.code(), &*second.value("Phone")), (0, "1"));
    let stale = ask(&mut file, &modify(&first, "2"));
    assert_eq!(
        (stale.code(), stale.message()),
        (3200, &*format!("The provided edit sequence \"{first}\" is out-of-date. "))
    );
    // Somebody in front of the screen makes it stale too.
    let sequence = second.value("EditSequence");
    assert!(file.edit(&id, "Phone", "3"));
    assert_eq!(ask(&mut file, &modify(&sequence, "4")).code(), 3200);
    let now = ask(&mut file, "<CustomerQueryRq><FullName>Acme</FullName></CustomerQueryRq>");
    assert_eq!(now.value("Phone"), "3");
    assert_eq!(ask(&mut file, &modify(&now.value("EditSequence"), "")).codes(), [0]);
    let gone = ask(&mut file, "<CustomerQueryRq><FullName>Acme</FullName></CustomerQueryRq>");
    assert_eq!(gone.values("Phone"), [""; 0], "an empty element takes the value away");
    let nobody = modify("1", "1").replace(&id, "8000FFFF-1");
    assert_eq!(ask(&mut file, &nobody).code(), 3120);
}

#[test]
fn an_external_guid_marks_one_record_only() {
    let (mut file, _) = company_file();
    let guid = "<ExternalGUID>{0A1B2C3D-0000-0000-0000-000000000001}</ExternalGUID>";
    let first = add(&mut file, "Customer", &format!("<Name>One</Name>{guid}"));
    assert_eq!(first.value("ExternalGUID"), "{0A1B2C3D-0000-0000-0000-000000000001}");
    let second = add(
        &mut file,
        "Vendor",
        &format!("<Name>Two</Name>{}", guid.to_lowercase().replace("externalguid", "ExternalGUID")),
    );
    assert_eq!(second.code(), 3210, "{}", second.message());
    assert!(file.id_of("Vendor", "Two").is_none());
    for name in ["Three", "Four"] {
        let zero = add(&mut file, "Customer", &format!("<Name>{name}</Name><ExternalGUID>0</ExternalGUID>"));
        assert_eq!(zero.code(), 0, "0 is none");
    }
    assert!(file.delete(&first.value("ListID")));
    assert_eq!(add(&mut file, "Customer", &format!("<Name>One</Name>{guid}")).code(), 0);
}

#[test]
fn what_is_in_use_cannot_be_deleted_by_request_but_merged_by_hand() {
    let (mut file, _) = company_file();
    let delete = |kind: &str, id: &str| {
        format!("<ListDelRq><ListDelType>{kind}</ListDelType><ListID>{id}</ListID></ListDelRq>")
    };
    let ann = file.id_of("Employee", "Ann Lee").unwrap().to_owned();
    assert_eq!(ask(&mut file, &delete("Employee", &ann)).code(), 3160, "she is a sales rep");
    let copy = named(&mut file, "Customer", "Acme Inc").value("ListID");
    let invoice = ask(
        &mut file,
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme Inc</FullName></CustomerRef><InvoiceLineAdd><Desc>One</Desc></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
    );
    let acme = file.id_of("Customer", "Acme").unwrap().to_owned();
    assert!(file.merge(&copy, &acme));
    assert!(file.record(&copy).is_none());
    let invoice = file.record(&invoice.value("TxnID")).unwrap();
    assert_eq!(invoice.child("CustomerRef").unwrap().child("ListID").unwrap().text(), Some(&*acme));
    let deleted =
        ask(&mut file, "<ListDeletedQueryRq><ListDelType>Customer</ListDelType></ListDeletedQueryRq>");
    assert_eq!(deleted.values("ListID"), [copy]);
}

#[test]
fn the_same_seed_and_requests_give_the_same_bytes() {
    let run = |seed| {
        let (mut file, clock) = company_file_with(Settings { seed, ..Settings::default() });
        clock.advance(5);
        let mut text = add(&mut file, "Customer", "<Name>New</Name>").text;
        text += &ask(
            &mut file,
            "<CustomerQueryRq iterator=\"Start\"><MaxReturned>1</MaxReturned></CustomerQueryRq>",
        )
        .text;
        text
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}
