//! Which answer belongs to which request. Nothing is taken over of answers that do not fit.

use std::collections::HashMap;

use crate::qbxml::{Record, Response, ResponseSet, first_text};
use crate::sync::plan::mark;
use crate::sync::stored::{Exchange, ExchangeItem};

/// Why a set has no responses at all: it was not done under its id, as far as `QuickBooks` can tell.
pub(super) fn unkept(set: &ResponseSet) -> Option<i32> {
    let code = set.attribute("messageSetStatusCode")?.parse().ok()?;
    (set.responses.is_empty() && code != 0).then_some(code)
}

/// The response to each request of a write, by its id, whatever their order.
pub(super) fn paired<'r>(
    exchange: &Exchange,
    responses: &'r [Response],
) -> Result<Vec<&'r Response>, String> {
    let mut by_id: HashMap<&str, &Response> = HashMap::new();
    for response in responses {
        let id = response.request_id.as_deref().unwrap_or_default();
        if by_id.insert(id, response).is_some() {
            return Err(format!("QuickBooks answered the request `{id}` twice."));
        }
    }
    let mut paired = Vec::new();
    for item in &exchange.items {
        let response = by_id
            .remove(item.request_id.as_str())
            .filter(|response| response.name == format!("{}Rs", item.message));
        paired.push(
            response
                .ok_or_else(|| format!("QuickBooks did not answer the request `{}`.", item.request_id))?,
        );
    }
    match by_id.keys().next() {
        Some(id) => Err(format!("QuickBooks answered a request `{id}` that was not sent.")),
        None => Ok(paired),
    }
}

/// What is wrong with an answer that has the right ids, and is not that to what was sent: it is of another set, or
/// it holds the record of another request. Such an answer came from another company file, or from a copy of it,
/// or something on the way mixed answers up. Nothing is taken over of it; the next visit asks what became of
/// the set.
pub(super) fn foreign(exchange: &Exchange, set: &ResponseSet, answers: &[&Response]) -> Option<String> {
    let of_set = set.attribute("newMessageSetID").filter(|id| !id.is_empty());
    if let (Some(found), Some(sent)) = (of_set, &exchange.set_id)
        && found != sent
    {
        return Some(format!("The answer is to the set `{found}`, and `{sent}` was sent."));
    }
    let makes_records = |(item, _): &(&ExchangeItem, &&Response)| item.follows.is_none();
    exchange.items.iter().zip(answers).filter(makes_records).find_map(|(item, response)| {
        let record = response.records.first().filter(|_| response.is_success());
        let flaw = response.flaws.first().filter(|_| response.is_success());
        let id = record.and_then(|record| record.id()).or_else(|| flaw?.id.as_deref());
        let record_type = record.map(|record| record.name()).or_else(|| Some(flaw?.record_type.as_str()))?;
        let request = request_of(exchange, item)?;
        let sent_id = first_of(request, &["ListID", "TxnID"]).filter(|_| item.message.ends_with("Mod"));
        let is_other = sent_id.is_some_and(|sent| id != Some(sent) && (record.is_some() || id.is_some()));
        let mark = first_text(request, mark::ELEMENT);
        let is_marked_otherwise = mark
            .zip(record.and_then(|record| record.get(mark::ELEMENT)))
            .is_some_and(|(sent, found)| sent != "0" && !found.eq_ignore_ascii_case(sent));
        (is_other || is_marked_otherwise).then(|| {
            let id = id.unwrap_or_default();
            format!(
                "The answer to the request `{}` holds {record_type} {id}, which is another record.",
                item.request_id
            )
        })
    })
}

/// The text of a request, as it was sent: we wrote it ourselves, so nothing in it is written in two ways.
fn request_of<'e>(exchange: &'e Exchange, item: &ExchangeItem) -> Option<&'e str> {
    let (_, from) = exchange.request.split_once(&format!("requestID=\"{}\"", item.request_id))?;
    from.split_once(&format!("</{}Rq>", item.message)).map(|(request, _)| request)
}

/// What was sent for an item.
pub(super) fn sent(exchange: &Exchange, item: &ExchangeItem) -> Option<Record> {
    let opening = format!("<{}Rq requestID=\"{}\">", item.message, item.request_id);
    let (_, request) = exchange.request.split_once(&opening)?;
    let (request, _) = request.split_once(&format!("</{}Rq>", item.message))?;
    Record::from_xml(request).ok()
}

