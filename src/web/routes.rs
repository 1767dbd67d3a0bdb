//! Every page and every action: where it is, and who may see or do it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get, post};

use super::headers::protect;
use super::pages::{
    activity, company_file, connect, document, domain, errors, home, import_actions, imports, integrations,
    invite, lists, past, people, people_actions, plan, play, preview, record_actions, records, rules,
    rules_try, settings, sign_in, sign_out, taken, visits, web_connector,
};
use super::serve::What::{self, Action, Company, Domain, Live, Page};
use super::serve::{refuse, serve};
use super::site::Site;
use super::trouble::Trouble;
use super::{assets, serve as answers};
use crate::connector::service::Pages;
use crate::people::Role::{self, Administrator, Clerk, Viewer};

/// What people with a role may see or do, by path. A path that is an action is sent to, every other
/// one is looked at.
const TABLE: &[(&str, Role, What)] = &[
    ("/", Viewer, Page(home::show)),
    (company_file::PATH, Administrator, Page(company_file::show)),
    (company_file::PATH, Administrator, Domain(company_file::add)),
    ("/live/{company}", Viewer, Live),
    ("/c/{company}", Viewer, Company(home::company)),
    ("/c/{company}/integrations", Viewer, Company(integrations::show)),
    ("/c/{company}/integrations/visits/{visit}", Viewer, Company(visits::show)),
    ("/c/{company}/integrations/settings", Viewer, Company(settings::show)),
    ("/c/{company}/integrations/settings", Administrator, Action(settings::save)),
    ("/c/{company}/plan", Viewer, Company(plan::show)),
    ("/c/{company}/activity", Viewer, Company(activity::show)),
    ("/c/{company}/domain", Viewer, Company(domain::show)),
    ("/c/{company}/domain", Administrator, Action(domain::save)),
    ("/c/{company}/rules", Viewer, Company(rules::show)),
    ("/c/{company}/rules/try", Administrator, Company(rules_try::show)),
    ("/c/{company}/rules/try", Administrator, Action(rules_try::check)),
    ("/c/{company}/rules/try/patch", Administrator, Action(rules_try::patch)),
    ("/c/{company}/integrations/read", Clerk, Action(integrations::read)),
    ("/c/{company}/integrations/pause", Administrator, Action(integrations::pause)),
    ("/c/{company}/integrations/resume", Administrator, Action(integrations::resume)),
    ("/c/{company}/integrations/password", Administrator, Action(web_connector::new_password)),
    ("/c/{company}/integrations/qwc", Administrator, Action(web_connector::save_qwc)),
    ("/errors/{code}", Viewer, Page(errors::show)),
    ("/c/{company}/{object}", Viewer, Company(lists::show)),
    ("/c/{company}/{object}/play", Clerk, Action(play::some)),
    ("/c/{company}/{object}/play-all", Clerk, Company(play::all_page)),
    ("/c/{company}/{object}/play-all", Clerk, Action(play::all)),
    ("/c/{company}/{object}/{id}", Viewer, Company(document::show)),
    ("/c/{company}/{object}/{id}/preview", Viewer, Company(preview::show)),
    ("/c/{company}/{object}/{id}/play", Clerk, Action(play::one)),
    ("/c/{company}/{object}/{id}/connect", Clerk, Company(connect::show)),
    ("/c/{company}/{object}/{id}/connect", Clerk, Action(connect::connect)),
    ("/c/{company}/{object}/{id}/archive", Clerk, Action(connect::archive)),
    ("/c/{company}/{object}/{id}/restore", Clerk, Action(connect::restore)),
    ("/c/{company}/{object}/{id}/update", Clerk, Action(connect::update)),
    ("/c/{company}/{object}/{id}/history", Viewer, Company(past::show)),
    ("/c/{company}/{object}/{id}/history/archive", Clerk, Action(past::archive)),
    ("/c/{company}/imports", Viewer, Company(imports::show)),
    ("/c/{company}/imports/import", Clerk, Action(import_actions::import)),
    ("/c/{company}/imports/update", Clerk, Action(import_actions::update)),
    ("/c/{company}/imports/ignore", Clerk, Action(import_actions::ignore)),
    ("/c/{company}/imports/unignore", Clerk, Action(import_actions::unignore)),
    ("/c/{company}/imports/archive", Clerk, Action(import_actions::archive)),
    ("/c/{company}/imports/restore", Clerk, Action(import_actions::restore)),
    ("/c/{company}/imports/taken", Viewer, Company(taken::show)),
    ("/c/{company}/imports/taken/download", Clerk, Action(taken::download)),
    ("/c/{company}/people", Administrator, Company(people::show)),
    ("/c/{company}/people/invite", Administrator, Action(people_actions::invite)),
    ("/c/{company}/people/{person}/role", Administrator, Action(people_actions::role)),
    ("/c/{company}/people/{person}/link", Administrator, Action(people_actions::link)),
    ("/c/{company}/people/{person}/unlock", Administrator, Action(people_actions::unlock)),
    ("/c/{company}/people/{person}/withdraw", Administrator, Action(people_actions::withdraw)),
    ("/c/{company}/records/{type}/{id}", Viewer, Company(records::show)),
    ("/c/{company}/records/{type}/{id}/connect", Clerk, Action(record_actions::connect)),
    ("/c/{company}/records/{type}/{id}/archive", Clerk, Action(record_actions::archive)),
];

/// All pages, to be served beside the Web Connector's service.
pub fn pages(site: &Arc<Site>) -> Pages {
    let mut routes = Router::new();
    for &(path, role, what) in TABLE {
        routes = routes.route(path, route(site, role, what));
    }
    let routes = for_anybody(routes, site);
    let is_secure = site.origin.is_secure;
    let routes = routes.layer(from_fn(move |request, next| protect(is_secure, request, next)));
    let site = Arc::clone(site);
    Pages { routes, stop: Arc::new(move || site.live.end()) }
}

fn route(site: &Arc<Site>, role: Role, what: What) -> MethodRouter {
    let site = Arc::clone(site);
    let handler = move |request: Request| serve(Arc::clone(&site), role, what, request);
    if matches!(what, What::Action(_) | What::Domain(_)) { post(handler) } else { get(handler) }
}

/// What nobody has to sign in for, and what is said where there is nothing.
fn for_anybody(routes: Router, site: &Arc<Site>) -> Router {
    macro_rules! handler {
        ($function:path) => {{
            let site = Arc::clone(site);
            move |request: Request| $function(Arc::clone(&site), request)
        }};
    }
    routes
        .route("/sign-in", get(handler!(sign_in::show)).post(handler!(sign_in::sign_in)))
        .route("/sign-out", post(handler!(sign_out::sign_out)))
        .route("/invite/{token}", get(handler!(invite::show)).post(handler!(invite::accept)))
        .route("/assets/{hash}/{name}", get(handler!(asset)))
        .method_not_allowed_fallback(handler!(wrong_method))
        .fallback(handler!(not_found))
}

async fn asset(site: Arc<Site>, request: Request) -> axum::response::Response {
    assets::find(request.uri().path())
        .unwrap_or_else(|trouble| refuse(&site, &trouble, None, false))
        .into_response()
}

async fn not_found(site: Arc<Site>, request: Request) -> axum::response::Response {
    answers::nothing(site, Trouble::NotFound, request).await
}

async fn wrong_method(site: Arc<Site>, request: Request) -> axum::response::Response {
    answers::nothing(site, Trouble::Method, request).await
}
