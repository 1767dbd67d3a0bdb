//! Pages over an empty store, and a browser without a script that visits them.

use ferrule::secrets::hash_password;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use ferrule::connector::SessionDesk;
use ferrule::connector::service::{Desk, Service};
use ferrule::people::{AuditAction, NewAuditEntry, NewPerson, PeopleStore as _, Role, Token};
use ferrule::store::{AnyStore, SqliteStore};
use ferrule::sync::session::{Limits, Rulebook, Rulebooks, Sessions};
use ferrule::sync::stored::{CompanyId, NewCompanyFile, Store as _};
use ferrule::web::{Cases, Origin, Site, pages};

use crate::loop_support::rulebook;
use crate::service_desk::{FakeDesk, config};
use crate::service_wire::{Reply, Wire};

/// The password of everybody.
pub const PASSWORD: &str = "a long enough secret";

/// The service with its pages.
pub struct Pages {
    pub store: Arc<AnyStore>,
    pub service: Service,
    pub site: Arc<Site>,
    _folder: Option<tempfile::TempDir>,
}

/// Somebody's browser.
pub struct Browser {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    /// The token of the form on the last page.
    pub token: String,
    /// Headers that it sends besides.
    pub headers: String,
}

pub fn open() -> Pages {
    open_with(|_| {})
}

/// With other rules than the default ones.
pub fn open_ruled(rules: impl Into<Rulebooks>) -> Pages {
    opened(rules, |_| {})
}

/// With these rules, and a Web Connector that may come.
pub fn open_joined(rules: Arc<Rulebook>) -> Pages {
    let desk = {
        let rules = rules.clone();
        move |store: &Arc<AnyStore>| -> Arc<dyn Desk> {
            let sessions = Sessions::new(store.clone(), rules, Limits::default());
            Arc::new(SessionDesk::new(sessions, Utc::now))
        }
    };
    opened_at(rules, desk, |_, _| {})
}

pub fn open_with(change: impl FnOnce(&mut Origin)) -> Pages {
    opened(rulebook(), |site| change(&mut site.origin))
}

/// Pages with cases beside their rules.
pub fn open_beside(cases: Cases) -> Pages {
    opened(rulebook(), |site| site.cases = cases)
}

/// Pages of a site that was changed, with its store at hand.
pub fn open_changed(change: impl FnOnce(&mut Site, &Arc<AnyStore>)) -> Pages {
    opened_at(rulebook(), |_| Arc::new(FakeDesk::default()), change)
}

/// Pages of one of several servers over a database.
pub fn open_over(store: Arc<AnyStore>) -> Pages {
    let desk = |store: &Arc<AnyStore>| -> Arc<dyn Desk> {
        let sessions = Sessions::new(store.clone(), rulebook(), Limits::default());
        Arc::new(SessionDesk::new(sessions, Utc::now))
    };
    opened_over(store, rulebook(), desk, |_, _| {})
}

fn opened(rules: impl Into<Rulebooks>, change: impl FnOnce(&mut Site)) -> Pages {
    opened_at(rules, |_| Arc::new(FakeDesk::default()), |site, _| change(site))
}

fn opened_at(
    rules: impl Into<Rulebooks>,
    desk: impl FnOnce(&Arc<AnyStore>) -> Arc<dyn Desk>,
    change: impl FnOnce(&mut Site, &Arc<AnyStore>),
) -> Pages {
    let folder = tempfile::tempdir().unwrap();
    let file = || SqliteStore::open(&folder.path().join("ferrule.db")).unwrap().into();
    let store: Arc<AnyStore> = Arc::new(crate::postgres::wanted().unwrap_or_else(file));
    Pages { _folder: Some(folder), ..opened_over(store, rules, desk, change) }
}

fn opened_over(
    store: Arc<AnyStore>,
    rules: impl Into<Rulebooks>,
    desk: impl FnOnce(&Arc<AnyStore>) -> Arc<dyn Desk>,
    change: impl FnOnce(&mut Site, &Arc<AnyStore>),
) -> Pages {
    let config = config();
    let origin = Origin::of(&config);
    let mut site = Site::new(store.clone(), rules, origin, Utc::now, config.journal.clone()).unwrap();
    change(&mut site, &store);
    let site = Arc::new(site);
    let service = Service::start_with(&config, desk(&store), pages(&site)).unwrap();
    Pages { store, service, site, _folder: None }
}

