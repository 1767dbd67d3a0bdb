//! `/password`: another password of one's own.

use askama::Template;

use crate::connector::Password;
use crate::connector::service::{Check, Event};
use crate::language::t;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::people::chosen::chosen;
use crate::web::server::answer::{Done, Page, page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

/// Where it is.
pub const PATH: &str = "/password";

#[derive(Template)]
#[template(path = "own_password.html", config = "src/web/askama.toml")]
struct OwnPasswordPage<'v> {
    shell: Shell,
    name: &'v str,
    problem: Option<String>,
}

/// The form.
pub fn show(visit: &Visit) -> Result<Page, Trouble> {
    render(visit, None)
}

/// Sets the password. Who is signed in elsewhere with the old one is signed out.
pub fn set(visit: &Visit) -> Result<Done, Trouble> {
    if let Some(problem) = guessed(visit)? {
        return Ok(render(visit, Some(problem.to_owned()))?.again());
    }
    let hash = match chosen(&visit.form, &visit.person)? {
        Ok(hash) => hash,
        Err(problem) => return Ok(render(visit, Some(problem))?.again()),
    };
    let person = visit.person.id;
    if !visit.site.people.change_password(person, &hash, &visit.sign_in, visit.now)? {
        return Err(Trouble::NotFound);
    }
    // Open pages of the other sign-ins learn that those have ended.
    visit.site.news.tell();
    let words = t("Your password is changed. Other browsers in which you were signed in are signed out.");
    Ok(Done::nothing("/".to_owned(), words))
}

/// What is said if the present password is not the right one: a browser that was left open lets nobody take it over.
fn guessed(visit: &Visit) -> Result<Option<&'static str>, Trouble> {
    let name = &visit.person.name;
    let present = Password::from(visit.form.raw("present").unwrap_or_default());
    let stored = || Ok::<_, Trouble>(visit.site.people.person(name)?.and_then(|(_, hash)| hash));
    let (user_name, from) = (name.to_lowercase(), visit.sender);
    match visit.site.guard.check(&user_name, &present, from, stored)? {
        Check::Right => Ok(None),
        Check::Wrong => {
            (visit.site.journal)(&Event::WrongPassword { user_name, from });
            Ok(Some(t("Your present password is not right.")))
        }
        Check::Limited => {
            (visit.site.journal)(&Event::Limited { user_name, from });
            Ok(Some(t("Too many attempts. Please wait a minute and try again.")))
        }
    }
}

fn render(visit: &Visit, problem: Option<String>) -> Result<Page, Trouble> {
    page(&OwnPasswordPage {
        shell: visit.shell(t("Change your password"), visit.files.first()),
        name: &visit.person.name,
        problem,
    })
}
