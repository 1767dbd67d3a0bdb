//! What goes wrong between us and Steelhead's API, on a server that does it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ferrule::steelhead::graphql::{ApiError, ApiSource, Page, read_all};

use crate::loop_support::program;
use crate::steelhead_support::{Faulty, Reply, TOKEN, answer, api, well};

const LAST: &str = r#""pageInfo":{"hasNextPage":false,"endCursor":"z"}"#;
const ONE: &str = r#"{"id":1,"name":"Zinc","archivedAt":null,"productGroupByProductGroupId":null}"#;
const TWO: &str =
    r#"{"id":2,"name":"Nickel","archivedAt":null,"productGroupByProductGroupId":{"id":9,"name":"P"}}"#;

fn products() -> ApiSource {
    let sources = program().sources_of_documents;
    sources.into_iter().find(|source| source.object == "product").unwrap()
}

fn page(nodes: &str) -> String {
    format!(r#"{{"data":{{"allProducts":{{"nodes":[{nodes}],{LAST}}}}}}}"#)
}

fn well_of(nodes: &str) -> Reply {
    well(&page(nodes))
}

/// What comes of asking a server that answers so, and how long was waited between.
fn asked(replies: Vec<Reply>) -> (Result<Page, ApiError>, Faulty, Vec<u64>) {
    let faulty = Faulty::start(replies);
    let waits: Arc<Mutex<Vec<u64>>> = Arc::default();
    let noted = waits.clone();
    let api = api(&faulty.address()).sleeping(move |wait| noted.lock().unwrap().push(wait.as_secs()));
    let found = read_all(&api, &[products()]);
    let waits = waits.lock().unwrap().clone();
    (found, faulty, waits)
}

fn refused(reply: Reply) -> ApiError {
    let (found, faulty, waits) = asked(vec![reply]);
    let error = found.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(TOKEN));
    assert_eq!((faulty.count(), waits), (1, vec![]), "{error}");
    error
}

