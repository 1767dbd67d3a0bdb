//! What is wrong with a company file as it is kept.

use crate::document::Origin;
use crate::qbxml::RecordReader;
use crate::rules::Program;
use crate::sync::company_file::document::is_of_record;
use crate::sync::company_file::settings::settings;
use crate::sync::stored::{CompanyFile, KeptFlaw, Store, StoreError, Trouble};

/// What is wrong with a company file, for people; nothing if all is well: settings that the rule set
/// does not take, documents that break their shape, records that cannot be read, and what fails again and again.
///
/// # Errors
/// The store failed.
pub fn check_up(store: &dyn Store, program: &Program, file: &CompanyFile) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    if let Err(error) = settings(program, file) {
        found.push(format!("the settings do not fit the rules: {error}"));
    }
    let decoder = &program.decoder;
    for stored in store.all_documents(file.id, None)? {
        let key = stored.document.key;
        // Of an object whose layer is off nothing is known.
        if is_of_record(&key) || program.shapes.object(&key.object).is_none() {
            continue;
        }
        let origin = Origin::file(key.to_string());
        let problems = decoder.decode(&stored.document.json, &origin).err().into_iter().flatten();
        found.extend(problems.map(|problem| format!("a document breaks its shape: {problem}")));
    }
    let mut reader = RecordReader::default();
    store.records(file.id, &mut |record| {
        if let Err(error) = reader.read(&record.xml) {
            let key = record.key;
            found.push(format!("the record {} {} cannot be read: {error}", key.record_type, key.id));
        }
    })?;
    let set_aside = store.flaws(file.id)?.into_iter().filter(KeptFlaw::is_set_aside);
    found.extend(set_aside.map(|kept| {
        let (label, reason) = (kept.flaw.label(), &kept.flaw.reason);
        format!("QuickBooks' {label} cannot be read and was set aside: {reason}")
    }));
    let repeated = store.troubles(file.id)?.into_iter().filter(Trouble::repeats);
    found.extend(repeated.map(|trouble| trouble.to_string()));
    Ok(found)
}
