//! What a server answers: that it is Ferrule, which time it has, how it describes the service.

use chrono::{DateTime, TimeDelta, Utc};
use ureq::http::{Response, StatusCode};
use ureq::tls::TlsConfig;
use ureq::{Agent, Body};

use super::{Finding, Part, Reach};
use crate::calls::calling;
use crate::connector::{NAMESPACE, ServiceUrl};
use crate::sync::stored::Moment;
use crate::text::counted::counted;
use crate::text::visible::visible;
use crate::xml::{Names, Node, read_tree};

/// The longest answer that is read, in bytes: a description has some 12,000.
const LONGEST: u64 = 256 << 10;
/// A description has ten levels.
const DEEPEST: usize = 32;
/// Two clocks may be so far apart. TLS and one-time links bear more.
const APART: TimeDelta = TimeDelta::minutes(2);
/// What names the service's address in a description.
const ADDRESS: &str = "{http://schemas.xmlsoap.org/wsdl/soap/}address";

/// An answer that came.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    date: Option<Moment>,
    /// When it was asked for, and when it was there.
    between: (Moment, Moment),
    text: String,
}

/// Asks whether Ferrule is there, and for the description of the service.
pub(super) fn ask(url: &ServiceUrl, reach: &Reach, found: &mut Vec<Finding>) {
    let agent = agent(reach);
    let health = format!("{}/healthz", url.pages());
    let answer = match get(&agent, &health, reach) {
        Ok(answer) => answer,
        Err(why) => return found.push(Finding::wrong(Part::Health, format!("`{health}` {why}"))),
    };
    found.push(judge_health(&health, &answer));
    found.extend(judge_clock(&answer));
    let at = format!("{url}?wsdl");
    let described = get(&agent, &at, reach).and_then(|answer| judge_description(url, &answer));
    found.push(match described {
        Ok(()) => Finding::well(Part::Description, format!("the Web Connector finds its service at `{url}`")),
        Err(why) => Finding::wrong(Part::Description, format!("`{at}` {why}")),
    });
}

/// The certificate was judged before, and nothing that is sent here is secret: so all that is wrong can be told at once.
fn agent(reach: &Reach) -> Agent {
    let tls = TlsConfig::builder().disable_verification(true).build();
    calling(reach.patience).user_agent("Ferrule doctor").tls_config(tls).build().new_agent()
}

fn get(agent: &Agent, url: &str, reach: &Reach) -> Result<Answer, String> {
    let began = (reach.clock)();
    let told = |error: ureq::Error| match error {
        ureq::Error::Timeout(_) => {
            format!("is not answered within {} seconds", reach.patience.as_secs())
        }
        ureq::Error::BodyExceedsLimit(_) => "answers with more than Ferrule ever does".to_owned(),
        other => format!("is not answered: {other}"),
    };
    let mut response = agent.get(url).call().map_err(told)?;
    let (location, date) = (header(&response, "location"), header(&response, "date"));
    let text = response.body_mut().with_config().limit(LONGEST).read_to_vec().map_err(told)?;
    Ok(Answer {
        status: response.status(),
        location,
        date: date.and_then(|date| DateTime::parse_from_rfc2822(&date).ok()).map(|it| it.with_timezone(&Utc)),
        between: (began, (reach.clock)()),
        text: String::from_utf8_lossy(&text).into_owned(),
    })
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(visible(&String::from_utf8_lossy(value.as_bytes())).into_owned())
}

/// What is wrong with an answer that should be 200.
fn refused(answer: &Answer) -> Option<String> {
    match answer.status.as_u16() {
        200 => None,
        301..=308 => {
            let to = answer.location.as_deref().unwrap_or("another address");
            Some(format!(
                "sends visitors to `{to}`, and the Web Connector does not go there: give it that address"
            ))
        }
        status @ 502..=504 => Some(format!(
            "answers {status}: a proxy is there, and reaches no Ferrule behind it. Is the service running, and does the proxy \
             know where it listens?"
        )),
        status @ (401 | 403 | 407) => {
            Some(format!("answers {status}: something in front of Ferrule lets only some in"))
        }
        status => Some(format!("answers {status}: does the proxy pass this path on to Ferrule?")),
    }
}

fn judge_health(at: &str, answer: &Answer) -> Finding {
    let why = refused(answer).or_else(|| {
        (answer.text.trim() != "ok").then(|| "is answered by another program than Ferrule".to_owned())
    });
    match why {
        None => Finding::well(Part::Health, format!("Ferrule answers at `{at}`")),
        Some(why) => Finding::wrong(Part::Health, format!("`{at}` {why}")),
    }
}

/// The time that a server told lies between asking and hearing. It tells whole seconds.
fn judge_clock(answer: &Answer) -> Option<Finding> {
    let (asked, heard) = answer.between;
    let date = answer.date?;
    let (ahead, behind) = (date - heard, asked - date);
    let told = |apart: TimeDelta, word: &str| {
        let apart = match apart.num_minutes() {
            minutes @ ..120 => counted(usize::try_from(minutes).unwrap_or_default(), "minute"),
            _ if apart.num_hours() < 48 => {
                counted(usize::try_from(apart.num_hours()).unwrap_or_default(), "hour")
            }
            _ => counted(usize::try_from(apart.num_days()).unwrap_or_default(), "day"),
        };
        let words = format!(
            "the clock of the server is {apart} {word} the one of this machine: let both be set by NTP"
        );
        Some(Finding::wrong(Part::Clock, words))
    };
    if ahead > APART {
        told(ahead, "ahead of")
    } else if behind > APART {
        told(behind, "behind")
    } else {
        Some(Finding::well(Part::Clock, "the clock of the server is right"))
    }
}

fn judge_description(url: &ServiceUrl, answer: &Answer) -> Result<(), String> {
    if let Some(why) = refused(answer) {
        return Err(why);
    }
    let none = || {
        "is not answered with the description of the service: does the proxy pass this path on to Ferrule?"
            .to_owned()
    };
    let tree = read_tree(&answer.text, Names::Expanded, DEEPEST).map_err(|_| none())?;
    if tree.root.attribute("targetNamespace") != Some(NAMESPACE) {
        return Err(none());
    }
    let location =
        find(&tree.root, ADDRESS).and_then(|address| address.attribute("location")).ok_or_else(none)?;
    if location.trim_end_matches('/') == url.as_str().trim_end_matches('/') {
        return Ok(());
    }
    Err(format!(
        "says that the service is at `{}`: tell the service its address, `url: {url}`",
        visible(location)
    ))
}

/// The first element of that name, at any depth.
fn find<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    if node.name == name {
        return Some(node);
    }
    node.children().iter().find_map(|child| find(child, name))
}
