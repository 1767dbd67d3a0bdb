//! A record as its document's own export would have it: what an import makes of that is no news, though
//! the document says it in another form, such as with markup that `QuickBooks` cannot hold.

use std::sync::Arc;

use crate::engine::{ImportedValue, Provenance};
use crate::qbxml::{Company, Record};
use crate::sync::imports::merge::is_same;

/// The record that was written, element by element. Of what is referred to by its id, it has the full name
/// besides, as records do.
pub fn own_record(name: &str, written: &[Provenance], company: &Company) -> Arc<Record> {
    let leaves = written.iter().flat_map(|Provenance { element: path, value, .. }| {
        let reference = path.strip_suffix("ListID").filter(|it| it.is_empty() || it.ends_with('/'));
        let full_name = reference.and_then(|reference| {
            let name = company.by_id(value)?.full_name()?.to_owned();
            Some((format!("{reference}FullName"), name))
        });
        std::iter::once((path.clone(), value.clone())).chain(full_name)
    });
    Arc::new(Record::of_leaves(name, leaves))
}

/// What of an imported value is otherwise than in `own`; nothing if nothing is.
pub fn news(value: ImportedValue, own: Option<&ImportedValue>) -> Option<ImportedValue> {
    match (value, own) {
        (ImportedValue::Fields(fields), Some(own @ ImportedValue::Fields(_))) => {
            let fields = fields.into_iter().filter_map(|(name, value)| {
                let value = news(value, own.get(&name))?;
                Some((name, value))
            });
            let fields: Vec<_> = fields.collect();
            (!fields.is_empty()).then_some(ImportedValue::Fields(fields))
        }
        (ImportedValue::List(mut members), Some(ImportedValue::List(own))) => {
            members.retain(|member| !own.contains(member));
            (!members.is_empty()).then_some(ImportedValue::List(members))
        }
        (ImportedValue::Text(text), Some(ImportedValue::Text(own))) if is_same(own, &text) => None,
        (value, own) => (own != Some(&value)).then_some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::source::{FileId, Span};

    fn written(element: &str, value: &str) -> Provenance {
        let (element, value, expression) = (element.to_owned(), value.to_owned(), "".into());
        let span = Span { file: FileId(0), start: 0, end: 0 };
        Provenance { element, value, span, expression, inputs: Vec::new() }
    }

    #[test]
    fn elements_come_back_as_they_were_written() {
        let all = [
            written("Name", "A"),
            written("Bill/Addr1", "1"),
            written("Bill/Addr2", "2"),
            written("Note", "x"),
            written("Note[1]", "y"),
            written("Contact/Phone", "5"),
            written("Contact[1]/Phone", "6"),
            written("TermsRef/ListID", "T1"),
        ];
        let record = own_record("CustomerRet", &all, &Company::unknown());
        assert_eq!(
            record.to_xml(),
            "<CustomerRet><Name>A</Name><Bill><Addr1>1</Addr1><Addr2>2</Addr2></Bill><Note>x</Note><Note>y</Note>\
             <Contact><Phone>5</Phone></Contact><Contact><Phone>6</Phone></Contact><TermsRef><ListID>T1</ListID></TermsRef></CustomerRet>"
        );
    }

    #[test]
    fn only_what_differs_is_news() {
        let text = |text: &str| ImportedValue::Text(text.to_owned());
        let fields = |all: &[(&str, ImportedValue)]| {
            ImportedValue::Fields(
                all.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            )
        };
        let own = fields(&[
            ("name", text("A")),
            ("price", text("0.50")),
            ("tags", ImportedValue::List(vec![text("a")])),
        ]);
        assert_eq!(news(own.clone(), Some(&own)), None);
        assert_eq!(news(fields(&[("price", text("0.5"))]), Some(&own)), None, "by value");
        let other = fields(&[
            ("name", text("A")),
            ("price", text("0.6")),
            ("phone", text("5")),
            ("tags", ImportedValue::List(vec![text("b"), text("a")])),
        ]);
        let expected = fields(&[
            ("price", text("0.6")),
            ("phone", text("5")),
            ("tags", ImportedValue::List(vec![text("b")])),
        ]);
        assert_eq!(news(other.clone(), Some(&own)), Some(expected));
        assert_eq!(news(other.clone(), None), Some(other));
    }
}
