//! Every page and every action: where it is, and who may see or do it.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get, post};

use crate::connector::service::{Pages, protect};
use crate::people::Role::{self, Administrator, Clerk, Viewer};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::alerts;
use crate::web::pages::documents::{
    chosen, connect, decide, document, history, list, play, preview, settle, undo,
};
use crate::web::pages::imports::{self, taken};
use crate::web::pages::integrations::{self, company_file, found, session, web_connector};
use crate::web::pages::people::{self, invite, own_password, sign_in, sign_out};
use crate::web::pages::plan::approve;
use crate::web::pages::rules::{attempt, files};
use crate::web::pages::set_up;
use crate::web::pages::settings::{domain, integration, layers};
use crate::web::pages::todo::{self, care};
use crate::web::pages::tokens;
use crate::web::pages::{activity, charts, errors, home, plan, reconcile, records, search};
use crate::web::server::serve::Target::{self, Action, Company, Domain, Live, Page, Upload};
use crate::web::server::serve::{refuse, serve};
use crate::web::server::site::Site;
use crate::web::server::{assets, serve as answers};

/// What people with a role may see or do, by path. A browser posts to an action and gets every other
/// target.
const TABLE: &[(&str, Role, Target)] = &[
    ("/", Viewer, Page(home::show)),
    (company_file::PATH, Administrator, Page(company_file::show)),
    (company_file::PATH, Administrator, Domain(company_file::add)),
    (own_password::PATH, Viewer, Page(own_password::show)),
    (own_password::PATH, Viewer, Domain(own_password::set)),
    ("/live/{company}", Viewer, Live),
    ("/c/{company}", Viewer, Company(home::company)),
    ("/c/{company}/integrations", Viewer, Company(integrations::page::show)),
    ("/c/{company}/integrations/visits/{visit}", Viewer, Company(session::show)),
    ("/c/{company}/integrations/visits/{visit}/found", Viewer, Company(found::show)),
    ("/c/{company}/integrations/settings", Viewer, Company(integration::show)),
    ("/c/{company}/integrations/settings", Administrator, Action(integration::save)),
    ("/c/{company}/integrations/layers", Administrator, Action(layers::save)),
    ("/c/{company}/todo", Viewer, Company(todo::page::show)),
    ("/c/{company}/todo/care", Clerk, Action(care::take)),
    ("/c/{company}/errors", Viewer, Company(errors::of_company)),
    ("/c/{company}/plan", Viewer, Company(plan::page::show)),
    ("/c/{company}/plan/approve", Clerk, Action(approve::approve)),
    ("/c/{company}/reconcile", Viewer, Company(reconcile::show)),
    ("/c/{company}/reconcile/download", Viewer, Action(reconcile::download)),
    ("/c/{company}/alerts", Viewer, Company(alerts::page::show)),
    ("/c/{company}/alerts", Viewer, Action(alerts::actions::choose)),
    ("/c/{company}/alerts/test", Viewer, Action(alerts::actions::test)),
    ("/c/{company}/alerts/webhooks", Administrator, Action(alerts::actions::keep_webhook)),
    ("/c/{company}/alerts/webhooks/remove", Administrator, Action(alerts::actions::remove_webhook)),
    ("/c/{company}/charts", Viewer, Company(charts::page::show)),
    ("/c/{company}/activity", Viewer, Company(activity::page::show)),
    ("/c/{company}/domain", Viewer, Company(domain::show)),
    ("/c/{company}/domain", Administrator, Action(domain::save)),
    ("/c/{company}/rules", Viewer, Company(files::show)),
    ("/c/{company}/rules/try", Administrator, Company(attempt::show)),
    ("/c/{company}/rules/try", Administrator, Action(attempt::check)),
    ("/c/{company}/rules/try/patch", Administrator, Action(attempt::patch)),
    ("/c/{company}/integrations/read", Clerk, Action(integrations::page::read)),
    ("/c/{company}/integrations/pause", Administrator, Action(integrations::page::pause)),
    ("/c/{company}/integrations/resume", Administrator, Action(integrations::page::resume)),
    ("/c/{company}/integrations/password", Administrator, Action(web_connector::new_password)),
    ("/c/{company}/integrations/qwc", Administrator, Action(web_connector::save_qwc)),
    ("/c/{company}/integrations/tokens", Administrator, Company(tokens::page::show)),
    ("/c/{company}/integrations/tokens", Administrator, Action(tokens::actions::add)),
    ("/c/{company}/integrations/tokens/withdraw", Administrator, Action(tokens::actions::withdraw)),
    ("/c/{company}/set-up", Viewer, Company(set_up::page::show)),
    ("/c/{company}/set-up/settings", Administrator, Action(set_up::actions::settings)),
    ("/c/{company}/set-up/documents", Clerk, Upload(set_up::actions::documents)),
    ("/errors/{code}", Viewer, Page(errors::show)),
    ("/c/{company}/{object}", Viewer, Company(list::show)),
    ("/c/{company}/{object}/play", Clerk, Action(play::some)),
    ("/c/{company}/{object}/play-all", Clerk, Company(play::all_page)),
    ("/c/{company}/{object}/play-all", Clerk, Action(play::all)),
    ("/c/{company}/{object}/unplay", Clerk, Action(play::unplay)),
    ("/c/{company}/search", Viewer, Company(search::show)),
    ("/c/{company}/undo", Clerk, Action(undo::undo)),
    ("/c/{company}/{object}/chosen", Clerk, Action(chosen::act)),
    ("/c/{company}/{object}/download", Viewer, Action(chosen::download)),
    ("/c/{company}/{object}/settle", Clerk, Company(settle::show)),
    ("/c/{company}/{object}/settle", Clerk, Action(settle::all)),
    ("/c/{company}/{object}/take-back", Clerk, Action(settle::take_back_all)),
    ("/c/{company}/{object}/{id}", Viewer, Company(document::show)),
    ("/c/{company}/{object}/{id}/preview", Viewer, Company(preview::show)),
    ("/c/{company}/{object}/{id}/play", Clerk, Action(play::one)),
    ("/c/{company}/{object}/{id}/settle", Clerk, Action(settle::one)),
    ("/c/{company}/{object}/{id}/take-back", Clerk, Action(settle::take_back_one)),
    ("/c/{company}/{object}/{id}/adopt", Clerk, Action(decide::adopt)),
    ("/c/{company}/{object}/{id}/decide", Clerk, Action(decide::decide)),
    ("/c/{company}/{object}/{id}/connect", Clerk, Company(connect::show)),
    ("/c/{company}/{object}/{id}/connect", Clerk, Action(connect::connect)),
    ("/c/{company}/{object}/{id}/new", Clerk, Action(connect::create_new)),
    ("/c/{company}/{object}/{id}/archive", Clerk, Action(connect::archive)),
    ("/c/{company}/{object}/{id}/restore", Clerk, Action(connect::restore)),
    ("/c/{company}/{object}/{id}/update", Clerk, Action(connect::update)),
    ("/c/{company}/{object}/{id}/history", Viewer, Company(history::show)),
    ("/c/{company}/{object}/{id}/history/archive", Clerk, Action(history::archive)),
    ("/c/{company}/imports", Viewer, Company(imports::page::show)),
    ("/c/{company}/imports/import", Clerk, Action(imports::actions::import)),
    ("/c/{company}/imports/update", Clerk, Action(imports::actions::update)),
    ("/c/{company}/imports/ignore", Clerk, Action(imports::actions::ignore)),
    ("/c/{company}/imports/unignore", Clerk, Action(imports::actions::unignore)),
    ("/c/{company}/imports/archive", Clerk, Action(imports::actions::archive)),
    ("/c/{company}/imports/restore", Clerk, Action(imports::actions::restore)),
    ("/c/{company}/plan/download", Viewer, Action(plan::download::download)),
    ("/c/{company}/activity/download", Viewer, Action(activity::download::download)),
    ("/c/{company}/imports/download", Viewer, Action(imports::download::download)),
    ("/c/{company}/imports/taken", Viewer, Company(taken::show)),
    ("/c/{company}/imports/taken/download", Clerk, Action(taken::download)),
    ("/c/{company}/people", Administrator, Company(people::page::show)),
    ("/c/{company}/people/invite", Administrator, Action(people::actions::invite)),
    ("/c/{company}/people/{person}/role", Administrator, Action(people::actions::role)),
    ("/c/{company}/people/{person}/link", Administrator, Action(people::actions::link)),
    ("/c/{company}/people/{person}/unlock", Administrator, Action(people::actions::unlock)),
    ("/c/{company}/people/{person}/withdraw", Administrator, Action(people::actions::withdraw)),
    ("/c/{company}/records/{type}/{id}", Viewer, Company(records::page::show)),
    ("/c/{company}/records/{type}/{id}/connect", Clerk, Action(records::actions::connect)),
    ("/c/{company}/records/{type}/{id}/archive", Clerk, Action(records::actions::archive)),
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
    Pages { routes, stop: Arc::new(move || site.news.end()) }
}

fn route(site: &Arc<Site>, role: Role, what: Target) -> MethodRouter {
    let site = Arc::clone(site);
    let handler = move |request: Request| serve(Arc::clone(&site), role, what, request);
    if matches!(what, Target::Action(_) | Target::Upload(_) | Target::Domain(_)) {
        post(handler)
    } else {
        get(handler)
    }
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
    assets::find(request.uri().path(), request.headers())
        .unwrap_or_else(|trouble| refuse(&site, &trouble, None, false))
        .into_response()
}

async fn not_found(site: Arc<Site>, request: Request) -> axum::response::Response {
    answers::nothing(site, Trouble::NotFound, request).await
}

async fn wrong_method(site: Arc<Site>, request: Request) -> axum::response::Response {
    answers::nothing(site, Trouble::Method, request).await
}
