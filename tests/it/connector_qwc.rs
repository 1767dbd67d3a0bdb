//! The file that is opened in the Web Connector.

use std::num::NonZeroU32;

use ferrule::connector::{Guid, Qwc, QwcError, ServiceUrl, UrlProblem};
use proptest::prelude::*;

fn shop() -> Qwc {
    Qwc {
        app_name: "Ferrule: R&D Plating".into(),
        app_id: String::new(),
        app_url: "https://books.example.com/qbwc".into(),
        app_description: "Zoë's shop".into(),
        app_support: "https://books.example.com/help?a=1&b=2".into(),
        user_name: "shop-1".into(),
        owner_id: "{90a44fb7-33d9-4815-ac85-ac86a7e7d1eb}".parse().unwrap(),
        file_id: "57F3B9B6-86F1-4FCC-B1EE-566DE1813D20".parse().unwrap(),
        run_every_minutes: NonZeroU32::new(10),
    }
}

#[test]
fn the_file_has_the_elements_in_their_usual_order() {
    let file = String::from_utf8(shop().to_xml().unwrap()).unwrap();
    insta::assert_snapshot!(file, @r#"
    <?xml version="1.0"?>
    <QBWCXML>
      <AppName>Ferrule: R&amp;D Plating</AppName>
      <AppID></AppID>
      <AppURL>https://books.example.com/qbwc</AppURL>
      <AppDescription>Zo&#235;&apos;s shop</AppDescription>
      <AppSupport>https://books.example.com/help?a=1&amp;b=2</AppSupport>
      <UserName>shop-1</UserName>
      <OwnerID>{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}</OwnerID>
      <FileID>{57F3B9B6-86F1-4FCC-B1EE-566DE1813D20}</FileID>
      <QBType>QBFS</QBType>
      <Scheduler>
        <RunEveryNMinutes>10</RunEveryNMinutes>
      </Scheduler>
      <IsReadOnly>false</IsReadOnly>
    </QBWCXML>
    "#);
    let unscheduled = Qwc { run_every_minutes: None, ..shop() };
    let file = String::from_utf8(unscheduled.to_xml().unwrap()).unwrap();
    assert!(!file.contains("Scheduler") && file.contains("<QBType>QBFS</QBType>\n  <IsReadOnly>"));
}

#[test]
fn localhost_may_do_without_https() {
    for (service, support) in [
        ("http://localhost:8080/qbwc", "http://LOCALHOST/"),
        ("http://localhost:8080/qbwc", "https://localhost:8443/help"),
        ("HTTPS://Books.Example.com/qbwc", "https://books.example.com:8443"),
    ] {
        let qwc = Qwc { app_url: service.into(), app_support: support.into(), ..shop() };
        assert_eq!(qwc.problems(), [], "{service}");
    }
    assert!("http://localhost".parse::<ServiceUrl>().unwrap().is_localhost());
    assert!(!"https://localhost.example.com".parse::<ServiceUrl>().unwrap().is_localhost());
}

#[test]
fn what_the_web_connector_would_refuse_is_refused_with_its_code() {
    type Spoil = fn(&mut Qwc);
    let table: [(Spoil, Option<&str>, &str); 19] = [
        (|q| q.app_url = "http://books.example.com/qbwc".into(), Some("QBWC1010"), "is not https"),
        (|q| q.app_url = "https://192.0.2.7/qbwc".into(), Some("QBWC1001"), "is an IP address"),
        (|q| q.app_url = "http://127.0.0.1/qbwc".into(), Some("QBWC1001"), "is an IP address"),
        (|q| q.app_url = "https://[::1]:8443/qbwc".into(), Some("QBWC1001"), "is an IP address"),
        (|q| q.app_support = "https://192.0.2.7/".into(), Some("QBWC1002"), "is an IP address"),
        (|q| q.app_support = "https://www.example.com/".into(), Some("QBWC1000"), "books.example.com"),
        (|q| q.app_support = "http://books.example.com/".into(), None, "is not https"),
        (|q| q.app_url = "books.example.com/qbwc".into(), None, "is not a URL"),
        (|q| q.app_url = String::new(), None, "is not a URL"),
        (|q| q.app_url = "https://books.example.com/".into(), None, "does not end in `/qbwc`"),
        (|q| q.app_url = "https://qbwc".into(), None, "does not end in `/qbwc`"),
        (|q| q.app_url = "https://books.example.com/qbwc/more".into(), None, "does not end in `/qbwc`"),
        (|q| q.app_url = "https://books.example.com/?at=/qbwc".into(), None, "does not end in `/qbwc`"),
        (|q| q.app_support = "https://books.example.com@evil.example/".into(), None, "is not a URL"),
        (|q| q.app_name = " ".into(), None, "AppName is empty"),
        (|q| q.user_name = String::new(), None, "UserName is empty"),
        (|q| q.app_description = String::new(), None, "AppDescription is empty"),
        (|q| q.app_description = "é".repeat(81), None, "81 characters, and may have at most 80"),
        (|q| q.app_name = "a\nb".into(), None, "control characters"),
    ];
    for (spoil, code, part) in table {
        let mut qwc = shop();
        spoil(&mut qwc);
        let problems = qwc.to_xml().unwrap_err();
        let [problem] = problems.as_slice() else {
            panic!("{problems:?}");
        };
        let message = problem.to_string();
        assert_eq!(problem.code(), code, "{message}");
        assert!(message.contains(part), "{message}");
        assert!(code.is_none_or(|code| message.contains(code)), "{message}");
        assert_eq!(problem.explanation().map(|entry| entry.code.as_str()), code);
    }
    let all = Qwc { app_name: String::new(), app_url: "x".into(), app_support: "y".into(), ..shop() };
    assert_eq!(all.problems().len(), 3);
    assert_eq!(
        all.problems().last().unwrap(),
        &QwcError::Url { element: "AppSupport", url: "y".into(), problem: UrlProblem::NotAUrl }
    );
    let full = Qwc { app_description: "é".repeat(80), ..shop() };
    assert_eq!(full.problems(), []);
}

#[test]
fn addresses_are_told_from_names_however_they_are_written() {
    for url in [
        "https://2130706433",
        "https://127.1",
        "https://0x7f.1/",
        "https://0x7f000001",
        "https://a.0x",
        "https://1.2.3.4:443",
    ] {
        assert_eq!(url.parse::<ServiceUrl>(), Err(UrlProblem::IpAddress), "{url}");
    }
    for url in [
        "https://",
        "https:///x",
        "https:/a.example",
        "ftp://a.example",
        "//a.example",
        "https://a..example",
        "https://a.example.",
        "https://-a.example",
        "https://a_b.example",
        "https://a.example:0",
        "https://a.example:65536",
        "https://a.example:+1",
        "https://a.example:",
        "https://a.example:1:2",
        "https://ü.example",
        "https://a.example/ü",
        "https://a.example/a b",
        "https://a.example/\"",
        "https://a.example\\@b.example",
        "https://a%2eexample",
        " https://a.example",
    ] {
        assert_eq!(url.parse::<ServiceUrl>(), Err(UrlProblem::NotAUrl), "{url}");
    }
    for url in [
        "https://1a.example.x2",
        "https://a.0xg",
        "https://xn--bcher-kva.example",
        "https://a.example#b",
        "https://a?b",
    ] {
        assert!(url.parse::<ServiceUrl>().is_ok(), "{url}");
    }
}

#[test]
fn what_is_no_guid_is_refused() {
    for text in [
        "",
        "{}",
        "0",
        "{00000000-0000-0000-0000-000000000000}",
        "{90A44FB7-33D9-4815-AC85-AC86A7E7D1E}",
        "{90A44FB733D94815AC85AC86A7E7D1EB}",
        "{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB",
        "(90A44FB7-33D9-4815-AC85-AC86A7E7D1EB)",
        "{90A44FB7-33D9-4815-AC85-AC86A7E7D1EG}",
        "{+0A44FB7-33D9-4815-AC85-AC86A7E7D1EB}",
        "90A44FB-733D9-4815-AC85-AC86A7E7D1EB",
    ] {
        assert!(text.parse::<Guid>().is_err(), "{text}");
    }
    let random = Guid::from_random_bytes([0; 16]).to_string();
    assert_eq!(random, "{00000000-0000-4000-8000-000000000000}");
    let random = Guid::from_random_bytes([0xFF; 16]).to_string();
    assert_eq!(random, "{FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF}");
}

proptest! {
    #[test]
    fn a_guid_is_read_as_it_was_written(bytes in any::<[u8; 16]>()) {
        let guid = Guid::from_random_bytes(bytes);
        prop_assert_eq!(guid.to_string().parse::<Guid>().unwrap(), guid);
        prop_assert_eq!(guid.to_string().to_lowercase().parse::<Guid>().unwrap(), guid);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), url in "[hps:/.@0-9a-x\\[\\]?#-]{0,30}") {
        let _ = (text.parse::<Guid>(), text.parse::<ServiceUrl>(), url.parse::<ServiceUrl>());
        let qwc = Qwc { app_name: text.clone(), app_url: url, app_description: text, ..shop() };
        if let Ok(file) = qwc.to_xml() {
            prop_assert!(file.is_ascii());
        }
    }
}
