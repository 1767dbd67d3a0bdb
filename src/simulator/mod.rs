//! A QuickBooks company file and a Web Connector that behave like the real ones, for demo and tests.
//!
//! They speak qbXML and SOAP and know nothing of the rest of Ferrule, or they would agree with our own
//! mistakes. Any list and any transaction of the vocabulary can be added, changed, queried and
//! deleted; what it knows beyond the vocabulary is in `data/`.
//!
//! ```
//! use ferrule::simulator::{CompanyFile, ManualClock, Settings};
//!
//! let mut file = CompanyFile::new(Settings::default(), ManualClock::at(1_700_000_000));
//! file.begin_session().unwrap();
//! let answer = file.process(concat!(
//!     r#"<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">"#,
//!     "<ClassAddRq><ClassAdd><Name>Plating</Name></ClassAdd></ClassAddRq></QBXMLMsgsRq></QBXML>",
//! ));
//! assert!(answer.unwrap().contains("<FullName>Plating</FullName>"));
//! assert_eq!(file.count("Class"), 1);
//! ```

mod add;
mod apply;
mod books;
mod by_hand;
mod clock;
mod company;
mod company_file;
mod condition;
mod date_macro;
mod delete;
mod deleted;
mod edit;
mod enter;
mod extension;
mod facts;
mod filter;
mod hresult;
mod iterate;
mod merge;
mod message_set;
mod modify;
mod node_xml;
mod perform;
mod persist;
mod query;
mod read;
mod reckon;
mod recorded;
mod reference;
mod seed;
mod settings;
mod shape;
mod show;
mod status;
mod table;
mod time_zone;
mod value;
mod web_connector;
mod write;
mod wrong_value;

pub use clock::{Clock, ManualClock, SystemClock};
pub use company_file::CompanyFile;
pub use condition::{Condition, Lasting};
pub use hresult::HResult;
pub use persist::PersistError;
pub use recorded::NotResponses;
pub use settings::{Characters, Settings, WrongValues};
pub use time_zone::TimeZone;
pub use web_connector::{
    Answered, Application, Ending, Http, Mishap, Moment, NotACertificate, QwcProblem, Then, Transport,
    Unreachable, Unwatched, Update, Watch, WebConnector,
};
