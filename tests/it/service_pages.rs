//! What a browser sees.

use crate::service_desk::{config, front};
use crate::service_wire::Wire;

#[test]
fn there_is_a_page_a_description_and_a_sign_of_life() {
    let front = front(&[], config());
    let mut wire = Wire::to(front.service.address());
    let mut get = |what: &str| wire.send(format!("{what} HTTP/1.1\r\nHost: a\r\n\r\n")).reply().unwrap();
    let page = get("GET /qbwc");
    assert!(page.status == 200 && page.head.contains("content-type: text/html"), "{page:?}");
    let port = front.service.address().port();
    let location = format!("location=\"http://localhost:{port}/qbwc\"");
    for question in ["GET /qbwc?wsdl", "GET /qbwc?WSDL", "GET /qbwc/?wsdl"] {
        get(question).expect(200, &location);
    }
    let alive = get("GET /healthz");
    assert_eq!((alive.status, alive.body.as_str()), (200, "ok\n"));
    assert_eq!(get("GET /").status, 404);
    assert_eq!(get("PUT /qbwc").status, 405);
}