/// What the first of these elements holds.
fn first_of<'r>(request: &'r str, elements: &[&str]) -> Option<&'r str> {
    let place = |element: &&&str| request.find(&format!("<{element}>"));
    let first = elements.iter().filter(|it| place(it).is_some()).min_by_key(place)?;
    first_text(request, first)
}

/// The response to each request of a read, by its id; nothing where QuickBooks gave none that could be read. An
/// answer to something else, or one without any of them, is wrong.
pub(super) fn read_answers<'r>(
    exchange: &Exchange,
    responses: &'r [Response],
) -> Result<Vec<Option<&'r Response>>, String> {
    let asked: Vec<&str> = exchange.items.iter().map(|item| item.request_id.as_str()).collect();
    let answered: Vec<&str> =
        responses.iter().map(|response| response.request_id.as_deref().unwrap_or_default()).collect();
    let paired: Vec<Option<&Response>> = asked
        .iter()
        .map(|id| answered.iter().position(|it| it == id).and_then(|place| responses.get(place)))
        .collect();
    let found = paired.iter().flatten().count();
    if found == 0 || found < responses.len() {
        return Err(format!(
            "The answer does not match what was asked: asked {asked:?}, answered {answered:?}."
        ));
    }
    Ok(paired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qbxml::read_response_set;
    use crate::sync::stored::{ExchangeId, ExchangeKind, Moment, SessionId};

    const SENT: &str = "<QBXML><QBXMLMsgsRq newMessageSetID=\"s-1\" onError=\"continueOnError\">\
        <CustomerModRq requestID=\"a\"><CustomerMod><ListID>80-1</ListID></CustomerMod></CustomerModRq>\
        <CustomerModRq requestID=\"b\"><CustomerMod><ListID>80-2</ListID></CustomerMod></CustomerModRq>\
        <BillAddRq requestID=\"c\"><BillAdd><VendorRef><ListID>80-9</ListID></VendorRef>\
        <ExternalGUID>{M}</ExternalGUID></BillAdd></BillAddRq></QBXMLMsgsRq></QBXML>";

    fn item(request_id: &str, message: &str) -> ExchangeItem {
        ExchangeItem::new(request_id.to_owned(), message.to_owned(), None, Vec::new())
    }

    fn told(set: &str, ids: [&str; 2], mark: &str) -> Option<String> {
        let customer = |request: &str, id: &str| {
            format!(
                "<CustomerModRs requestID=\"{request}\" statusCode=\"0\"><CustomerRet><ListID>{id}</ListID></CustomerRet></CustomerModRs>"
            )
        };
        let answer = format!(
            "<QBXML><QBXMLMsgsRs {set}>{}{}<BillAddRs requestID=\"c\" statusCode=\"0\"><BillRet><TxnID>7</TxnID>{mark}</BillRet></BillAddRs></QBXMLMsgsRs></QBXML>",
            customer("a", ids[0]),
            customer("b", ids[1]),
        );
        let set = read_response_set(answer.as_bytes()).unwrap();
        let exchange = Exchange {
            id: ExchangeId(1),
            session: SessionId(1),
            kind: ExchangeKind::Write,
            set_id: Some("s-1".to_owned()),
            request: SENT.to_owned(),
            response: None,
            failure: None,
            sent_at: Moment::default(),
            answered_at: None,
            items: vec![item("a", "CustomerMod"), item("b", "CustomerMod"), item("c", "BillAdd")],
        };
        let answers = paired(&exchange, &set.responses).unwrap();
        foreign(&exchange, &set, &answers)
    }

    #[test]
    fn answers_with_the_records_that_were_sent_are_taken() {
        assert_eq!(told("", ["80-1", "80-2"], ""), None);
        assert_eq!(
            told("newMessageSetID=\"s-1\"", ["80-1", "80-2"], "<ExternalGUID>{m}</ExternalGUID>"),
            None
        );
    }

    #[test]
    fn answers_to_something_else_are_refused() {
        for wrong in [
            told("newMessageSetID=\"s-2\"", ["80-1", "80-2"], ""),
            told("", ["80-2", "80-1"], ""),
            told("", ["80-1", "80-2"], "<ExternalGUID>{N}</ExternalGUID>"),
        ] {
            assert!(wrong.is_some());
        }
    }
}
