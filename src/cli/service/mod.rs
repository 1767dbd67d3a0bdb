//! The service, its counterparts for trying it, and who may use it.

pub(in crate::cli) mod alert_args;
pub(in crate::cli) mod background;
pub(in crate::cli) mod connector;
pub(in crate::cli) mod connector_log;
pub(in crate::cli) mod demo;
pub(in crate::cli) mod demo_clock;
pub(in crate::cli) mod demo_past;
pub(in crate::cli) mod demo_story;
pub(in crate::cli) mod domain_arg;
pub(in crate::cli) mod log_format;
pub(in crate::cli) mod lose_answer;
pub(in crate::cli) mod meter_args;
pub(in crate::cli) mod presence;
pub(in crate::cli) mod prune_args;
pub(in crate::cli) mod pull_args;
pub(in crate::cli) mod qwc;
pub(in crate::cli) mod reload_args;
pub(in crate::cli) mod serve;
pub(in crate::cli) mod take_over;
pub(in crate::cli) mod token;
pub(in crate::cli) mod user;
