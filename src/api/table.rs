//! Every address of the API: its method, its scope, what it is for, and what answers. Routes and description are both made of it.

use axum::http::Method;
use schemars::{JsonSchema, SchemaGenerator};

use super::answers::{self, Answer, Call, Listed};
use super::problem::Problem;
use super::{describe, lists};
use crate::people::Scope;
use crate::sync::stored::CompanyFile;
use crate::sync::{PlanView, Status};
use crate::told::{ErrorEntry, ImportView, LoadView, PlayView};

/// What answers of a company file.
pub type OfCompany = fn(&Call<'_>, &CompanyFile) -> Answer;

/// An address of the API.
#[derive(Clone, Copy)]
pub struct Address {
    /// As the router has it.
    pub path: &'static str,
    /// What generated programs call it.
    pub name: &'static str,
    /// What a token needs for it.
    pub needs: Needs,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// What is served there.
    pub target: Target,
    /// The shape of what is answered.
    pub shape: Shape,
}

/// What whoever calls has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: what is answered is no secret.
    Nothing,
    /// A token with that scope.
    Scope(Scope),
}

/// What is served at an address.
#[derive(Clone, Copy)]
pub enum Target {
    /// The same for everybody.
    Everybody(fn() -> Answer),
    /// Something of the domain.
    Domain(fn(&Call<'_>) -> Answer),
    /// Something of a company file.
    Company(OfCompany),
    /// A list of a company file, in parts.
    Part(OfCompany),
    /// Documents for a company file.
    Documents(OfCompany),
    /// Something that is done to a company file, as a JSON object says.
    Act(OfCompany),
}

/// Gives the name under which a schema is kept.
pub type Named = fn(&mut SchemaGenerator) -> Option<String>;

/// The shape of what is answered.
#[derive(Clone, Copy)]
pub enum Shape {
    /// Any JSON object.
    Any,
    /// One of those.
    One(Named),
    /// A list of those.
    List(Named),
}

/// All of them.
pub const TABLE: &[Address] = &[
    Address {
        path: "/api/v1/openapi.json",
        name: "describe",
        needs: Needs::Nothing,
        about: "This description.",
        target: Target::Everybody(describe::text),
        shape: Shape::Any,
    },
    Address {
        path: "/api/v1/company-files",
        name: "listCompanyFiles",
        needs: Needs::Scope(Scope::ReadStatus),
        about: "The company files of the token's domain, by name.",
        target: Target::Domain(answers::company_files),
        shape: Shape::List(named::<Listed>),
    },
    Address {
        path: "/api/v1/company-files/{id}/status",
        name: "readStatus",
        needs: Needs::Scope(Scope::ReadStatus),
        about: "How a company file is doing, as one entry of `ferrule status --json`.",
        target: Target::Company(lists::status),
        shape: Shape::One(named::<Status>),
    },
    Address {
        path: "/api/v1/company-files/{id}/errors",
        name: "listErrors",
        needs: Needs::Scope(Scope::ReadErrors),
        about: "What is not done, and why, as `ferrule errors --json` lists it.",
        target: Target::Part(lists::errors),
        shape: Shape::List(named::<ErrorEntry<'static>>),
    },
    Address {
        path: "/api/v1/company-files/{id}/plan",
        name: "readPlan",
        needs: Needs::Scope(Scope::ReadPlan),
        about: "What would be sent to QuickBooks if every document were played, as `ferrule diff --json` writes it. `counts` \
                counts all of it, whatever the part.",
        target: Target::Part(lists::plan),
        shape: Shape::One(named::<PlanView<'static>>),
    },
    Address {
        path: "/api/v1/company-files/{id}/imports",
        name: "listImports",
        needs: Needs::Scope(Scope::ReadImports),
        about: "Records of QuickBooks that can become documents, as `ferrule import --list --json` lists them.",
        target: Target::Part(lists::imports),
        shape: Shape::List(named::<ImportView>),
    },
    Address {
        path: "/api/v1/company-files/{id}/documents",
        name: "loadDocuments",
        needs: Needs::Scope(Scope::WriteDocuments),
        about: "Takes documents over from Steelhead, as `ferrule load` does. The same documents may be sent any number of times.",
        target: Target::Documents(answers::load),
        shape: Shape::One(named::<LoadView<'static>>),
    },
    Address {
        path: "/api/v1/company-files/{id}/play",
        name: "playDocuments",
        needs: Needs::Scope(Scope::PlayDocuments),
        about: "Queues documents for the next visit of the Web Connector, as `ferrule play` does.",
        target: Target::Act(answers::play),
        shape: Shape::One(named::<PlayView<'static>>),
    },
];

/// Keeps the schema of a type, and gives where it is kept.
pub fn named<T: JsonSchema>(generator: &mut SchemaGenerator) -> Option<String> {
    let schema = generator.subschema_for::<T>();
    Some(schema.get("$ref")?.as_str()?.to_owned())
}

impl Target {
    /// The method that it takes. What takes GET takes HEAD too.
    pub fn method(self) -> Method {
        match self {
            Self::Everybody(_) | Self::Domain(_) | Self::Company(_) | Self::Part(_) => Method::GET,
            Self::Documents(_) | Self::Act(_) => Method::POST,
        }
    }

    /// Whether something may be done there by that method.
    ///
    /// # Errors
    /// [`Problem::Method`], if not.
    pub fn check(self, method: &Method) -> Result<(), Problem> {
        match (self.method(), method) {
            (Method::GET, &Method::GET | &Method::HEAD) | (Method::POST, &Method::POST) => Ok(()),
            (Method::GET, _) => Err(Problem::Method("GET, HEAD")),
            _ => Err(Problem::Method("POST")),
        }
    }

    /// Whether it is about one company file, whose id stands in the address.
    pub fn is_of_company(self) -> bool {
        matches!(self, Self::Company(_) | Self::Part(_) | Self::Documents(_) | Self::Act(_))
    }
}

/// Method and path of every address.
pub fn addresses() -> impl Iterator<Item = (Method, &'static str)> {
    TABLE.iter().map(|address| (address.target.method(), address.path))
}
