//! Why Steelhead's API gave no documents.

use std::time::Duration;

/// Why there is no answer that could be used. No secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The address cannot be asked.
    #[error("`{0}` is no address of Steelhead's API: write https://…, or http:// for this machine")]
    Address(String),
    /// There is something secret in the address.
    #[error(
        "a user or a password in Steelhead's address would be seen by others: put it into the access file"
    )]
    Shown,
    /// What opens it cannot be read.
    #[error("the access to Steelhead: {0}")]
    Access(String),
    /// It does not let us in.
    #[error(
        "Steelhead answers {0}: the token is refused. Get a new one in Steelhead, and put it in its place"
    )]
    Refused(u16),
    /// It gives nothing, and does not say why.
    #[error(
        "Steelhead gives nothing of `{0}`: the token is not allowed to read it, or it belongs to another domain. Get one that is \
         allowed"
    )]
    NotAllowed(String),
    /// It does not know the hash.
    #[error(
        "Steelhead does not know the question `{0}` any more: its hash changes with Steelhead's releases. Put the new one as \
         `sha256` into the shape"
    )]
    UnknownHash(String),
    /// Too many requests, or a server in trouble.
    #[error("Steelhead answers {status}: it is busy. It is asked again later")]
    Busy {
        /// The status of HTTP.
        status: u16,
        /// When it wants to be asked again.
        wait: Option<Duration>,
    },
    /// Another status.
    #[error("Steelhead answers {0}: look whether the address is that of its API")]
    Status(u16),
    /// It sends us elsewhere.
    #[error(
        "Steelhead's address leads to another ({0}), and secrets are not sent there: look whether it is right"
    )]
    Elsewhere(String),
    /// No answer came.
    #[error("Steelhead cannot be reached: {0}")]
    Unreachable(String),
    /// It did not come in time.
    #[error("Steelhead did not answer within {} seconds", .0.as_secs())]
    TooSlow(Duration),
    /// It is too large.
    #[error("Steelhead's answer has more than {} MB: make `size` in the `source` of the shape smaller", .0 >> 20)]
    TooLarge(u64),
    /// It is no answer of GraphQL.
    #[error(
        "what Steelhead answers is no answer of GraphQL ({0}): look whether the address is that of its API"
    )]
    NoAnswer(String),
    /// It says what is wrong.
    #[error("Steelhead does not answer the question for `{list}`: {said}")]
    Said {
        /// The field that was asked.
        list: String,
        /// What it says.
        said: String,
    },
    /// Something is not there that was asked.
    #[error(
        "Steelhead's answer has no `{0}`: ask for it in the persisted question, or take it out of `source`"
    )]
    Lacking(String),
    /// The next page is the same again.
    #[error("Steelhead's pages of `{0}` do not go on: the next page begins where this one did")]
    Stuck(String),
}

impl ApiError {
    /// Whether it is about one list only: others may be read all the same.
    pub fn is_of_one_list(&self) -> bool {
        matches!(
            self,
            Self::NotAllowed(_)
                | Self::UnknownHash(_)
                | Self::TooLarge(_)
                | Self::Said { .. }
                | Self::Lacking(_)
                | Self::Stuck(_)
        )
    }

    /// Whether it may go well if it is asked again soon.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable(_) | Self::TooSlow(_))
    }
}
