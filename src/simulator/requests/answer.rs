//! The answer to one request.

use crate::simulator::status::{Reason, Status};
use crate::xml::Node;

/// The answer to one request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    /// The attributes behind the status, such as `retCount`.
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// The records.
    pub(crate) content: Vec<Node>,
}

impl From<Status> for Answer {
    fn from(status: Status) -> Answer {
        Answer { status, attributes: Vec::new(), content: Vec::new() }
    }
}

impl Answer {
    /// The answer to something that was done.
    pub(crate) fn done(content: Vec<Node>) -> Answer {
        Answer { content, ..Answer::from(Status::from(Reason::Done)) }
    }

    /// The answer to a query: these records, or their number. `missing` is the first of those asked for that
    /// is not there.
    pub(crate) fn found(nodes: Vec<Node>, missing: Option<&str>, query: &Node) -> Answer {
        let status = match missing {
            Some(missing) => Status::new(Reason::SomeMissing, &[missing]),
            None if nodes.is_empty() => Reason::NothingFound.into(),
            None => Reason::Done.into(),
        };
        let meta = query.attribute("metaData").unwrap_or("NoMetaData");
        let mut answer = Answer::from(status);
        if meta != "NoMetaData" {
            answer.attributes.push(("retCount", nodes.len().to_string()));
        }
        if meta != "MetaDataOnly" {
            answer.content = nodes;
        }
        answer
    }
}
