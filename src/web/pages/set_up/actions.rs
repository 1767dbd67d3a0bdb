//! What is done on the page itself: settings are saved or tried, documents are taken over.

use std::io::Cursor;
use std::sync::Arc;

use crate::language::t;
use crate::people::AuditAction;
use crate::rules::file::Scope;
use crate::steelhead::Chunks;
use crate::sync::stored::CompanyFile;
use crate::sync::{Loading, settings as kept};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::set_up::page::{Uploaded, path, render};
use crate::web::pages::settings::form::{accounts, entered, given, shown};
use crate::web::pages::settings::integration::save_from;
use crate::web::server::answer::{Done, NotedAct, Then};
use crate::web::server::visit::Visit;

/// The longest name of a file that is told, in characters.
const NAME: usize = 80;

/// Keeps what a step's form says; `preview` only shows what it comes to.
pub fn settings(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    if visit.form.raw("preview").is_none() {
        return save_from(visit, file, path(file), |before, given| {
            render(visit, file, before, entered(visit, given), None)
        });
    }
    let before = kept(visit.program(), file).map_err(Trouble::failed)?;
    let given = given(visit, Scope::Integration, &before, &accounts(visit, file)?);
    let page = render(visit, file, &before, entered(visit, &given), None)?;
    Ok(if given.problems.is_empty() { Done { act: None, then: Then::Show(page) } } else { page.again() })
}

/// Takes documents over from a file, as `ferrule load` does. Of a file that is no JSON nothing is kept.
pub fn documents(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let values = kept(visit.program(), file).map_err(Trouble::failed)?;
    let with = |file, uploaded| {
        render(visit, file, &values, |setting, value| (shown(setting, value), None), Some(uploaded))
    };
    let refused = |name: &str, why: String| Ok(with(file, Uploaded::refused(name, why))?.again());
    let Some(upload) = &visit.upload else {
        return refused("", t("Choose a file first.").to_owned());
    };
    let name: String = upload.name.chars().take(NAME).collect();
    let bytes: Arc<[u8]> = upload.bytes.as_slice().into();
    let chunks = || Chunks::read(name.as_str(), Cursor::new(bytes.clone()));
    if let Err(problem) = Loading::check(chunks(), |_| {}) {
        return refused(&name, problem.to_string());
    }
    let store = &*visit.site.store;
    let loading = Loading { program: visit.program(), store, file, now: visit.now };
    let report = loading.whole(chunks())?;
    if report.handled() == 0 {
        return refused(&name, t("There are no documents in it.").to_owned());
    }
    let uploaded = Uploaded::of(&name, &report);
    let act = NotedAct::new(AuditAction::LoadDocuments, format!("{name}: {}", uploaded.words()));
    // Its documents are counted as they are now.
    let page = with(&store.company_file(file.id)?, uploaded)?;
    Ok(Done { act: Some(act), then: Then::Show(page) })
}
