//! `/c/{company}/people`: who may use the pages of the domain, and as what.

use askama::Template;
use chrono::TimeDelta;

use crate::language::{marked, t};
use crate::people::{Member, Role};
use crate::sync::stored::{CompanyFile, Moment};
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::Times;

/// A person counts as locked out for this long after the last refused attempt.
const LOCKED_OUT: TimeDelta = TimeDelta::minutes(30);

#[derive(Template)]
#[template(path = "people.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct PeoplePage<'v> {
    shell: Shell,
    times: Times,
    path: String,
    domain: &'v str,
    rows: Vec<PersonRow>,
    roles: [Role; 3],
    invite: InviteForm,
}

/// A person.
struct PersonRow {
    member: Member,
    /// Where what is done with this person is sent.
    at: String,
    kind: &'static str,
    word: &'static str,
    /// When an attempt was last refused, if that is not long ago.
    locked_at: Option<Moment>,
    /// The one who looks at it.
    is_self: bool,
    /// The domain has no other administrator.
    is_last: bool,
}

/// The form that invites somebody.
#[derive(Default)]
pub struct InviteForm {
    /// The name as it was given.
    pub name: String,
    /// The role as it was given.
    pub role: String,
    /// What is wrong with the name.
    pub name_problem: Option<String>,
    /// What is wrong with the role.
    pub role_problem: Option<String>,
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    render(visit, file, InviteForm { role: Role::Viewer.name().to_owned(), ..InviteForm::default() })
}

/// The page with that form.
pub fn render(visit: &Visit, file: &CompanyFile, invite: InviteForm) -> Result<Page, Trouble> {
    let domain = &visit.person.domain;
    let members = visit.site.people.members(domain, visit.now)?;
    let counts = |it: &&Member| it.person.role == Role::Administrator && it.person.has_password;
    let administrators = members.iter().filter(counts).count();
    let row = |member: Member| {
        let locked_at = member.refused_at.filter(|at| visit.now - *at < LOCKED_OUT);
        let (kind, word) = standing(&member, locked_at.is_some());
        PersonRow {
            kind,
            word,
            locked_at,
            is_self: member.person.id == visit.person.id,
            at: format!("{}/{}", path(file), member.person.id.0),
            is_last: administrators == 1 && counts(&&member),
            member,
        }
    };
    let page = PeoplePage {
        shell: visit.shell(t("People"), Some(file)),
        times: visit.times(file),
        path: path(file),
        domain,
        rows: members.into_iter().map(row).collect(),
        roles: Role::ALL,
        invite,
    };
    visit.show(&page, &page.as_inside())
}

fn standing(member: &Member, is_locked: bool) -> (&'static str, &'static str) {
    match (member.person.has_password, member.link_until) {
        (true, _) if is_locked => ("bad", marked("Locked out")),
        (true, _) if member.is_in => ("good", marked("Signed in")),
        (true, _) => ("idle", marked("Signed out")),
        (false, Some(_)) => ("busy", marked("Invited")),
        (false, None) => ("warn", marked("Link expired")),
    }
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("/c/{}/people", file.id.0)
}
