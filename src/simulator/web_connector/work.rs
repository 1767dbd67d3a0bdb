//! The middle of a visit: requests from the server, answers from QuickBooks.

use super::connect::words;
use super::session::{End, NoReply, Session};
use super::update::Ending;
use super::watch::{Moment, Then};
use crate::wire::Call;
use crate::wire::client::Reply;

/// What both `sendRequestXML` and `getLastError` say for a pause.
const PAUSE: &str = "NoOp";

/// How long the pause is.
const PAUSE_SECONDS: u64 = 5;

/// What `getLastError` says to show a page.
const INTERACTIVE: &str = "Interactive mode";

/// What the server said to an answer.
enum Said {
    More,
    Done,
    Wrong,
}

impl Session<'_> {
    /// Fetches requests and brings answers until the server has enough. `hcp` goes with the first call.
    pub(super) fn work(&mut self, mut hcp: String) -> Result<End, End> {
        loop {
            let request = self.fetch(std::mem::take(&mut hcp))?;
            if request.is_empty() || request == PAUSE {
                self.ask_why(request == PAUSE)?;
                continue;
            }
            match self.deliver(&request)? {
                Said::More => {}
                Said::Done => return Ok(End::new(Ending::Complete, "")),
                Said::Wrong => self.ask_why(false)?,
            }
        }
    }

    fn fetch(&mut self, hcp_response: String) -> Result<String, End> {
        let settings = self.file.settings();
        let mut version = settings.qbxml_version.split('.').map(|part| part.parse().unwrap_or(0));
        let call = Call::SendRequest {
            ticket: self.ticket.clone(),
            hcp_response,
            company_file_name: settings.path.clone(),
            country: settings.country.clone(),
            major: version.next().unwrap_or(0),
            minor: version.next().unwrap_or(0),
        };
        let request = self.text(&call).map_err(|error| error.end("QBWC1041"))?;
        Ok(request.unwrap_or_default())
    }

    /// Hands a request to QuickBooks and its answer to the server.
    fn deliver(&mut self, request: &str) -> Result<Said, End> {
        let answer = self.process(request).map_err(|error| error.end("QBWC1042"))?;
        let ticket = self.ticket.clone();
        let call = match answer {
            Ok(response) => {
                Call::ReceiveResponse { ticket, response, hresult: String::new(), message: String::new() }
            }
            Err(hresult) => Call::ReceiveResponse {
                ticket,
                response: String::new(),
                hresult: hresult.to_string(),
                message: words(hresult),
            },
        };
        let percent = match self.call(&call) {
            Ok(Reply::Number(percent)) => percent,
            Ok(_) => 0,
            Err(error) => return Err(error.end("QBWC1042")),
        };
        self.update.progress.push(percent);
        Ok(match percent {
            ..0 => Said::Wrong,
            0..100 => Said::More,
            100.. => Said::Done,
        })
    }

    /// Asks the server what is the matter. That ends the visit, unless it wants a pause.
    fn ask_why(&mut self, may_pause: bool) -> Result<(), End> {
        let ticket = self.ticket.clone();
        let said = self.text(&Call::GetLastError { ticket });
        let said = said.map_err(|error| error.end("QBWC1043"))?.unwrap_or_default();
        if may_pause && said == PAUSE {
            return self.rest();
        }
        if said == INTERACTIVE {
            return self.decline();
        }
        Err(End::new(Ending::Told, said))
    }

    fn rest(&mut self) -> Result<(), End> {
        match self.watch.at(Moment::Pausing(PAUSE_SECONDS), self.file) {
            Then::Die => return Err(End::killed()),
            Then::Lose => {}
            Then::GoOn | Then::Repeat => (self.pause)(PAUSE_SECONDS),
        }
        Ok(())
    }

    /// There is nobody to show a page to.
    fn decline(&mut self) -> Result<(), End> {
        let ticket = self.ticket.clone();
        let session_id = self.ticket.clone();
        let shown = self.text(&Call::InteractiveUrl { ticket, session_id });
        let url = shown.map_err(|error| error.end("QBWC1043"))?.unwrap_or_default();
        let (ticket, reason) = (self.ticket.clone(), "nobody is there to see a page".to_owned());
        let said = self.text(&Call::InteractiveRejected { ticket, reason });
        if said == Err(NoReply::Killed) {
            return Err(End::killed());
        }
        Err(End::new(Ending::Told, format!("a page was to be shown: {url}")))
    }
}
