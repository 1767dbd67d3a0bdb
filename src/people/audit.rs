//! What people did.

use crate::sync::stored::{CompanyId, DocumentKey, ExchangeId, Moment};

/// Something that a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// When.
    pub at: Moment,
    /// The domain that it is about.
    pub domain: String,
    /// The company file, if it is about one.
    pub company: Option<CompanyId>,
    /// The person's name; `command line` for a command.
    pub person: String,
    /// What.
    pub action: AuditAction,
    /// What it is about, where that is to be found again.
    pub about: Option<AuditSubject>,
    /// With what; never a password, a token or a link.
    pub details: String,
}

/// An entry that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its key: later entries have greater ones.
    pub id: i64,
    /// What it says.
    pub said: NewAuditEntry,
}

/// What somebody did something to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditSubject {
    /// Documents of this object, or records that become such.
    Object(String),
    /// One document.
    Document(DocumentKey),
    /// What an exchange says of one document.
    Request(DocumentKey, ExchangeId),
    /// Each of these documents. An entry that is read says only how many they were: [`Several`](Self::Several).
    Documents(Vec<DocumentKey>),
    /// So many documents, all of that object if one is named.
    Several(Option<String>, usize),
}

impl AuditSubject {
    /// The object, if all of it is of one.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Object(object) => Some(object),
            Self::Document(key) | Self::Request(key, _) => Some(&key.object),
            Self::Documents(keys) => {
                let first = keys.first()?.object.as_str();
                keys.iter().all(|key| key.object == first).then_some(first)
            }
            Self::Several(object, _) => object.as_deref(),
        }
    }

    /// The document, if it is one document.
    pub fn document(&self) -> Option<&DocumentKey> {
        match self {
            Self::Document(key) | Self::Request(key, _) => Some(key),
            Self::Documents(keys) => keys.first().filter(|_| keys.len() == 1),
            Self::Object(_) | Self::Several(..) => None,
        }
    }

    /// How many documents it is, if they are several.
    pub fn several(&self) -> Option<usize> {
        match self {
            Self::Documents(keys) => (keys.len() > 1).then_some(keys.len()),
            Self::Several(_, count) => Some(*count),
            Self::Object(_) | Self::Document(_) | Self::Request(..) => None,
        }
    }
}

/// What people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// Documents were played.
    Play,
    /// All documents of a list were played.
    DoublePlay,
    /// Documents count as done by hand.
    Settle,
    /// They no longer do.
    TakeBack,
    /// Steelhead's values are sent where a record differed from the first.
    Adopt,
    /// It was decided field by field whose values count.
    Decide,
    /// Somebody looks after what waits, or it was put off.
    LookAfter,
    /// The next visit reads everything.
    AskForRead,
    /// The Web Connector is sent away from then on.
    Pause,
    /// It is let in again.
    Resume,
    /// Records became documents.
    ImportRecords,
    /// Imported documents are Steelhead's own now.
    MergeDocuments,
    /// Documents took newer data of their records over.
    UpdateDocuments,
    /// Records are never to be imported.
    IgnoreRecords,
    /// Records may be imported again.
    StopIgnoring,
    /// Documents that were made of records were downloaded.
    DownloadDocuments,
    /// Documents of Steelhead were taken over from a file.
    LoadDocuments,
    /// A document was connected to a record.
    Connect,
    /// A new record is to be made, though one of nearly that name is there.
    CreateAllTheSame,
    /// The connection of a document was put aside.
    ArchiveConnection,
    /// Connections of records were put aside.
    ArchiveConnections,
    /// The connection of a document was taken back.
    RestoreConnection,
    /// Connections of records were taken back.
    RestoreConnections,
    /// What an exchange says of a document was put aside.
    ArchiveRequest,
    /// It was taken back.
    RestoreRequest,
    /// Settings of a company file.
    ChangeSettings,
    /// Settings of all company files of a domain.
    ChangeDomainSettings,
    /// Optional layers of the rules were switched on or off.
    SwitchLayers,
    /// Rules that were tried on a page were downloaded.
    DownloadPatch,
    /// The Web Connector has another password.
    NewPassword,
    /// The file that the Web Connector is set up with was downloaded.
    DownloadQwc,
    /// Somebody chose of what to be told.
    ChooseAlerts,
    /// A webhook was added, changed or removed.
    ChangeWebhook,
    /// A company file was added.
    AddCompanyFile,
    /// Somebody is let in.
    AddPerson,
    /// Somebody has a new link.
    NewLink,
    /// Somebody has another role.
    ChangeRole,
    /// Somebody is let in no more.
    RemovePerson,
    /// Somebody may try passwords again.
    UnlockPerson,
    /// A program may use the API.
    AddToken,
    /// A program may use the API no more.
    RemoveToken,
    /// Somebody signed in.
    SignIn,
    /// Somebody set a password.
    SetPassword,
}

/// What people do, by what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditArea {
    /// Plays, reads, pauses.
    Plays,
    /// Imports and updates of documents.
    Imports,
    /// Connections, and the history of documents.
    Connections,
    /// Settings, rules, the Web Connector.
    Settings,
    /// People and sign-ins.
    People,
}

