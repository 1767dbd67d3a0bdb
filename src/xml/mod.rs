//! What XML is, for everybody who reads or writes it: qbXML, SOAP, `.qwc` files and the simulator.
//!
//! It knows no vocabulary. Whoever reads a document decides for itself how strict it is; what a forbidden
//! character, a name or a reference is, is said here once.

mod byte_order_mark;
mod characters;
mod encoding;
mod escape;
mod name;
mod name_set;
mod node;
mod reference;
mod tree;
mod writer;

pub use byte_order_mark::{BYTE_ORDER_MARK, without_byte_order_mark};
pub use characters::{first_forbidden, is_all, is_forbidden, is_layout};
pub use encoding::{UnknownEncoding, to_utf8};
pub use escape::{escape_into, is_plain};
pub use name::{is_local_name, is_name};
pub use name_set::NameSet;
pub use node::{Content, Node};
pub use reference::{UnresolvedReference, is_number, resolve};
pub use tree::{Names, Tree, TreeError, read_tree};
pub use writer::{Mark, Writer};
