//! The first calls: which versions there are, and whether there is work.

use super::session::{End, NoReply, Session};
use super::update::Ending;
use crate::wire::Call;
use crate::wire::client::Reply;

/// A version of the Web Connector that was seen in the field.
const VERSION: &str = "2.3.0.207";

/// What a server says of the version.
enum Heard {
    Fine,
    Stop(String),
    Nonsense(String),
}

impl Session<'_> {
    /// Begins the visit; gives the company file that is wanted, empty for the one that is open.
    pub(super) fn open(&mut self) -> Result<String, End> {
        self.greet()?;
        let call = Call::Authenticate {
            user_name: self.application.user_name.clone(),
            password: self.password.clone(),
        };
        let texts = match self.call(&call) {
            Ok(Reply::Texts(Some(texts))) => texts,
            Ok(_) => Vec::new(),
            Err(error) => return Err(error.end("QBWC1012").untold()),
        };
        let mut texts = texts.into_iter().map(Option::unwrap_or_default);
        let (Some(ticket), Some(verdict)) = (texts.next(), texts.next()) else {
            let why = "authenticate gave no ticket and no company file";
            return Err(End::coded(Ending::Failed, "QBWC1012", why).untold());
        };
        self.ticket = ticket;
        let seconds = |text: Option<String>| text.and_then(|text| text.trim().parse::<u32>().ok());
        let (postpone, at_least) = (seconds(texts.next()), seconds(texts.next()));
        if self.is_automatic {
            self.update.postponed_seconds = postpone.filter(|seconds| *seconds > 0);
            self.update.at_least_every_seconds = at_least.filter(|seconds| *seconds > 0);
        }
        self.verdict(verdict)
    }

    fn verdict(&mut self, verdict: String) -> Result<String, End> {
        match &*verdict.to_ascii_lowercase() {
            "nvu" => {
                let why = "Authentication failed: invalid user name or password.";
                Err(End::coded(Ending::BadUser, "QBWC1040", why))
            }
            "none" => Err(End::new(Ending::NoWork, "No data exchange required")),
            "busy" => Err(End::new(Ending::Busy, "Application busy")),
            _ if self.update.postponed_seconds.is_some() => {
                Err(End::new(Ending::Postponed, "Update postponed by application"))
            }
            _ => Ok(verdict),
        }
    }

    /// Exchanges versions. A server that does not know these calls is not held to them.
    fn greet(&mut self) -> Result<(), End> {
        if self.text(&Call::ServerVersion) == Err(NoReply::Killed) {
            return Err(End::killed());
        }
        let version = VERSION.to_owned();
        let said = match self.text(&Call::ClientVersion { version }) {
            Ok(said) => said.unwrap_or_default(),
            Err(NoReply::Killed) => return Err(End::killed()),
            Err(NoReply::Failed(_)) => return Ok(()),
        };
        let refused = |code, why: &str| Err(End::coded(Ending::VersionRefused, code, why).untold());
        match hear(&said) {
            Heard::Fine => Ok(()),
            Heard::Stop(why) => refused("QBWC1037", &why),
            Heard::Nonsense(why) => refused("QBWC1046", &why),
        }
    }
}

/// What the server thinks of the version. The user agrees to every warning.
fn hear(said: &str) -> Heard {
    match said.split_once(':') {
        _ if said.is_empty() => Heard::Fine,
        Some(("W", _)) => Heard::Fine,
        Some(("E", why)) => Heard::Stop(why.to_owned()),
        Some(("O", version)) => Heard::Stop(format!("version {version} is needed")),
        _ => Heard::Nonsense(format!("`{said}` is no answer to clientVersion")),
    }
}
