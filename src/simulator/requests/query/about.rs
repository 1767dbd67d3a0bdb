//! Queries about the company file and the program, not for records.

use super::deletions::deletions;
use crate::catalogue::Element;
use crate::simulator::books::{Books, versions_up_to};
use crate::simulator::elements::{shape, shape_named};
use crate::simulator::requests::extension::defined;
use crate::simulator::requests::request::Request;
use crate::simulator::status::Status;
use crate::xml::Node;

/// The answer to a query about the company file or the program; `None` for other queries.
pub(crate) fn about(books: &mut Books, request: Request<'_>) -> Option<Result<Vec<Node>, Status>> {
    let operation = request.operation;
    let nodes = match operation.name {
        "HostQuery" => vec![host(books, operation.response.child("HostRet")?, request.node)],
        "CompanyQuery" => vec![books.company.clone()],
        "PreferencesQuery" => vec![books.told_preferences()],
        "CompanyActivityQuery" => vec![shape_named("CompanyActivityRet", Vec::new(), books)],
        "ListDeletedQuery" | "TxnDeletedQuery" => return Some(deletions(books, request)),
        "DataExtDefQuery" => defined(books, request),
        _ => return None,
    };
    Some(Ok(nodes))
}

fn host(books: &mut Books, element: Element, request: &Node) -> Node {
    let settings = books.settings.clone();
    let mode = if settings.is_single_user { "SingleUser" } else { "MultiUser" };
    let mut sources = vec![
        Node::leaf("ProductName", settings.product_name),
        Node::leaf("MajorVersion", settings.major_version.to_string()),
        Node::leaf("MinorVersion", settings.minor_version.to_string()),
        Node::leaf("Country", settings.country),
        Node::leaf("IsAutomaticLogin", "false"),
        Node::leaf("QBFileMode", mode),
    ];
    let versions = versions_up_to(&settings.qbxml_version);
    sources.extend(versions.map(|version| Node::leaf("SupportedQBXMLVersion", version)));
    if request.child("IncludeListMetaData").is_some() {
        let lists = element.child("ListMetaData");
        sources.extend(lists.map(|lists| shape(lists, Vec::new(), books)));
    }
    shape(element, sources, books)
}