#[test]
fn the_token_goes_as_a_bearer_and_nowhere_else() {
    let (found, faulty, _) = asked(vec![well_of(ONE)]);
    assert_eq!(found.unwrap().documents, [r#"{"object":"product","id":1,"name":"Zinc"}"#]);
    let request = faulty.seen.lock().unwrap()[0].clone();
    assert!(request.to_lowercase().contains(&format!("authorization: bearer {TOKEN}\r\n")), "{request}");
    assert_eq!(request.matches(TOKEN).count(), 1, "{request}");
}

#[test]
fn a_busy_server_is_asked_again_and_not_too_soon() {
    let busy = answer("429 Too Many Requests", "retry-after: 5\r\n", "");
    let down = answer("503 Service Unavailable", "", "");
    let (found, faulty, waits) = asked(vec![busy, down.clone(), well_of(ONE)]);
    assert_eq!((found.unwrap().documents.len(), faulty.count(), waits), (1, 3, vec![5, 8]));
    let (found, faulty, waits) = asked(vec![down]);
    assert_eq!(found, Err(ApiError::Busy { status: 503, wait: None }));
    assert_eq!((faulty.count(), waits), (4, vec![2, 8, 30]));
    let (_, _, waits) =
        asked(vec![answer("429 Too Many Requests", "retry-after: 999999\r\n", ""), well_of("")]);
    assert_eq!(waits, [60]);
}

#[test]
fn a_server_that_is_silent_or_breaks_off_is_given_up() {
    let (found, faulty, waits) = asked(vec![Reply::Silence]);
    assert_eq!(found, Err(ApiError::TooSlow(Duration::from_secs(2))));
    assert_eq!((faulty.count(), waits.len()), (4, 3));
    let whole = page(ONE);
    let cut = answer("200 OK", "", &whole);
    let Reply::Raw(mut bytes) = cut else { unreachable!() };
    bytes.truncate(bytes.len() - 20);
    let (found, faulty, _) = asked(vec![Reply::Raw(bytes), well_of(ONE)]);
    assert_eq!((found.unwrap().documents.len(), faulty.count()), (1, 2));
}

#[test]
fn everything_null_is_no_empty_list() {
    for data in [r#"{"data":{"allProducts":null}}"#, r#"{"data":null}"#] {
        assert_eq!(refused(well(data)), ApiError::NotAllowed("allProducts".to_owned()));
    }
    let (found, ..) = asked(vec![well_of("")]);
    assert!(found.unwrap().documents.is_empty());
}

#[test]
fn errors_beside_data_warn_and_what_they_hit_is_set_aside() {
    let errors = r#"[{"message":"slow today"},{"message":"no group\u0007","path":["allProducts","nodes",1,"productGroupByProductGroupId"]}]"#;
    let body = page(&format!("{ONE},{TWO}")).replacen('{', &format!("{{\"errors\":{errors},"), 1);
    let (found, ..) = asked(vec![well(&body)]);
    let found = found.unwrap();
    assert_eq!(found.documents.len(), 1);
    assert_eq!(found.warnings, ["slow today"]);
    assert_eq!(found.set_aside, ["product 2 is not whole: no group"]);
    let alone = refused(answer("400 Bad Request", "", r#"{"errors":[{"message":"no such field"}]}"#));
    assert!(alone.to_string().contains("no such field"), "{alone}");
}

#[test]
fn what_is_no_answer_is_refused_with_a_reason() {
    let deep = "[".repeat(200_000);
    for body in [
        "",
        "<html>",
        "{}x",
        "[1]",
        r#"{"data":{"allProducts":[]}}"#,
        r#"{"data":{"allProducts":{"nodes":5}}}"#,
        &deep,
    ] {
        let error = refused(well(body));
        assert!(matches!(error, ApiError::NoAnswer(_)), "{body:.40}: {error:?}");
    }
    assert_eq!(refused(well("{}")), ApiError::NotAllowed("allProducts".to_owned()));
    assert_eq!(refused(answer("404 Not Found", "", "gone")), ApiError::Status(404));
    assert_eq!(refused(answer("401 Unauthorized", "", "")), ApiError::Refused(401));
    assert_eq!(refused(Reply::Endless), ApiError::TooLarge(32 << 20));
    let unasked = r#"{"id":1,"name":"Zinc","archivedAt":null}"#;
    assert_eq!(refused(well_of(unasked)), ApiError::Lacking("productGroupByProductGroupId".to_owned()));
    // What nobody asked for may be as deep as it likes.
    let more = ONE.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(100_000), "]".repeat(100_000)), 1);
    let (found, ..) = asked(vec![well_of(&more)]);
    assert_eq!(found.unwrap().documents.len(), 1);
}

#[test]
fn nobody_is_followed_elsewhere() {
    let other = Faulty::start(vec![well_of(ONE)]);
    let moved = format!("location: {}\r\n", other.address());
    for status in ["301 Moved Permanently", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let error = refused(answer(status, &moved, ""));
        assert_eq!(error, ApiError::Elsewhere("127.0.0.1".to_owned()));
    }
    assert_eq!(other.count(), 0);
}

#[test]
fn a_cursor_that_does_not_move_ends_the_reading() {
    let same = page(ONE).replace("false", "true");
    let (found, faulty, _) = asked(vec![well(&same)]);
    assert_eq!(found, Err(ApiError::Stuck("allProducts".to_owned())));
    assert_eq!(faulty.count(), 2);
}

#[test]
fn a_list_that_is_cut_short_sets_its_document_aside() {
    let sources = program().sources_of_documents;
    let dimension = sources.into_iter().find(|source| source.object == "dimension").unwrap();
    let node = |total| {
        format!(
            r#"{{"id":{total},"name":"class","type":"custom","dimensionValuesByDimensionId":{{"nodes":[{{"id":1,"value":"A"}}],"totalCount":{total}}}}}"#
        )
    };
    let body = page(&format!("{},{}", node(1), node(2))).replace("allProducts", "allDimensions");
    let found = read_all(&api(&Faulty::start(vec![well(&body)]).address()), &[dimension]).unwrap();
    assert_eq!(found.documents.len(), 1);
    assert_eq!(found.set_aside, ["dimension 2 is not whole: Steelhead gives only a part of `values`"]);
}

#[test]
fn no_more_than_three_requests_are_on_their_way() {
    let late = Reply::Late(page(ONE), Duration::from_millis(150));
    let faulty = Faulty::start(vec![late]);
    let api = api(&faulty.address());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| read_all(&api, &[products()]).unwrap());
        }
    });
    assert_eq!(faulty.count(), 8);
    assert_eq!(faulty.at_once.load(std::sync::atomic::Ordering::SeqCst), 3);
}
