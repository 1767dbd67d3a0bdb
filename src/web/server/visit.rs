//! One request of a person, after everything about it was checked.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;

use crate::people::{AuditAction, NewAuditEntry, Person, Role, TokenHash};
use crate::rules::Program;
use crate::rules::program::List;
use crate::sync::session::{RuleSet, Rulebook};
use crate::sync::stored::{CompanyFile, Moment};
use crate::sync::time_zone;
use crate::web::ground::fields::Fields;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::{Page, page};
use crate::web::server::message::{Click, Did, Message};
use crate::web::server::shell::{Shell, waits};
use crate::web::server::site::Site;
use crate::web::views::{CompanyView, Patience};
use crate::web::words::when::Times;

/// A file that a person has sent.
pub struct Upload {
    /// Its name, as the browser says.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// One request of a person who is signed in and may do what it asks.
pub struct Visit {
    /// Everything the pages stand on.
    pub site: Arc<Site>,
    /// The rule set of the person's domain.
    pub set: Arc<RuleSet>,
    /// The rules of the company file that the path names; those without layers, if it names none.
    pub rules: Arc<Rulebook>,
    /// Who asks.
    pub person: Person,
    /// The sign-in by which.
    pub sign_in: TokenHash,
    /// From where.
    pub sender: IpAddr,
    /// The company files of the person's domain, by name.
    pub files: Vec<CompanyFile>,
    /// The time of the request.
    pub now: Moment,
    /// The path that was asked for, without its query.
    pub path: String,
    /// What stands in the path's braces.
    pub names: BTreeMap<String, String>,
    /// What stands after the path's question mark.
    pub query: Fields,
    /// A form was sent.
    pub is_form: bool,
    /// What a form carries; empty for a page.
    pub form: Fields,
    /// The file that a form carries.
    pub upload: Option<Upload>,
    /// Only the inside of the page is wanted: a script puts it in place.
    pub is_fragment: bool,
    /// What every form must carry.
    pub form_token: String,
    /// The path with its query.
    pub here: String,
    /// What the last action said.
    pub message: Option<Message>,
    /// The host that the browser asked, with its port.
    pub host: String,
}

impl Visit {
    /// The lists of a company file. The first of all, after a start, are not waited for by somebody who opens a page;
    /// that comes again by itself. A part of a page waits, and so does whoever changes something.
    ///
    /// # Errors
    /// Those of [`Views::get`](crate::web::views::Views::get).
    pub fn view(&self, file: &CompanyFile, patience: Patience) -> Result<Arc<CompanyView>, Trouble> {
        let opens = patience == Patience::Short && !self.is_fragment && !self.is_form;
        self.site.views.get(file, patience, self.site.first_view.filter(|_| opens))
    }

    /// What this click does with a document of a list, or with several: then `id` is empty.
    pub fn click(&self, did: Did, list: &List, id: &str) -> Click {
        Click { did, at: self.now.timestamp_millis(), list: list.path.clone(), id: id.to_owned() }
    }

    /// The rules.
    pub fn program(&self) -> &Program {
        &self.rules.program
    }

    /// The rules of a company file, whether the path names it or another one.
    ///
    /// # Errors
    /// [`Trouble::Rules`], if its layers do not fit.
    pub fn rules_of(&self, file: &CompanyFile) -> Result<Arc<Rulebook>, Trouble> {
        Ok(self.set.of(file)?)
    }

    /// What stands in the path's braces of that name.
    pub fn name(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    /// Whether the person may do what that role may.
    pub fn may(&self, role: Role) -> bool {
        self.person.role >= role
    }

    /// What stands around a page of that name, of a company file if it is about one.
    pub fn shell(&self, title: &str, file: Option<&CompanyFile>) -> Shell {
        Shell::of(self, title, file)
    }

    /// How moments are shown on a page of that company file: in its domain's time zone.
    pub fn times(&self, file: &CompanyFile) -> Times {
        Times { now: self.now, zone: time_zone(Some(self.program()), file).unwrap_or_default() }
    }

    /// Answers with a whole page, or only with its inside if a script asked for that.
    ///
    /// # Errors
    /// [`Trouble::Failed`], if the template fails.
    pub fn show(&self, whole: &impl Template, inside: &impl Template) -> Result<Page, Trouble> {
        if !self.is_fragment {
            return page(whole);
        }
        let file = self.files.iter().find(|file| file.id.0.to_string() == self.name("company"));
        let waits = file.map_or(0, |file| waits(self, file));
        Ok(page(inside)?.with_waits(waits))
    }

    /// The address of the pages, without a slash at its end: that of the service as it is configured, else
    /// the one by which the browser came.
    pub fn address(&self) -> String {
        let origin = &self.site.origin;
        let scheme = if origin.is_secure { "https" } else { "http" };
        let reached = || format!("{scheme}://{}", self.host);
        origin.service_url.as_ref().map_or_else(reached, |url| url.pages().to_owned())
    }

    /// An entry of the audit about what this person does now.
    pub fn entry(&self, file: Option<&CompanyFile>, action: AuditAction, details: String) -> NewAuditEntry {
        NewAuditEntry {
            at: self.now,
            domain: self.person.domain.clone(),
            company: file.map(|file| file.id),
            person: self.person.name.clone(),
            action,
            about: None,
            details,
        }
    }
}
