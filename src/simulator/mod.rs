//! A QuickBooks company file and a Web Connector that behave like the real ones, for demo and tests.
//!
//! They speak qbXML and SOAP and know nothing of the rest of Ferrule, or they would agree with our own
//! mistakes: no service, no engine, no sync; only the vocabulary, its validation, XML, and the Web Connector's
//! half of the wire. Any list and any transaction of the vocabulary can be added, changed, queried and
//! deleted; what they know beyond the vocabulary is in `data/`.
//!
//! A message set takes this way: [`CompanyFile::process`] reads it (`elements/read`), `requests/message_set`
//! does its requests one after the other, `requests/perform` knows which file does which, and that changes
//! the `books/`, where `books/entry` sees to all that follows.
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

mod books;
mod by_hand;
mod clock;
mod company_file;
mod condition;
mod elements;
mod facts;
mod hresult;
mod requests;
mod settings;
mod status;
mod time_zone;
mod web_connector;

pub use books::persist::PersistError;
pub use books::recorded::NotResponses;
pub use clock::{Clock, ManualClock, SystemClock};
pub use company_file::CompanyFile;
pub use condition::{Condition, Lasting};
pub use hresult::HResult;
pub use settings::{AddressNotes, Agencies, Characters, DoubledGuids, Settings, UnusedClasses, WrongValues};
pub use time_zone::TimeZone;
pub use web_connector::{
    Answered, Application, Ending, Http, Mishap, Moment, NotACertificate, QwcProblem, Then, Transport,
    Unreachable, Unwatched, Update, Watch, WebConnector,
};
