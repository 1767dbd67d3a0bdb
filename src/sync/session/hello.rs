//! The first call of a session says which company file this is.

use std::sync::Arc;

use crate::catalogue::Version;
use crate::qbxml::{Record, Response, read_responses};
use crate::sync::stored::Identity;

/// What the Web Connector says of `QuickBooks` when it asks for a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hello {
    /// What QuickBooks says of itself, its company and its preferences, as qbXML; with the first call
    /// of a session only, else empty.
    pub hcp_response: String,
    /// The path of the company file that is open.
    pub company_file_name: String,
    /// `US`, `CA` or `UK`.
    pub country: String,
    /// The newest version of qbXML that this QuickBooks takes: the number before the point.
    pub major: i32,
    /// The number after the point.
    pub minor: i32,
}

impl Hello {
    /// What the company file says of itself. What it does not say is empty. Under `owner_id`, which is
    /// ours, it may carry its `FileID`.
    pub(super) fn identity(&self, owner_id: &str) -> Identity {
        let responses = read_responses(self.hcp_response.as_bytes()).unwrap_or_default();
        let record = |name: &str| {
            let mut all = responses.iter().flat_map(|response: &Response| &response.records);
            all.find(|record| record.name() == name)
        };
        let company = record("CompanyRet");
        let name = company.and_then(|company| company.get("CompanyName")).unwrap_or_default();
        let extensions = company.into_iter().flat_map(|company| company.root().children());
        let file_id = extensions
            .filter(|child| child.name() == "DataExtRet")
            .find(|it| it.get("DataExtName") == Some("FileID") && is_guid(it.get("OwnerID"), owner_id))
            .and_then(|it| it.get("DataExtValue"));
        let closing_date = record("PreferencesRet").map(|preferences| {
            preferences.get("AccountingPreferences/ClosingDate").unwrap_or_default().to_owned()
        });
        Identity {
            closing_date,
            company_name: name.to_owned(),
            path: self.company_file_name.clone(),
            file_id: file_id.map(str::to_owned),
            country: self.country.clone(),
            qbxml: format!("{}.{}", self.major, self.minor),
        }
    }

    /// What the company file is set to, if it was told.
    pub(super) fn preferences(&self) -> Option<Arc<Record>> {
        let responses = read_responses(self.hcp_response.as_bytes()).unwrap_or_default();
        let mut all = responses.into_iter().flat_map(|response| response.records);
        all.find(|record| record.name() == "PreferencesRet")
    }

    /// Why nothing may be sent to this company file; nothing if all is well.
    pub(super) fn refusal(
        &self,
        met: &Identity,
        known: Option<&Identity>,
        needed: Version,
    ) -> Option<String> {
        let newest = Version { major: u8_of(self.major), minor: u8_of(self.minor) };
        if newest < needed {
            return Some(format!(
                "QuickBooks understands qbXML up to {newest}, and the rules are written for {needed}. Update QuickBooks, or write a lower version into ruleset.yaml."
            ));
        }
        let known = known?;
        let is_other_file = match (&known.file_id, &met.file_id) {
            (Some(known), Some(met)) => known != met,
            _ => !known.path.eq_ignore_ascii_case(&met.path),
        };
        let is_renamed = !met.company_name.is_empty() && known.company_name != met.company_name;
        (is_other_file || is_renamed).then(|| {
            format!(
                "The company file that is open is \"{}\" ({}), and this connection belongs to \"{}\" ({}). Open that one in QuickBooks. Nothing was sent.",
                met.company_name, met.path, known.company_name, known.path
            )
        })
    }
}

impl Identity {
    /// With what is known from earlier in the place of what was not told.
    pub(super) fn completed_by(self, known: &Self) -> Self {
        let name = if self.company_name.is_empty() { known.company_name.clone() } else { self.company_name };
        Self {
            company_name: name,
            file_id: self.file_id.or_else(|| known.file_id.clone()),
            closing_date: self.closing_date.or_else(|| known.closing_date.clone()),
            ..self
        }
    }
}

fn u8_of(number: i32) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

fn is_guid(found: Option<&str>, wanted: &str) -> bool {
    let bare = |guid: &str| guid.trim_matches(['{', '}']).to_lowercase();
    found.is_some_and(|found| bare(found) == bare(wanted))
}
