//! What a `.qwc` file tells the Web Connector.

use std::net::IpAddr;

use thiserror::Error;

use crate::simulator::elements::{read, text};
use crate::xml::{BYTE_ORDER_MARK, Node};

/// An application, as the Web Connector lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// `AppName`.
    pub name: String,
    /// `AppURL`: where its server is.
    pub url: String,
    /// `UserName`; the password is typed in by the user.
    pub user_name: String,
    /// `OwnerID` and `FileID`, which the Web Connector writes into the company file.
    pub identity: Option<(String, String)>,
    /// `Scheduler`: seconds between updates; without it only the user starts one.
    pub run_every_seconds: Option<u32>,
}

/// Why the Web Connector does not take a `.qwc` file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QwcProblem {
    /// Not XML, or not about an application.
    #[error("this is no `.qwc` file: the outermost element must be QBWCXML")]
    NotQwc,
    /// An element that must be there is not, or is empty.
    #[error("{element} is missing")]
    Missing {
        /// Its name.
        element: &'static str,
    },
    /// An element with something that it cannot hold.
    #[error("{element} cannot be `{value}`")]
    Value {
        /// Its name.
        element: &'static str,
        /// What it holds.
        value: String,
    },
    /// The service and the page with help are on two hosts.
    #[error("QBWC1000: the hosts of AppURL (`{service}`) and AppSupport (`{support}`) differ")]
    HostsDiffer {
        /// The host of the service.
        service: String,
        /// The host of the page.
        support: String,
    },
    /// An address with a number for a host.
    #[error("{code}: {element} has an IP address: `{url}`")]
    IpAddress {
        /// What the Web Connector calls it.
        code: &'static str,
        /// The element.
        element: &'static str,
        /// The address.
        url: String,
    },
    /// An address that is not protected.
    #[error("QBWC1010: AppURL is not https: `{url}`")]
    NotHttps {
        /// The address.
        url: String,
    },
}

impl Application {
    /// An application of which only the address and the user are known: nothing is written into the
    /// company file for it.
    pub fn at(url: impl Into<String>, user_name: impl Into<String>) -> Application {
        let url = url.into();
        Application {
            name: url.clone(),
            url,
            user_name: user_name.into(),
            identity: None,
            run_every_seconds: None,
        }
    }

    /// Reads a `.qwc` file. The elements may stand in any order; of two schedules the first wins.
    ///
    /// # Errors
    /// Where the Web Connector would not take the file. Whether the page with help answers is not tried.
    pub fn from_qwc(file: &str) -> Result<Application, QwcProblem> {
        let document = read(file.trim_start_matches(BYTE_ORDER_MARK)).map_err(|_| QwcProblem::NotQwc)?;
        let root = document.root;
        if root.name != "QBWCXML" {
            return Err(QwcProblem::NotQwc);
        }
        let url = required(&root, "AppURL")?.trim().to_owned();
        let support = required(&root, "AppSupport")?.trim().to_owned();
        check_urls(&url, &support)?;
        let kind = required(&root, "QBType")?;
        if kind != "QBFS" {
            return Err(wrong("QBType", kind));
        }
        required(&root, "AppDescription")?;
        Ok(Application {
            name: required(&root, "AppName")?.to_owned(),
            url,
            user_name: required(&root, "UserName")?.to_owned(),
            identity: Some((guid(&root, "OwnerID")?, guid(&root, "FileID")?)),
            run_every_seconds: schedule(&root)?,
        })
    }
}

fn wrong(element: &'static str, value: &str) -> QwcProblem {
    let value = value.to_owned();
    QwcProblem::Value { element, value }
}

fn required<'n>(root: &'n Node, element: &'static str) -> Result<&'n str, QwcProblem> {
    text(root, element).ok_or(QwcProblem::Missing { element })
}

fn guid(root: &Node, element: &'static str) -> Result<String, QwcProblem> {
    let value = required(root, element)?.trim();
    if crate::catalogue::DataType::Guid.accepts(value) && value != "0" {
        return Ok(value.to_owned());
    }
    Err(wrong(element, value))
}

fn schedule(root: &Node) -> Result<Option<u32>, QwcProblem> {
    let units = [("RunEveryNMinutes", 60), ("RunEveryNSeconds", 1)];
    let children = root.child("Scheduler").map_or(&[][..], Node::children);
    let found = children.iter().find_map(|child| {
        let (name, unit) = units.into_iter().find(|(name, _)| *name == child.name)?;
        Some((name, unit, child.text().unwrap_or_default().trim()))
    });
    let Some((name, unit, value)) = found else {
        return Ok(None);
    };
    let seconds = value.parse().ok().and_then(|number: u32| number.checked_mul(unit));
    seconds.filter(|seconds| *seconds > 0).map(Some).ok_or_else(|| wrong(name, value))
}

fn check_urls(url: &str, support: &str) -> Result<(), QwcProblem> {
    let (scheme, host) = parts(url).ok_or_else(|| wrong("AppURL", url))?;
    let (_, support_host) = parts(support).ok_or_else(|| wrong("AppSupport", support))?;
    for (code, element, address, host) in
        [("QBWC1001", "AppURL", url, &host), ("QBWC1002", "AppSupport", support, &support_host)]
    {
        if host.parse::<IpAddr>().is_ok() {
            let url = address.to_owned();
            return Err(QwcProblem::IpAddress { code, element, url });
        }
    }
    if scheme != "https" && host != "localhost" {
        let url = url.to_owned();
        return Err(QwcProblem::NotHttps { url });
    }
    if host != support_host {
        return Err(QwcProblem::HostsDiffer { service: host, support: support_host });
    }
    Ok(())
}

/// The scheme and the host of an address, in small letters.
fn parts(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => authority.split(':').next()?,
    };
    let scheme = scheme.to_ascii_lowercase();
    (matches!(&*scheme, "http" | "https") && !host.is_empty()).then(|| (scheme, host.to_ascii_lowercase()))
}
