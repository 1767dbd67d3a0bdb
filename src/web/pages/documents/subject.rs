//! What a page of one document is about.

use crate::rules::Program;
use crate::rules::program::List;
use crate::sync::stored::{CompanyFile, DocumentKey, NewDocument, Standing, StoredDocument};
use crate::sync::{
    called, check_played, connection_of, differs_of, referred, referred_json, settled_of, undone_of,
};
use crate::web::ground::fields::{Fields, segment};
use crate::web::ground::trouble::Trouble;
use crate::web::listing::Asked;
use crate::web::pages::documents::narrow::TERMS;
use crate::web::server::visit::Visit;
use crate::web::views::{DocumentRow, finalize_field};

/// The longest id of a document, in bytes.
const LONGEST_ID: usize = 200;

/// What a page of one document is about.
pub struct Subject<'v> {
    /// The list it is in.
    pub list: &'v List,
    /// The document, with its job and connection, as they are now.
    pub standing: Standing,
    /// The same, as lists show it.
    pub row: DocumentRow,
    /// What people call it, such as `Invoice 232`.
    pub title: String,
    /// Where its page is.
    pub path: String,
    /// Where the list is.
    pub list_path: String,
    /// Whether it was loaded. Of one that was not, only what others hold of it is known.
    pub is_loaded: bool,
    /// Whether such documents are exported on play, and this one is of Steelhead.
    pub is_played: bool,
    /// Whether such documents are sent at all, and this one is of Steelhead.
    pub is_sent: bool,
}

/// The list that the path names.
///
/// # Errors
/// [`Trouble::NotFound`].
pub fn list(visit: &Visit) -> Result<&List, Trouble> {
    visit.program().list_at(visit.name("object")).ok_or(Trouble::NotFound)
}

/// What the list was asked for from which a form was sent.
pub fn listed(visit: &Visit, file: &CompanyFile, list: &List) -> Asked {
    let query = visit.form.get("query").trim_start_matches('?');
    Asked::of(list_path(file, list), &Fields::parse(query.as_bytes()), &TERMS)
}

/// The end of an address that leads to the row of a document in its list.
pub fn row_mark(id: &str) -> String {
    format!("#row-{}", segment(id))
}

/// Where a list is.
pub fn list_path(file: &CompanyFile, list: &List) -> String {
    format!("/c/{}/{}", file.id.0, list.path)
}

/// Where the page of a document is.
pub fn document_path(file: &CompanyFile, list: &List, id: &str) -> String {
    format!("{}/{}", list_path(file, list), segment(id))
}

/// What people call a document.
pub fn title(list: &List, row: &DocumentRow) -> String {
    let name = row.cells.first().map(|cell| cell.text.trim()).filter(|text| !text.is_empty());
    let name = name.unwrap_or(&row.key.id);
    called(list, name)
}

/// Whether the rules send documents of an object, on their own or with others.
pub fn is_sent(program: &Program, object: &str) -> bool {
    program.object(object).is_some_and(|object| object.export.is_some())
}

/// A document that was not loaded: others refer to it; or it was imported, and is Steelhead's own by now.
fn elsewhere(visit: &Visit, file: &CompanyFile, list: &List, key: &DocumentKey) -> Result<Standing, Trouble> {
    let store = &*visit.site.store;
    if let Some(now) = store.merged_into(file.id, key)? {
        return Err(Trouble::Moved(document_path(file, list, &now.id)));
    }
    let part = referred(store, visit.program(), file, key)?.ok_or(Trouble::NotFound)?;
    let json = referred_json(visit.program(), &part);
    let document = NewDocument { key: key.clone(), json, version: String::new() };
    Ok(Standing {
        document: StoredDocument { document, loaded_at: visit.now },
        job: None,
        connection: connection_of(store, file, key)?,
        said: None,
    })
}

impl<'v> Subject<'v> {
    /// The document that the path names.
    ///
    /// # Errors
    /// [`Trouble::NotFound`], if there is none.
    pub fn of(visit: &'v Visit, file: &CompanyFile) -> Result<Self, Trouble> {
        let list = list(visit)?;
        let id = visit.name("id");
        if id.len() > LONGEST_ID {
            return Err(Trouble::NotFound);
        }
        let key = DocumentKey { object: list.object.clone(), id: id.to_owned() };
        let stored = visit.site.store.standing(file.id, &key)?;
        let is_loaded = stored.is_some();
        let standing = match stored {
            Some(standing) => standing,
            None => elsewhere(visit, file, list, &key)?,
        };
        let differs = differs_of(&*visit.site.store, visit.program(), file, &key).map_err(Trouble::failed)?;
        let undone = undone_of(&*visit.site.store, visit.program(), file, &key).map_err(Trouble::failed)?;
        let settled = settled_of(&*visit.site.store, visit.program(), file, &key).map_err(Trouble::failed)?;
        let row = DocumentRow::of(list, finalize_field(visit.program(), list), &standing.document)
            .with(standing.job.as_ref(), standing.connection.as_ref())
            .differing(differs.as_ref())
            .undone(undone.as_ref())
            .settled(settled.as_ref());
        Ok(Self {
            title: title(list, &row),
            path: document_path(file, list, id),
            list_path: list_path(file, list),
            is_played: is_loaded && !row.is_of_record && check_played(visit.program(), &list.object).is_ok(),
            is_loaded,
            is_sent: is_loaded && !row.is_of_record && is_sent(visit.program(), &list.object),
            list,
            standing,
            row,
        })
    }

    /// Where the browser goes after an action: back to the list, if the button was there.
    pub fn back(&self, visit: &Visit, file: &CompanyFile) -> String {
        match visit.form.raw("query") {
            Some(_) => listed(visit, file, self.list).link() + &row_mark(&self.key().id),
            None => self.path.clone(),
        }
    }

    /// The document's key.
    pub fn key(&self) -> &DocumentKey {
        &self.standing.document.document.key
    }
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn a_step_of_a_path_is_one_step() {
        assert_eq!(segment("1031271"), "1031271");
        assert_eq!(segment("a/../b?c#d é\"<"), "a%2F%2E%2E%2Fb%3Fc%23d%20%C3%A9%22%3C");
    }
}
