//! Reading a whole document into memory.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use thiserror::Error;

use super::{Content, Node, UnresolvedReference, is_layout, resolve};

/// A document in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The processing instructions before the outermost element, such as `qbxml version="13.0"`.
    pub instructions: Vec<String>,
    /// The outermost element.
    pub root: Node,
}

/// How the names in a tree are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As they are written: `soap:Body`.
    AsWritten,
    /// With the namespace in the place of its prefix: `{http://schemas.xmlsoap.org/soap/envelope/}Body`.
    Expanded,
}

/// Why a document is no tree of elements.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TreeError {
    /// Not XML, in the words of the library that reads it.
    #[error("{0}")]
    Malformed(String),
    /// An XML declaration that is not at the beginning.
    #[error("the XML declaration must be the first node")]
    LateDeclaration,
    /// A document type. Nothing good comes of expanding one.
    #[error("a DTD is prohibited")]
    Doctype,
    /// More than one outermost element.
    #[error("there are two outermost elements")]
    TwoRoots,
    /// Elements inside elements inside elements.
    #[error("elements are nested deeper than {limit}")]
    TooDeep {
        /// How deep they may be nested.
        limit: usize,
    },
    /// An entity other than the five of XML and numbers.
    #[error("reference to an undeclared entity")]
    UnknownEntity,
    /// A prefix without a namespace.
    #[error("`{0}` is an undeclared prefix")]
    UndeclaredPrefix(String),
    /// Text outside of the outermost element.
    #[error("data at the root level is invalid")]
    TextOutside,
    /// An element with text and elements in it.
    #[error("there is text beside elements")]
    MixedContent,
    /// The document ends in the middle.
    #[error("unexpected end of file")]
    CutOff,
    /// There is no element.
    #[error("root element is missing")]
    Empty,
}

/// Reads a document. Forbidden characters are let through when they are written as numbers: whether they
/// are a fault is up to the caller.
///
/// # Errors
/// If it is not one well-formed element, or elements are nested deeper than `max_depth`.
pub fn read_tree(document: &str, names: Names, max_depth: usize) -> Result<Tree, TreeError> {
    let mut reader = NsReader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut root, mut instructions) = (Vec::<Open>::new(), None, Vec::new());
    let mut is_first = true;
    loop {
        match reader.read_event().map_err(|error| malformed(&error))? {
            Event::Decl(_) if !is_first => return Err(TreeError::LateDeclaration),
            Event::DocType(_) => return Err(TreeError::Doctype),
            Event::Start(_) if root.is_some() => return Err(TreeError::TwoRoots),
            Event::Start(_) if open.len() >= max_depth => {
                return Err(TreeError::TooDeep { limit: max_depth });
            }
            Event::Start(tag) => open.push(Open::start(&reader, &tag, names)?),
            Event::End(_) => {
                let Some(node) = open.pop().map(Open::close).transpose()? else { continue };
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => root = Some(node),
                }
            }
            Event::PI(instruction) if root.is_none() && open.is_empty() => {
                instructions.push(instruction.to_string());
            }
            Event::Text(text) => push(open.last_mut(), &text.xml10_content())?,
            Event::CData(text) => push(open.last_mut(), &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = resolve(&reference).map_err(unresolved)?;
                push(open.last_mut(), character.encode_utf8(&mut [0; 4]))?;
            }
            Event::Eof if !open.is_empty() => return Err(TreeError::CutOff),
            Event::Eof => return root.map(|root| Tree { instructions, root }).ok_or(TreeError::Empty),
            Event::Decl(_) | Event::Empty(_) | Event::PI(_) | Event::Comment(_) => {}
        }
        is_first = false;
    }
}

/// An element that is still open: what it holds so far.
struct Open {
    node: Node,
    children: Vec<Node>,
    text: String,
}

impl Open {
    fn start(reader: &NsReader<&[u8]>, tag: &BytesStart<'_>, names: Names) -> Result<Open, TreeError> {
        let resolver = reader.resolver();
        let name = match names {
            Names::AsWritten => tag.name().as_ref().to_owned(),
            Names::Expanded => match resolver.resolve_element(tag.name()) {
                (ResolveResult::Unknown(prefix), _) => {
                    return Err(TreeError::UndeclaredPrefix(prefix));
                }
                (space, local) => expanded(&space, local.as_ref()),
            },
        };
        let mut node = Node::aggregate(name, Vec::new());
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|error| malformed(&error))?;
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| malformed(&error))?;
            let key = match names {
                Names::AsWritten => attribute.key.as_ref().to_owned(),
                Names::Expanded => {
                    let (space, local) = resolver.resolve_attribute(attribute.key);
                    expanded(&space, local.as_ref())
                }
            };
            node.attributes.push((key, value.into_owned()));
        }
        Ok(Open { node, children: Vec::new(), text: String::new() })
    }

    /// An element holds text, or elements with layout between them.
    fn close(self) -> Result<Node, TreeError> {
        let content = if self.children.is_empty() {
            Content::Text(self.text)
        } else if self.text.trim().is_empty() {
            Content::Children(self.children)
        } else {
            return Err(TreeError::MixedContent);
        };
        Ok(Node { content, ..self.node })
    }
}

fn expanded(space: &ResolveResult<'_>, local: &str) -> String {
    match space {
        ResolveResult::Bound(space) => format!("{{{}}}{local}", space.0),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => local.to_owned(),
    }
}

fn push(open: Option<&mut Open>, text: &str) -> Result<(), TreeError> {
    match open {
        Some(open) => open.text.push_str(text),
        None if is_layout(text) => {}
        None => return Err(TreeError::TextOutside),
    }
    Ok(())
}

fn malformed(error: &dyn std::error::Error) -> TreeError {
    TreeError::Malformed(error.to_string())
}

fn unresolved(error: UnresolvedReference) -> TreeError {
    match error {
        UnresolvedReference::Number(reason) => TreeError::Malformed(reason),
        UnresolvedReference::Unknown => TreeError::UnknownEntity,
    }
}
