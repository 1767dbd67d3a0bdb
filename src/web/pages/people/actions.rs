//! What people do from the page of people. Each action is one use case, which writes its own audit.

use askama::Template;

use crate::language::{say, t, told};
use crate::people::{AuditAction, Change, LINK_LIFE, Member, NewAuditEntry, NewPerson, Role, Token};
use crate::sync::stored::{CompanyFile, StoreError};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::people::page::{InviteForm, path, render};
use crate::web::server::answer::{Done, Then, page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "link.html", config = "src/web/askama.toml")]
struct LinkPage<'v> {
    shell: Shell,
    back: String,
    name: &'v str,
    link: String,
    /// Whether it replaces a password.
    is_new: bool,
}

/// Invites somebody, by a link that is shown once.
pub fn invite(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let (name, role) = (visit.form.get("name"), visit.form.get("role"));
    let mut form = InviteForm { name: name.to_owned(), role: role.to_owned(), ..InviteForm::default() };
    let wanted = Role::named(role);
    if wanted.is_none() {
        form.role_problem = Some(t("Please choose a role.").to_owned());
    }
    let new = NewPerson::called(name, wanted.unwrap_or(Role::Viewer), visit.person.domain.clone());
    if let Err(error) = &new {
        form.name_problem = Some(Trouble::Wrong(told(error)).sentence());
    }
    let (Some(_), Ok(new)) = (wanted, new) else {
        return Ok(render(visit, file, form)?.again());
    };
    let link = Token::new().map_err(Trouble::failed)?;
    let entry = entry(visit, AuditAction::AddPerson, format!("{}, {}", new.name, new.role.name()));
    match visit.site.people.add_person(&new, &link.hash(), visit.now + LINK_LIFE, &entry) {
        Ok(_) => shown_once(visit, file, &new.name, &link, true),
        Err(StoreError::PersonTaken(_)) => {
            form.name_problem = Some(t("This name is taken. Please choose another one.").to_owned());
            Ok(render(visit, file, form)?.again())
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives somebody a new link, for a password that was lost.
pub fn link(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let member = member(visit)?;
    let link = Token::new().map_err(Trouble::failed)?;
    let (id, until) = (member.person.id, visit.now + LINK_LIFE);
    let entry = entry(visit, AuditAction::NewLink, member.person.name.clone());
    if !visit.site.people.renew_link(id, &link.hash(), until, &entry)? {
        return Err(Trouble::NotFound);
    }
    shown_once(visit, file, &member.person.name, &link, false)
}

fn shown_once(
    visit: &Visit,
    file: &CompanyFile,
    name: &str,
    link: &Token,
    is_new: bool,
) -> Result<Done, Trouble> {
    let page = page(&LinkPage {
        shell: visit.shell(t("One-time link"), Some(file)),
        back: path(file),
        name,
        link: format!("{}/invite/{}", visit.address(), link.expose()),
        is_new,
    })?;
    Ok(Done { act: None, then: Then::Show(page) })
}

/// Gives somebody another role.
pub fn role(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let member = member(visit)?;
    let (name, before) = (&member.person.name, member.person.role);
    let role = Role::named(visit.form.get("role"));
    let role = role.ok_or_else(|| Trouble::Wrong(t("the form names no role").to_owned()))?;
    if visit.form.get("seen") != before.name() {
        return Err(Trouble::Conflict(say!(
            "somebody else changed the role of {name} to {before} in the meantime",
            name,
            before = t(before.name())
        )));
    }
    if role == before {
        return Ok(Done::nothing(
            path(file),
            say!("The role of {name} is already {role}.", name, role = t(role.name())),
        ));
    }
    let entry =
        entry(visit, AuditAction::ChangeRole, format!("{name}: {} -> {}", before.name(), role.name()));
    let change = visit.site.people.set_role(member.person.id, role, &entry)?;
    changed(change, path(file), say!("The role of {name} is now {role}.", name, role = t(role.name())))
}

/// Takes somebody's access away.
pub fn withdraw(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let member = member(visit)?;
    let name = &member.person.name;
    let change = visit
        .site
        .people
        .remove_person(member.person.id, &entry(visit, AuditAction::RemovePerson, name.clone()))?;
    // Their open pages learn that the sign-in has ended.
    visit.site.news.tell();
    changed(change, path(file), say!("{name} can no longer sign in.", name))
}

/// Lets somebody try the password again.
pub fn unlock(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let member = member(visit)?;
    visit.site.guard.unlock(&member.person.name.to_lowercase())?;
    visit.site.people.note_refused_person(member.person.id, None)?;
    visit.site.people.note(&entry(visit, AuditAction::UnlockPerson, member.person.name.clone()))?;
    Ok(Done::nothing(path(file), say!("{person} can try the password again.", person = member.person.name)))
}

fn changed(change: Change, to: String, words: String) -> Result<Done, Trouble> {
    match change {
        Change::Made => Ok(Done::nothing(to, words)),
        Change::NoSuchPerson => Err(Trouble::NotFound),
        Change::LastAdministrator => Err(Trouble::Conflict(
            t("the domain has no other administrator; give somebody else that role first").to_owned(),
        )),
    }
}

/// The person of the domain whom the path names.
fn member(visit: &Visit) -> Result<Member, Trouble> {
    let id: Option<i64> = visit.name("person").parse().ok();
    let mut all = visit.site.people.members(&visit.person.domain, visit.now)?.into_iter();
    all.find(|member| Some(member.person.id.0) == id).ok_or(Trouble::NotFound)
}

/// People belong to the domain, whichever company file's page was open.
fn entry(visit: &Visit, action: AuditAction, details: String) -> NewAuditEntry {
    visit.entry(None, action, details)
}
