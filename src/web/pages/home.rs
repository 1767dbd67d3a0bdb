//! `/`: the company files of a domain.

use askama::Template;

use crate::language::t;
use crate::people::Role;
use crate::sync::stored::CompanyFile;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations::company_file;
use crate::web::pages::set_up::page as set_up;
use crate::web::pages::todo::page as todo;
use crate::web::server::answer::{Page, page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "home.html", config = "src/web/askama.toml")]
struct HomePage<'v> {
    shell: Shell,
    domain: &'v str,
    files: &'v [CompanyFile],
}

/// The company files; with only one there is nothing to choose.
pub fn show(visit: &Visit) -> Result<Page, Trouble> {
    if let [file] = visit.files.as_slice() {
        return company(visit, file);
    }
    page(&HomePage {
        shell: visit.shell(t("Company files"), None),
        domain: &visit.person.domain,
        files: &visit.files,
    })
}

/// The first page of a company file: all that waits; for who sets it up, the steps of that until the Web Connector has
/// been there.
#[expect(clippy::unnecessary_wraps, reason = "it is a page like all others")]
pub fn company(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    let is_new = file.last_contact.is_none() && visit.may(Role::Administrator);
    Ok(Page::elsewhere(if is_new { set_up::path(file) } else { todo::path(file) }))
}
