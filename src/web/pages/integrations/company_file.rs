//! `/company-files/new`: another company file for the domain, and with it the first one of all.

use askama::Template;

use crate::connector::{NewConnection, NewConnectionError};
use crate::people::AuditAction;
use crate::secrets::new_password;
use crate::sync::stored::StoreError;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::{Done, NotedAct, Page, Then, page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::meaning::quoted;

/// Where the page is.
pub const PATH: &str = "/company-files/new";

#[derive(Template)]
#[template(path = "company_file.html", config = "src/web/askama.toml")]
struct NewPage<'v> {
    shell: Shell,
    domain: &'v str,
    is_first: bool,
    name: FormField,
    user_name: FormField,
    path: FormField,
}

/// A field of the form: what it holds, and what is wrong with that.
#[derive(Default)]
struct FormField {
    text: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "company_file_made.html", config = "src/web/askama.toml")]
struct MadePage<'v> {
    shell: Shell,
    name: &'v str,
    user_name: &'v str,
    password: &'v str,
    next: String,
}

/// The form.
pub fn show(visit: &Visit) -> Result<Page, Trouble> {
    form(visit, FormField::default(), FormField::default(), FormField::default())
}

/// Keeps the company file, and shows its Web Connector's password this once.
pub fn add(visit: &Visit) -> Result<Done, Trouble> {
    let field = |name| FormField { text: visit.form.get(name).to_owned(), problem: None };
    let (mut name, mut user_name, mut path) = (field("name"), field("user_name"), field("path"));
    let domain = &visit.person.domain;
    let new = NewConnection { domain, name: &name.text, user_name: &user_name.text, path: &path.text };
    let password = new_password().map_err(Trouble::failed)?;
    let made = match new.made(&password) {
        Ok(made) => made,
        Err(error) => {
            let problem = Some(Trouble::Wrong(quoted(&error.to_string())).sentence());
            match error {
                NewConnectionError::Name("the name") => name.problem = problem,
                NewConnectionError::Name(_) => user_name.problem = problem,
                NewConnectionError::Path(_) => path.problem = problem,
                other => return Err(Trouble::failed(other)),
            }
            return Ok(form(visit, name, user_name, path)?.again());
        }
    };
    let id = match visit.site.store.add_company_file(&made) {
        Ok(id) => id,
        Err(StoreError::Taken { what, .. }) => {
            let taken = if what == "name" { &mut name } else { &mut user_name };
            taken.problem = Some("This name is taken. Please choose another one.".to_owned());
            return Ok(form(visit, name, user_name, path)?.again());
        }
        Err(error) => return Err(error.into()),
    };
    let page = page(&MadePage {
        shell: visit.shell("Company file added", None),
        name: &made.name,
        user_name: &made.user_name,
        password: password.expose(),
        next: format!("/c/{}/integrations", id.0),
    })?;
    Ok(Done {
        act: Some(NotedAct::new(AuditAction::AddCompanyFile, made.name.clone())),
        then: Then::Show(page),
    })
}

fn form(visit: &Visit, name: FormField, user_name: FormField, path: FormField) -> Result<Page, Trouble> {
    page(&NewPage {
        shell: visit.shell("Add a company file", None),
        domain: &visit.person.domain,
        is_first: visit.files.is_empty(),
        name,
        user_name,
        path,
    })
}
