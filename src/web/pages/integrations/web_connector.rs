//! The Web Connector's file and password.

use crate::secrets::{self, hash_made_password};
use askama::Template;

use crate::connector::{Qwc, SERVICE_PATH};
use crate::language::{say, t};
use crate::people::AuditAction;
use crate::sync::import_every;
use crate::sync::stored::CompanyFile;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations::page as integrations;
use crate::web::pages::set_up::page as set_up;
use crate::web::server::answer::{Done, NotedAct, Then, page};
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;

#[derive(Template)]
#[template(path = "password.html", config = "src/web/askama.toml")]
struct PasswordPage<'v> {
    shell: Shell,
    back: String,
    user_name: &'v str,
    password: &'v str,
}

/// Makes a new password, which is shown once.
pub fn new_password(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let password = secrets::new_password().map_err(Trouble::failed)?;
    let hash = hash_made_password(&password).map_err(Trouble::failed)?;
    let page = page(&PasswordPage {
        shell: visit.shell(t("New password"), Some(file)),
        back: if visit.form.get("from") == "set-up" { set_up::path(file) } else { integrations::path(file) },
        user_name: &file.made.user_name,
        password: password.expose(),
    })?;
    visit.site.store.set_password_hash(file.id, &hash)?;
    Ok(Done { act: Some(NotedAct::new(AuditAction::NewPassword, String::new())), then: Then::Show(page) })
}

/// The `.qwc` file.
pub fn save_qwc(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let url = url(visit);
    let every = import_every(Some(visit.program()), file);
    let qwc = Qwc::of(&file.made, &url, Some(every)).map_err(Trouble::failed)?;
    let bytes = qwc.to_xml().map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Trouble::Wrong(say!(
            "the Web Connector would not accept the file: {problems}",
            problems = problems.join("; ")
        ))
    })?;
    visit.site.store.note_qwc(file.id, every.num_minutes())?;
    let name = format!("{}.qwc", file.made.user_name);
    let then = Then::Save { name, media_type: "application/octet-stream", bytes };
    Ok(Done { act: Some(NotedAct::new(AuditAction::DownloadQwc, url)), then })
}

/// The address of the service: the one that was configured, else the one by which the browser came.
fn url(visit: &Visit) -> String {
    let configured = visit.site.origin.service_url.as_ref();
    configured.map_or_else(|| format!("{}{SERVICE_PATH}", visit.address()), ToString::to_string)
}
