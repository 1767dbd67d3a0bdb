//! The service that the Web Connector visits: it checks passwords, reads calls, and hands them to a
//! [`Desk`], which knows what is to be done. It keeps no session itself.

mod body;
mod certificate;
mod config;
mod counted;
mod desk;
mod door;
mod event;
mod guard;
mod headers;
mod http;
mod logged;
mod media_type;
mod observer;
mod proxies;
mod readiness;
mod reception;
mod seldom;
mod server;
mod service_error;
mod tls;
mod versions;

pub use crate::sync::session::Hello;
pub use certificate::certificate_problems;
pub(super) use certificate::{moment_of, name_problem, time_problem};
pub use config::{Security, ServiceConfig, Times};
pub use counted::{Entrance, SharedCount};
pub use desk::{Answered, Desk, Opening, Trouble, Unreached};
pub use event::{Event, Journal};
pub use guard::{Check, Guard};
pub use headers::protect;
pub use logged::log;
pub use media_type::{is_media, is_too_long, only};
pub use observer::{Class, Observer, Served};
pub use proxies::{NotAnAddress, Proxies, ProxyAddress};
pub use readiness::{Look, NotReady};
pub use reception::Reception;
pub use seldom::seldom;
pub use server::{Pages, Service, examine, serve};
pub use service_error::ServiceError;
pub use versions::{ClientVersion, NotAClientVersion, Versions};
