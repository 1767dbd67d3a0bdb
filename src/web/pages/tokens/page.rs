//! `/c/{company}/integrations/tokens`: which programs may use the HTTP API for the domain, and for what.

use std::collections::BTreeSet;

use askama::Template;

use crate::language::{marked, t};
use crate::people::{ApiToken, LONGEST_NAME, Scope};
use crate::sync::stored::CompanyFile;
use crate::web::ground::trouble::Trouble;
use crate::web::pages::integrations;
use crate::web::server::answer::Page;
use crate::web::server::shell::Shell;
use crate::web::server::visit::Visit;
use crate::web::words::filters;
use crate::web::words::when::Times;

/// For how many days a token may be good, as a form says it; nothing is until it is withdrawn.
pub const LIVES: [(&str, &str); 4] = [
    ("", marked("Until it is withdrawn")),
    ("30", marked("30 days")),
    ("90", marked("90 days")),
    ("365", marked("One year")),
];

#[derive(Template)]
#[template(path = "tokens.html", config = "src/web/askama.toml", blocks = ["inside"])]
struct TokensPage<'v> {
    shell: Shell,
    times: Times,
    path: String,
    back: String,
    domain: &'v str,
    /// Where programs call.
    api: String,
    rows: Vec<TokenRow>,
    form: TokenForm,
    /// The name of a token that was made just now, with the token itself, which is shown once.
    made: Option<(String, String)>,
}

/// A token.
struct TokenRow {
    token: ApiToken,
    /// Whether it is good for anything.
    is_good: bool,
}

/// The form that makes a token.
#[derive(Default)]
pub struct TokenForm {
    /// The name as it was given.
    pub name: String,
    /// What the token is to be allowed.
    pub scopes: BTreeSet<Scope>,
    /// For how many days it is to be good, as it was given.
    pub days: String,
    /// What is wrong with the name.
    pub name_problem: Option<String>,
    /// What is wrong with what it is to be allowed.
    pub scopes_problem: Option<String>,
    /// What is wrong with the days.
    pub days_problem: Option<String>,
}

impl TokenForm {
    /// What a form says.
    pub fn sent(visit: &Visit) -> Self {
        let form = &visit.form;
        Self {
            name: form.get("name").to_owned(),
            scopes: form.all("scope").filter_map(Scope::named).collect(),
            days: form.get("days").to_owned(),
            ..Self::default()
        }
    }

    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        self.name_problem.is_some() || self.scopes_problem.is_some() || self.days_problem.is_some()
    }
}

/// The page.
pub fn show(visit: &Visit, file: &CompanyFile) -> Result<Page, Trouble> {
    render(visit, file, TokenForm::default(), None)
}

/// The page with what was entered, or with a token that was made just now: its name and itself.
pub fn render(
    visit: &Visit,
    file: &CompanyFile,
    form: TokenForm,
    made: Option<(String, String)>,
) -> Result<Page, Trouble> {
    let domain = &visit.person.domain;
    let row = |token: ApiToken| TokenRow { is_good: token.is_good(visit.now), token };
    let page = TokensPage {
        shell: visit.shell(t("API tokens"), Some(file)),
        times: visit.times(file),
        path: path(file),
        back: integrations::page::path(file),
        domain,
        api: format!("{}/api/v1/", visit.address()),
        rows: visit.site.tokens.api_tokens(Some(domain))?.into_iter().map(row).collect(),
        form,
        made,
    };
    visit.show(&page, &page.as_inside())
}

/// Where the page is.
pub fn path(file: &CompanyFile) -> String {
    format!("{}/tokens", integrations::page::path(file))
}
