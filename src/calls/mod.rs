//! How Ferrule calls others over HTTP: Steelhead's API, webhooks, and its own service when `doctor` looks at it.
//!
//! An address is a person's choice, so a call goes there and nowhere else: no redirect is followed, no proxy of the
//! environment is asked, and every call ends. The simulated Web Connector calls in its own way, as Intuit's does.

use std::time::Duration;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

/// How to call: within `patience` from the first byte to the last, and whatever the status of the answer is, it is an
/// answer. The caller says how much of it is read.
pub fn calling(patience: Duration) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent("Ferrule")
}