impl AuditAction {
    /// Every action, by area.
    pub const ALL: [Self; 43] = [
        Self::Play,
        Self::DoublePlay,
        Self::Settle,
        Self::TakeBack,
        Self::Adopt,
        Self::Decide,
        Self::LookAfter,
        Self::AskForRead,
        Self::Pause,
        Self::Resume,
        Self::ImportRecords,
        Self::MergeDocuments,
        Self::UpdateDocuments,
        Self::IgnoreRecords,
        Self::StopIgnoring,
        Self::DownloadDocuments,
        Self::LoadDocuments,
        Self::Connect,
        Self::CreateAllTheSame,
        Self::ArchiveConnection,
        Self::ArchiveConnections,
        Self::RestoreConnection,
        Self::RestoreConnections,
        Self::ArchiveRequest,
        Self::RestoreRequest,
        Self::ChangeSettings,
        Self::ChangeDomainSettings,
        Self::SwitchLayers,
        Self::DownloadPatch,
        Self::NewPassword,
        Self::DownloadQwc,
        Self::ChooseAlerts,
        Self::ChangeWebhook,
        Self::AddCompanyFile,
        Self::AddPerson,
        Self::NewLink,
        Self::ChangeRole,
        Self::RemovePerson,
        Self::UnlockPerson,
        Self::AddToken,
        Self::RemoveToken,
        Self::SignIn,
        Self::SetPassword,
    ];

    /// Its name, as it is stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Play => "play",
            Self::DoublePlay => "double play",
            Self::Settle => "settle by hand",
            Self::TakeBack => "take back what was settled by hand",
            Self::Adopt => "send what differs",
            Self::Decide => "decide on fields",
            Self::LookAfter => "look after what waits",
            Self::AskForRead => "ask for a read",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::ImportRecords => "import records",
            Self::MergeDocuments => "merge what was imported",
            Self::UpdateDocuments => "update documents",
            Self::IgnoreRecords => "ignore records",
            Self::StopIgnoring => "ignore records no longer",
            Self::DownloadDocuments => "download documents",
            Self::LoadDocuments => "load documents",
            Self::Connect => "connect",
            Self::CreateAllTheSame => "create all the same",
            Self::ArchiveConnection => "archive connection",
            Self::ArchiveConnections => "archive connections",
            Self::RestoreConnection => "restore connection",
            Self::RestoreConnections => "restore connections",
            Self::ArchiveRequest => "archive request",
            Self::RestoreRequest => "restore request",
            Self::ChangeSettings => "change settings",
            Self::ChangeDomainSettings => "change settings of the domain",
            Self::SwitchLayers => "switch layers",
            Self::DownloadPatch => "download a patch of the rules",
            Self::NewPassword => "new Web Connector password",
            Self::DownloadQwc => "download .qwc",
            Self::ChooseAlerts => "choose alerts",
            Self::ChangeWebhook => "change a webhook",
            Self::AddCompanyFile => "add company file",
            Self::AddPerson => "add person",
            Self::NewLink => "new link",
            Self::ChangeRole => "change role",
            Self::RemovePerson => "remove person",
            Self::UnlockPerson => "unlock person",
            Self::AddToken => "add token",
            Self::RemoveToken => "remove token",
            Self::SignIn => "sign in",
            Self::SetPassword => "set password",
        }
    }

    /// The action of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// What it is about.
    pub fn area(self) -> AuditArea {
        match self {
            Self::Play
            | Self::DoublePlay
            | Self::Settle
            | Self::TakeBack
            | Self::Adopt
            | Self::Decide
            | Self::LookAfter
            | Self::AskForRead
            | Self::Pause
            | Self::Resume => AuditArea::Plays,
            Self::ImportRecords
            | Self::MergeDocuments
            | Self::UpdateDocuments
            | Self::IgnoreRecords
            | Self::StopIgnoring
            | Self::DownloadDocuments
            | Self::LoadDocuments => AuditArea::Imports,
            Self::Connect
            | Self::CreateAllTheSame
            | Self::ArchiveConnection
            | Self::ArchiveConnections
            | Self::RestoreConnection
            | Self::RestoreConnections
            | Self::ArchiveRequest
            | Self::RestoreRequest => AuditArea::Connections,
            Self::ChangeSettings
            | Self::ChangeDomainSettings
            | Self::SwitchLayers
            | Self::DownloadPatch
            | Self::NewPassword
            | Self::DownloadQwc
            | Self::ChooseAlerts
            | Self::ChangeWebhook
            | Self::AddCompanyFile => AuditArea::Settings,
            Self::AddPerson
            | Self::NewLink
            | Self::ChangeRole
            | Self::RemovePerson
            | Self::UnlockPerson
            | Self::AddToken
            | Self::RemoveToken
            | Self::SignIn
            | Self::SetPassword => AuditArea::People,
        }
    }
}

impl AuditArea {
    /// Every area, in the order in which people choose among them.
    pub const ALL: [Self; 5] = [Self::Plays, Self::Imports, Self::Connections, Self::Settings, Self::People];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plays => "plays",
            Self::Imports => "imports",
            Self::Connections => "connections",
            Self::Settings => "settings",
            Self::People => "people",
        }
    }

    /// The area of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.name() == name)
    }

    /// What it is about, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Plays => "Plays and reads",
            Self::Imports => "Imports and updates",
            Self::Connections => "Connections",
            Self::Settings => "Settings, rules, Web Connector",
            Self::People => "People and sign-ins",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own() {
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::named(action.name()), Some(action));
        }
    }

    #[test]
    fn every_area_has_actions() {
        for area in AuditArea::ALL {
            assert_eq!(AuditArea::named(area.name()), Some(area));
            assert!(AuditAction::ALL.iter().any(|action| action.area() == area), "{}", area.name());
        }
    }
}
