//! `.qwc` files, as the Web Connector takes and refuses them.

use std::num::NonZeroU32;

use ferrule::connector::Qwc;
use ferrule::simulator::{Application, QwcProblem};

fn file(edit: impl Fn(String) -> String) -> Result<Application, QwcProblem> {
    let text = "<?xml version=\"1.0\"?><QBWCXML><AppName>Shop &amp; Co</AppName><AppID/><AppURL>https://books.example.com:8443/qbwc\
                </AppURL><AppDescription>Invoices</AppDescription><AppSupport>https://books.example.com/help</AppSupport>\
                <UserName>shop</UserName><OwnerID>{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}</OwnerID>\
                <FileID>{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}</FileID><QBType>QBFS</QBType>\
                <Scheduler><RunEveryNMinutes>15</RunEveryNMinutes></Scheduler><IsReadOnly>false</IsReadOnly></QBWCXML>";
    Application::from_qwc(&edit(text.to_owned()))
}

#[test]
fn a_file_is_read() {
    let application = file(|text| text).unwrap();
    assert_eq!(application.name, "Shop & Co");
    assert_eq!(application.url, "https://books.example.com:8443/qbwc");
    assert_eq!(application.user_name, "shop");
    assert_eq!(application.run_every_seconds, Some(900));
    let seconds = file(|text| {
        text.replace(
            "<RunEveryNMinutes>15</RunEveryNMinutes>",
            "<RunEveryNSeconds>40</RunEveryNSeconds><RunEveryNMinutes>2</RunEveryNMinutes>",
        )
    });
    assert_eq!(seconds.unwrap().run_every_seconds, Some(40), "the first wins");
    let without = |text: String| {
        let (before, rest) = text.split_once("<Scheduler>").unwrap();
        format!("{before}{}", rest.split_once("</Scheduler>").unwrap().1)
    };
    assert_eq!(file(without).unwrap().run_every_seconds, None);
}

#[test]
fn our_own_files_are_taken() {
    let qwc = Qwc {
        app_name: "Ferrule".to_owned(),
        app_id: String::new(),
        app_url: "http://localhost:8080/qbwc".to_owned(),
        app_description: "Steelhead and QuickBooks".to_owned(),
        app_support: "http://localhost:8080/help".to_owned(),
        user_name: "shop-1".to_owned(),
        owner_id: "{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}".parse().unwrap(),
        file_id: "{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}".parse().unwrap(),
        run_every_minutes: NonZeroU32::new(5),
    };
    let file = String::from_utf8(qwc.to_xml().unwrap()).unwrap();
    let application = Application::from_qwc(&file).unwrap();
    assert_eq!(application.url, qwc.app_url);
    assert_eq!(application.run_every_seconds, Some(300));
    assert_eq!(application.identity, Some((qwc.owner_id.to_string(), qwc.file_id.to_string())));
}

#[test]
fn files_are_refused_as_the_web_connector_does() {
    let refused = |from: &str, to: &str| file(|text| text.replace(from, to)).unwrap_err().to_string();
    let host = "https://books.example.com";
    for (from, to, expected) in [
        ("https://books.example.com/help", "https://www.example.com/help", "QBWC1000: "),
        (host, "https://192.0.2.7", "QBWC1001: "),
        ("https://books.example.com/help", "https://[2001:db8::1]/help", "QBWC1002: "),
        (host, "http://books.example.com", "QBWC1010: "),
        ("Shop &amp; Co", "", "AppName is missing"),
        ("<UserName>shop</UserName>", "", "UserName is missing"),
        ("{57F3B9B6", "57F3B9B6", "FileID cannot be `57F3B9B6-"),
        ("QBFS", "QBPOS", "QBType cannot be `QBPOS`"),
        (">15<", ">0<", "RunEveryNMinutes cannot be `0`"),
        ("QBWCXML", "QBWC", "this is no `.qwc` file"),
        ("</UserName>", "", "this is no `.qwc` file"),
        (host, "books.example.com", "AppURL cannot be `books.example.com"),
    ] {
        let message = refused(from, to);
        assert!(message.starts_with(expected), "{from} -> {to}: {message}");
    }
}
