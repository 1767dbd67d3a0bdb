//! What an administrator does with tokens. Each action is one use case, which writes its own audit.

use chrono::TimeDelta;

use crate::language::{say, t, told};
use crate::people::{ApiSecret, ApiToken, AuditAction, good_name};
use crate::sync::stored::{CompanyFile, Moment, StoreError};
use crate::web::ground::trouble::Trouble;
use crate::web::pages::tokens::page::{LIVES, TokenForm, path, render};
use crate::web::server::answer::{Done, Then};
use crate::web::server::visit::Visit;

/// Tokens that a domain may have by its pages: more than anybody looks through are no order, and fill the database.
const MOST: usize = 100;

/// How long a token is good.
#[derive(Clone, Copy)]
enum Life {
    UntilWithdrawn,
    For(TimeDelta),
}

/// Makes a token, which is shown once.
pub fn add(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let mut form = TokenForm::sent(visit);
    match good_name(&form.name) {
        Ok(name) => form.name = name,
        Err(error) => form.name_problem = Some(Trouble::Wrong(told(&error)).sentence()),
    }
    if form.scopes.is_empty() {
        form.scopes_problem = Some(t("Choose what the program may do.").to_owned());
    }
    let life = Life::named(&form.days);
    if life.is_none() {
        form.days_problem = Some(t("Choose how long the token is good.").to_owned());
    }
    let kept = visit.site.tokens.api_tokens(Some(&visit.person.domain))?.len();
    if kept >= MOST {
        form.name_problem =
            Some(say!("There are {most} tokens already. Withdraw one that nobody needs.", most = MOST));
    }
    let (Some(life), false) = (life, form.is_wrong()) else {
        return Ok(render(visit, file, form, None)?.again());
    };
    make(visit, file, form, life)
}

fn make(visit: &Visit, file: &CompanyFile, mut form: TokenForm, life: Life) -> Result<Done, Trouble> {
    let secret = ApiSecret::new().map_err(Trouble::failed)?;
    let token = ApiToken {
        public: secret.public().to_owned(),
        domain: visit.person.domain.clone(),
        name: form.name.clone(),
        scopes: form.scopes.clone(),
        made_at: visit.now,
        expires_at: life.end(visit.now),
        used_at: None,
    };
    let hash = secret.hash().map_err(Trouble::failed)?;
    let entry = visit.entry(None, AuditAction::AddToken, token.told());
    match visit.site.tokens.add_api_token(&token, &hash, &entry) {
        Ok(()) => {
            let made = Some((token.name, secret.expose()));
            let page = render(visit, file, TokenForm::default(), made)?;
            Ok(Done { act: None, then: Then::Show(page) })
        }
        Err(StoreError::TokenTaken(_)) => {
            let words = t("A token has this name already. Please choose another one.");
            form.name_problem = Some(words.to_owned());
            Ok(render(visit, file, form, None)?.again())
        }
        Err(error) => Err(error.into()),
    }
}

/// Withdraws a token: it is good for nothing from then on, on every server.
pub fn withdraw(visit: &Visit, file: &CompanyFile) -> Result<Done, Trouble> {
    let domain = &visit.person.domain;
    // By what tells it apart: a page that was open for long must not withdraw another one that was made under that name.
    let asked = visit.form.get("public");
    let known = visit.site.tokens.api_tokens(Some(domain))?.into_iter().find(|it| it.public == asked);
    let gone = || Done::nothing(path(file), t("That token is withdrawn already."));
    let Some(token) = known else { return Ok(gone()) };
    let entry = visit.entry(None, AuditAction::RemoveToken, token.name.clone());
    if !visit.site.tokens.remove_api_token(domain, &token.name, &entry)? {
        return Ok(gone());
    }
    let words = say!("The token {name} is good for nothing from now on.", name = token.name);
    Ok(Done::nothing(path(file), words))
}

impl Life {
    /// The one that a form names by its days, if it is one of those that are offered.
    fn named(days: &str) -> Option<Self> {
        let (chosen, _) = LIVES.iter().find(|(offered, _)| *offered == days)?;
        Some(chosen.parse().ok().map(TimeDelta::days).map_or(Self::UntilWithdrawn, Self::For))
    }

    /// When a token ends that is made now, if it ends by itself.
    fn end(self, now: Moment) -> Option<Moment> {
        match self {
            Self::UntilWithdrawn => None,
            Self::For(time) => Some(now + time),
        }
    }
}