pub fn entry() -> NewAuditEntry {
    NewAuditEntry {
        at: Utc::now(),
        domain: "acme".to_owned(),
        company: None,
        person: "test".to_owned(),
        action: AuditAction::AddPerson,
        about: None,
        details: String::new(),
    }
}

impl Pages {
    pub fn company(&self, domain: &str, name: &str) -> CompanyId {
        let new = NewCompanyFile {
            domain: domain.to_owned(),
            name: name.to_owned(),
            user_name: format!("{name}-user"),
            password_hash: hash_password(&"old".into()).unwrap(),
            owner_id: "{0f1b1c1d-0000-4000-8000-000000000001}".to_owned(),
            file_id: "{0f1b1c1d-0000-4000-8000-000000000002}".to_owned(),
            path: None,
        };
        self.store.add_company_file(&new).unwrap()
    }

    /// A person of the domain `acme` with a link that is good for so long.
    pub fn invite(&self, name: &str, role: Role, life: TimeDelta) -> String {
        let new = NewPerson { domain: "acme".to_owned(), name: name.to_owned(), role };
        let link = Token::new().unwrap();
        self.store.add_person(&new, &link.hash(), Utc::now() + life, &entry()).unwrap();
        format!("/invite/{}", link.expose())
    }

    pub fn browser(&self) -> Browser {
        Browser::at(self.service.address())
    }

    /// The browser of somebody who is signed in.
    pub fn signed_in(&self, role: Role) -> Browser {
        let link = self.invite(&format!("{} of acme", role.name()), role, TimeDelta::hours(1));
        let mut browser = self.browser();
        browser.get(&link);
        let set = browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
        assert_eq!(set.status, 303, "{}", set.body);
        browser.get("/");
        browser
    }

    pub fn audit(&self) -> Vec<String> {
        let entries = self.store.audit("acme", None, 100).unwrap();
        entries
            .into_iter()
            .rev()
            .map(|it| format!("{}: {} {}", it.said.person, it.said.action.name(), it.said.details))
            .collect()
    }
}

impl Browser {
    /// A browser that visits another server.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), token: String::new(), headers: String::new() }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send(&format!("GET {path}"), "")
    }

    /// Sends a form with the token of the last page.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = self.form(fields);
        self.send(&format!("POST {path}"), &body)
    }

    /// Sends a form with the token of the last page, and gives the connection before there is an answer.
    pub fn post_only(&self, path: &str, fields: &[(&str, &str)]) -> Wire {
        self.sent(&format!("POST {path}"), &self.form(fields))
    }

    /// Sends a form as it is.
    pub fn post_plain(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(&format!("POST {path}"), &encoded(fields))
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        encoded(&[&[("token", self.token.as_str())], fields].concat())
    }

    fn sent(&self, what: &str, body: &str) -> Wire {
        self.sent_as(what, "application/x-www-form-urlencoded", body.as_bytes())
    }

    fn sent_as(&self, what: &str, media_type: &str, body: &[u8]) -> Wire {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut wire = Wire::to(self.address);
        let head = format!(
            "{what} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: {}\r\n{}Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
            cookies.join("; "),
            self.headers,
            body.len()
        );
        wire.send([head.as_bytes(), body].concat());
        wire
    }

    /// Sends a form with a file and the token of the last page.
    pub fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> Reply {
        let name = name.replace('"', "%22");
        let head = format!(
            "--part\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{}\r\n--part\r\nContent-Disposition: form-data; name=\"documents\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
            self.token
        );
        let body = [head.as_bytes(), bytes, b"\r\n--part--\r\n"].concat();
        let mut wire = self.sent_as(&format!("POST {path}"), "multipart/form-data; boundary=part", &body);
        wire.reply().unwrap()
    }

    pub fn send(&mut self, what: &str, body: &str) -> Reply {
        let reply = self.sent(what, body).reply().unwrap();
        for line in reply.head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some((_, rest)) = reply.body.split_once("name=\"token\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.token);
        }
        reply
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    fields.join("&")
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// Where a reply sends the browser.
pub fn location(reply: &Reply) -> &str {
    reply
        .head
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .unwrap_or_else(|| panic!("leads nowhere: {}", reply.head))
}
