//! The editions of QuickBooks: each parses requests by a schema of its own.

use crate::catalogue::{Country, Element, root};
use crate::xml::Node;

/// Whether a message set holds an element that the edition of this country lacks.
pub(crate) fn is_foreign(set: &Node, country: &str) -> bool {
    let country = Country::of(country).unwrap_or(Country::US);
    root().child("QBXMLMsgsRq").is_some_and(|element| lacks(set, element, country))
}

/// What the schema does not know at all is told by the validation.
fn lacks(node: &Node, element: Element, country: Country) -> bool {
    node.children().iter().any(|child| {
        let known = element.child(&child.name);
        known.is_some_and(|known| !known.is_in(country) || lacks(child, known, country))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::elements::read;

    #[test]
    fn a_canadian_customer_has_no_tax_item() {
        let text = "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq onError=\"stopOnError\"><CustomerAddRq><CustomerAdd><Name>Lakeshore</Name><ItemSalesTaxRef><FullName>HST</FullName></ItemSalesTaxRef></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>";
        let document = read(text).ok().unwrap();
        let set = document.root.child("QBXMLMsgsRq").unwrap();
        assert!(is_foreign(set, "CA") && is_foreign(set, "UK"));
        assert!(!is_foreign(set, "US") && !is_foreign(set, "AU"));
    }
}
