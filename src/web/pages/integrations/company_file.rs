//! `/company-files/new`: another company file for the domain, and with it the first one of all.

use askama::Template;

use crate::connector::{NewConnection, NewConnectionError};
use crate::language::{marked, t, told};
use crate::people::AuditAction;
use crate::secrets::new_password;
use crate::sync::stored::StoreError;
use crate::web::ground::trouble::Trouble;
use crate::web::server::answer::{Done, NotedAct, Page, Then, page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

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

/// Which field something is wrong with.
#[derive(Clone, Copy)]
enum Field {
    Name,
    UserName,
    Path,
}

/// What is said of a name that another company file of this server has.
const TAKEN: &str = marked("This name is taken. Please choose another one.");

#[derive(Template)]
#[template(path = "company_file_made.html", config = "src/web/askama.toml")]
struct MadePage<'v> {
    shell: Shell,
    name: &'v str,
    user_name: &'v str,
    password: &'v str,
    at: String,
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
    let mut problems: Vec<(Field, String)> = new.problems().iter().filter_map(problem).collect();
    for known in visit.site.store.company_files()? {
        let is_same = |name: &str, other: &str| name.trim() == other;
        let taken = [
            (Field::Name, is_same(new.name, &known.made.name)),
            (Field::UserName, is_same(new.user_name(), &known.made.user_name)),
        ];
        problems.extend(
            taken.into_iter().filter(|(_, is_taken)| *is_taken).map(|(of, _)| (of, t(TAKEN).to_owned())),
        );
    }
    let password = new_password().map_err(Trouble::failed)?;
    let added = if problems.is_empty() {
        let made = new.made(&password).map_err(Trouble::failed)?;
        match visit.site.store.add_company_file(&made) {
            Ok(id) => Some((id, made)),
            Err(StoreError::Taken { what, .. }) => {
                let of = if what == "name" { Field::Name } else { Field::UserName };
                problems.push((of, t(TAKEN).to_owned()));
                None
            }
            Err(error) => return Err(error.into()),
        }
    } else {
        None
    };
    for (of, problem) in problems {
        let field = match of {
            Field::Name => &mut name,
            Field::UserName => &mut user_name,
            Field::Path => &mut path,
        };
        field.problem.get_or_insert(problem);
    }
    let Some((id, made)) = added else { return Ok(form(visit, name, user_name, path)?.again()) };
    let page = page(&MadePage {
        shell: visit.shell(t("Company file added"), None),
        name: &made.name,
        user_name: &made.user_name,
        password: password.expose(),
        at: format!("/c/{}", id.0),
    })?;
    Ok(Done {
        act: Some(NotedAct::new(AuditAction::AddCompanyFile, made.name.clone())),
        then: Then::Show(page),
    })
}

/// What is wrong with which field; nothing for what is no fault of who filled it in.
fn problem(error: &NewConnectionError) -> Option<(Field, String)> {
    let of = match error {
        NewConnectionError::Name("the name") => Field::Name,
        NewConnectionError::Name(_) => Field::UserName,
        NewConnectionError::Path(_) => Field::Path,
        NewConnectionError::Secret(_) | NewConnectionError::Random(_) => return None,
    };
    Some((of, Trouble::Wrong(told(error)).sentence()))
}

fn form(visit: &Visit, name: FormField, user_name: FormField, path: FormField) -> Result<Page, Trouble> {
    page(&NewPage {
        shell: visit.shell(t("Add a company file"), None),
        domain: &visit.person.domain,
        is_first: visit.files.is_empty(),
        name,
        user_name,
        path,
    })
}
