//! Every list and every kind of transaction can be added, queried, changed and deleted.

use ferrule::catalogue::{Kind, Operation, operation, operations};
use ferrule::simulator::CompanyFile;
use ferrule::xml::Node;

use crate::simulator_requests::{Asked, Minimal, ask, check, company_file, op};

/// A transaction that payments can pay: a bill and an invoice have the same ids for that.
fn invoice(file: &mut CompanyFile) -> String {
    let answer = ask(
        file,
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><InvoiceLineAdd><Amount>100.00</Amount>\
         </InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>",
    );
    answer.value("TxnID")
}

fn minimal(name: &str, transaction: &str) -> Minimal {
    Minimal {
        name: name.to_owned(),
        transaction: transaction.to_owned(),
        also: vec![
            "LastName",
            "TxnDate",
            "IncomeAccountRef",
            "COGSAccountRef",
            "AssetAccountRef",
            // Nothing is saved that is empty.
            "InvoiceLineAdd",
            "CreditMemoLineAdd",
            "SalesReceiptLineAdd",
            "SalesOrderLineAdd",
            "EstimateLineAdd",
            "PurchaseOrderLineAdd",
            "ItemLineAdd",
            "Desc",
        ],
    }
}

fn adds() -> impl Iterator<Item = Operation> {
    operations().filter(|it| it.kind == Kind::Add && !it.request.is_abroad())
}

#[test]
fn every_add_is_done_found_changed_and_deleted() {
    let (mut file, clock) = company_file();
    let paid = invoice(&mut file);
    let mut counts = [0; 4];
    for (place, add) in adds().enumerate() {
        clock.advance(60);
        let name = format!("{place:03} new");
        let answer = ask(&mut file, &minimal(&name, &paid).request(add));
        assert_eq!(answer.code(), 0, "{}: {}", add.name, answer.message());
        check(&answer.text);
        counts[0] += 1;
        let Some(record) = answer.responses[0].records.first() else {
            continue;
        };
        if let Some(id) = record.id().map(str::to_owned) {
            let kind = record.name().trim_end_matches("Ret").to_owned();
            counts[1] += usize::from(query(&mut file, &kind, &id).is_some());
            counts[2] += usize::from(change(&mut file, &kind, &id, &paid));
            counts[3] += usize::from(delete(&mut file, &kind, &id));
        }
    }
    // Two open a window and two concern custom fields: these give no record with an id. All others can
    // be found, changed where there is a Mod, and deleted where there is a type for it.
    let modifiable = adds().filter(|add| operation(&format!("{}Mod", add.noun)).is_some());
    let modifiable = modifiable.filter(|add| !add.noun.starts_with("DataExt")).count();
    assert_eq!(counts, [70, 66, modifiable, 64]);
}

/// Finds a record by its id.
fn query(file: &mut CompanyFile, kind: &str, id: &str) -> Option<Asked> {
    let query = operation(&format!("{kind}Query"))?;
    let id_name = ["ListID", "TxnID"].into_iter().find(|name| query.request.child(name).is_some())?;
    let lines =
        query.request.child("IncludeLineItems").map_or("", |_| "<IncludeLineItems>true</IncludeLineItems>");
    let answer = ask(file, &format!("<{kind}QueryRq><{id_name}>{id}</{id_name}>{lines}</{kind}QueryRq>"));
    assert_eq!((answer.code(), answer.values(id_name)), (0, vec![id.to_owned()]), "{kind}");
    check(&answer.text);
    Some(answer)
}

/// Changes a record: without anything new, and with something, where there is something that can be.
fn change(file: &mut CompanyFile, kind: &str, id: &str, paid: &str) -> bool {
    let Some(modify) = operation(&format!("{kind}Mod")) else {
        return false;
    };
    let found = query(file, kind, id).unwrap();
    let sequence = found.value("EditSequence");
    let mut request = minimal("changed", paid).node(modify.request);
    let body = request_body(&mut request, modify);
    for child in body.iter_mut() {
        if child.name == "ListID" || child.name == "TxnID" {
            *child = Node::leaf(child.name.clone(), id);
        } else if child.name == "EditSequence" {
            *child = Node::leaf("EditSequence", sequence.clone());
        }
    }
    let answer = ask(file, &request.to_xml());
    assert_eq!(answer.code(), 0, "{kind}: {}", answer.message());
    check(&answer.text);
    assert_ne!(answer.value("EditSequence"), sequence, "{kind}");
    let stale = ask(file, &request.to_xml());
    assert_eq!(stale.code(), 3200, "{kind}");
    true
}

fn request_body(request: &mut Node, operation: Operation) -> &mut Vec<Node> {
    use ferrule::xml::Content;
    let Content::Children(children) = &mut request.content else { panic!("{}", operation.name) };
    let body = children.iter_mut().find(|child| child.name == operation.name).unwrap();
    let Content::Children(children) = &mut body.content else { panic!("{}", operation.name) };
    children
}

/// Deletes a record, if requests can.
fn delete(file: &mut CompanyFile, kind: &str, id: &str) -> bool {
    for (list, id_name) in [("List", "ListID"), ("Txn", "TxnID")] {
        let delete = op(&format!("{list}Del"));
        let kinds = delete.request.child(&format!("{list}DelType")).unwrap().values();
        if !kinds.contains(&kind) {
            continue;
        }
        let request = format!(
            "<{list}DelRq><{list}DelType>{kind}</{list}DelType><{id_name}>{id}</{id_name}></{list}DelRq>\
             <{list}DeletedQueryRq><{list}DelType>{kind}</{list}DelType></{list}DeletedQueryRq>"
        );
        let answer = ask(file, &request);
        assert_eq!(answer.code(), 0, "{kind}: {}", answer.message());
        check(&answer.text);
        assert!(file.record(id).is_none());
        let deleted = &answer.responses[1].records;
        assert!(deleted.iter().any(|record| record.id() == Some(id)), "{}", answer.text);
        return true;
    }
    false
}

#[test]
fn every_query_is_answered() {
    let (mut file, _) = company_file();
    invoice(&mut file);
    for query in operations().filter(|it| it.kind == Kind::Query && !it.request.is_abroad()) {
        let request = minimal("x", "1-1").request(query);
        let answer = ask(&mut file, &request);
        let expected: &[i32] = if query.noun.ends_with("Report") { &[1030] } else { &[0, 1, 500] };
        assert!(expected.contains(&answer.code()), "{}: {}", query.name, answer.message());
        check(&answer.text);
    }
}
