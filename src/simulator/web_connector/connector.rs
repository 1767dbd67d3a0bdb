//! The Web Connector itself: one application, and when it is to be updated.

use super::application::Application;
use super::session::Session;
use super::transport::Transport;
use super::update::{Ending, Update};
use super::watch::Watch;
use crate::secrets::Password;
use crate::simulator::clock::Clock;
use crate::simulator::company_file::CompanyFile;

/// The calls one update may make, unless told otherwise.
const MOST_CALLS: usize = 1_000_000;

/// A Web Connector with one application.
///
/// ```
/// use ferrule::connector::{Answer, Authentication, CONTENT_TYPE, Verdict, VersionCheck};
/// use ferrule::connector::{Call, client::Request, read_call};
/// use ferrule::simulator::{Answered, Application, CompanyFile, Ending, ManualClock, Settings};
/// use ferrule::simulator::{Unreachable, Unwatched, WebConnector};
///
/// let server = |_: &str, request: &Request| -> Result<Answered, Unreachable> {
///     let answer = match read_call(&request.body, 1 << 24).unwrap() {
///         Call::ServerVersion => Answer::ServerVersion("1.0".to_owned()),
///         Call::ClientVersion { .. } => Answer::ClientVersion(VersionCheck::Accepted),
///         Call::Authenticate { .. } => Answer::Authenticate(Authentication {
///             ticket: "t".to_owned(),
///             verdict: Verdict::NoWork,
///             schedule: None,
///         }),
///         _ => Answer::CloseConnection("bye".to_owned()),
///     };
///     Ok(Answered { status: 200, content_type: CONTENT_TYPE.to_owned(), body: answer.to_xml() })
/// };
/// let clock = ManualClock::at(1_700_000_000);
/// let mut file = CompanyFile::new(Settings::default(), clock.clone());
/// let application = Application::at("http://localhost/qbwc", "shop");
/// let mut connector = WebConnector::new(application, "secret".into(), server, clock);
/// assert_eq!(connector.update(&mut file, &mut Unwatched).ending, Ending::NoWork);
/// ```
pub struct WebConnector<T> {
    application: Application,
    password: Password,
    transport: T,
    clock: Box<dyn Clock>,
    is_automatic: bool,
    most_calls: usize,
    next: Option<i64>,
}

impl<T: Transport> WebConnector<T> {
    /// A Web Connector to which this application was added, and the user has typed in its password.
    pub fn new(
        application: Application,
        password: Password,
        transport: T,
        clock: impl Clock + 'static,
    ) -> WebConnector<T> {
        WebConnector {
            is_automatic: application.run_every_seconds.is_some(),
            application,
            password,
            transport,
            clock: Box::new(clock),
            most_calls: MOST_CALLS,
            next: None,
        }
    }

    /// The application.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// What the user does who types something in the column `Every_Min`, here in seconds, and ticks
    /// Auto-Run; `None` takes the tick away.
    pub fn run_every(&mut self, seconds: Option<u32>) {
        self.application.run_every_seconds = seconds;
        self.is_automatic = seconds.is_some();
    }

    /// Ends an update that makes more calls than this; 1,000,000 unless told otherwise. The real Web
    /// Connector has no such limit, but a test wants to end.
    pub fn limit_calls(&mut self, most: usize) {
        self.most_calls = most;
    }

    /// Runs one update: visits the server and does in QuickBooks what it asks, until it says that it is
    /// done or something goes wrong. There must be no session with the company file.
    pub fn update(&mut self, file: &mut CompanyFile, watch: &mut dyn Watch) -> Update {
        let began = self.clock.now();
        let clock = &*self.clock;
        let session = Session {
            application: &self.application,
            password: &self.password,
            transport: &mut self.transport,
            file,
            watch,
            pause: &|seconds| clock.wait(seconds),
            is_automatic: self.is_automatic,
            most_calls: self.most_calls,
            update: Update::begun(began),
            ticket: String::new(),
        };
        let mut update = session.run();
        update.ended = self.clock.now();
        self.next = self.after(&update);
        update
    }

    /// When the next update is due, in seconds since 1970; `None` if the user has to start it.
    pub fn next_run(&self) -> Option<i64> {
        self.next
    }

    fn after(&self, update: &Update) -> Option<i64> {
        let every = self.application.run_every_seconds.filter(|_| self.is_automatic)?;
        let least = update.at_least_every_seconds.unwrap_or(0);
        let wait = match update.postponed_seconds {
            Some(seconds) if update.ending == Ending::Postponed => seconds,
            _ => every.max(least),
        };
        // An update that takes longer than the time between two is not overtaken.
        Some((update.began + i64::from(wait)).max(update.ended))
    }

    /// Waits until the next update is due. False, at once, if only the user starts one.
    pub fn wait(&self) -> bool {
        let Some(next) = self.next else {
            return false;
        };
        let seconds = next.saturating_sub(self.clock.now());
        self.clock.wait(u64::try_from(seconds).unwrap_or(0));
        true
    }
}
