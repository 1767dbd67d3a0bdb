//! How QuickBooks and Steelhead are joined: the company file, its Web Connector and the visits.

pub mod company_file;
pub mod found;
pub mod page;
pub mod session;
pub mod web_connector;
