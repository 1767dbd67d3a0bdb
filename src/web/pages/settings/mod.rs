//! Settings of one integration and of the whole domain.

pub mod domain;
pub mod form;
pub mod integration;
pub mod layers;

use crate::rules::file::Scope;
use crate::sync::stored::CompanyFile;

/// Where a setting of that scope stands, by its name.
pub fn path_of(file: &CompanyFile, scope: Scope, name: &str) -> String {
    let page = match scope {
        Scope::Domain => domain::path(file),
        Scope::Integration => integration::path(file),
    };
    format!("{page}#{name}")
}
