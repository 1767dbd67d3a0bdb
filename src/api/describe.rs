//! The API, as OpenAPI describes it. Addresses come from the table, shapes from the types that are written.

use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathsBuilder,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder, ResponsesBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, Object, ObjectBuilder, OneOfBuilder, Schema,
};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Header, HeaderBuilder, HttpMethod, InfoBuilder, LicenseBuilder,
    OpenApiBuilder, Ref, RefOr, Required, SchemaFormat, Type,
};

use super::answers::{Answer, Said, ToPlay};
use super::part::{MOST, USUAL};
use super::problem::{Body, Problem};
use super::table::{Address, Needs, Shape, TABLE, Target, named};
use crate::people::Scope;

/// What the token is called in the description.
const TOKEN: &str = "token";
const JSON: &str = "application/json";
/// Where schemas are kept.
const SCHEMAS: &str = "/components/schemas";

const ABOUT: &str = "For programs that push documents to Ferrule, or ask how things stand. An administrator makes a token \
with `ferrule token add`. What an operation needs of it, its scope, stands beside it. Keys are only ever added.";

/// The description, made once: whoever can reach the server may ask for it.
static DESCRIPTION: LazyLock<Result<Value, String>> =
    LazyLock::new(|| description().map_err(|error| error.to_string()));

/// The description, as it is served.
///
/// # Errors
/// As of [`description`].
pub fn text() -> Answer {
    match &*DESCRIPTION {
        Ok(all) => Said::json(all),
        Err(error) => Err(Problem::Failed(error.clone())),
    }
}

/// The description.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn description() -> Result<Value, serde_json::Error> {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.with(|it| it.definitions_path = SCHEMAS.into()).into_generator();
    let problem = named::<Body>(&mut generator);
    let mut paths = PathsBuilder::new();
    for address in TABLE {
        let item = utoipa::openapi::PathItem::new(method(address), operation(address, &mut generator));
        paths = paths.path(address.path, item);
    }
    let mut components = ComponentsBuilder::new().security_scheme(TOKEN, token());
    for kind in Problem::kinds() {
        components = components.response(kind.name(), refusal(&kind, problem.as_deref()));
    }
    let license = LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE"));
    let info = InfoBuilder::new().title("Ferrule").version("1").description(Some(ABOUT));
    let info = info.license(Some(license.build())).build();
    let all = OpenApiBuilder::new().info(info).paths(paths).components(Some(components.build())).build();
    let mut all = serde_json::to_value(all)?;
    if let Some(components) = all.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("schemas".to_owned(), Value::Object(generator.take_definitions(true)));
    }
    Ok(all)
}

fn method(address: &Address) -> HttpMethod {
    if address.target.method() == axum::http::Method::POST { HttpMethod::Post } else { HttpMethod::Get }
}

fn operation(address: &Address, generator: &mut SchemaGenerator) -> Operation {
    let security = match address.needs {
        Needs::Nothing => SecurityRequirement::default(),
        Needs::Scope(scope) => SecurityRequirement::new(TOKEN, [scope.name()]),
    };
    let mut responses = ResponsesBuilder::new().response("200", answer(address, generator));
    for kind in refusals(address) {
        let kept = RefOr::<Response>::Ref(Ref::from_response_name(kind.name()));
        responses = responses.response(kind.status().as_str(), kept);
    }
    let mut operation = OperationBuilder::new()
        .operation_id(Some(address.name))
        .summary(Some(address.about))
        .security(security)
        .request_body(content(address.target, generator))
        .responses(responses.build());
    if let Needs::Scope(scope) = address.needs {
        operation = operation.description(Some(format!("The token needs the scope `{}`.", scope.name())));
    }
    if address.target.is_of_company() {
        operation = operation.parameter(id());
    }
    if matches!(address.target, Target::Part(_)) {
        operation = operation.parameter(limit()).parameter(after());
    }
    operation.build()
}

fn answer(address: &Address, generator: &mut SchemaGenerator) -> Response {
    let schema: RefOr<Schema> = match address.shape {
        Shape::Any => Schema::Object(any_object()).into(),
        Shape::One(named) => Ref::new(named(generator).unwrap_or_default()).into(),
        Shape::List(named) => {
            let one = Ref::new(named(generator).unwrap_or_default());
            Schema::Array(ArrayBuilder::new().items(one).build()).into()
        }
    };
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response = ResponseBuilder::new().description("It went well.").content(JSON, content);
    if matches!(address.target, Target::Part(_)) {
        let next = "The address of the next part, with `rel=\"next\"`. Without it this was the last part.";
        let old = "`true`, if something has changed since this was made: a newer one is being made.";
        response = response.header("Link", header(next)).header("Ferrule-Is-Old", header(old));
    }
    response.build()
}

fn refusal(kind: &Problem, problem: Option<&str>) -> Response {
    let schema = Ref::new(problem.unwrap_or_default());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response =
        ResponseBuilder::new().description(kind.title()).content(super::problem::MEDIA, content);
    if let Some((name, _)) = kind.header() {
        response = response.header(name.as_str(), header(""));
    }
    response.build()
}

fn header(about: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    HeaderBuilder::new().schema(Some(text)).description(Some(about).filter(|it| !it.is_empty())).build()
}

/// What may be answered in place of what was asked for.
fn refusals(address: &Address) -> Vec<Problem> {
    let takes_body = matches!(address.target, Target::Documents(_) | Target::Act(_));
    let is_part = matches!(address.target, Target::Part(_));
    let is_open = address.needs == Needs::Nothing;
    let is_possible = |kind: &Problem| match kind {
        Problem::NoToken | Problem::Scope(_) | Problem::TooMany => !is_open,
        Problem::NotFound => address.target.is_of_company(),
        Problem::Method(_) => false,
        Problem::Wrong(_) | Problem::Conflict(_) => takes_body || is_part,
        Problem::MediaType(_) | Problem::TooLarge(_) | Problem::BrokenOff | Problem::Busy => takes_body,
        Problem::WorkingOut => is_part,
        Problem::Failed(_) => true,
    };
    Problem::kinds().into_iter().filter(is_possible).collect()
}

fn token() -> SecurityScheme {
    let scopes: Vec<String> = Scope::ALL.iter().map(|scope| format!("`{}`", scope.name())).collect();
    let about = format!("A token of `ferrule token add`. Its scopes: {}.", scopes.join(", "));
    SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about)).build())
}

fn id() -> Parameter {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(1));
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The company file, by the `id` that the list of them gives."))
        .schema(Some(number.build()))
        .build()
}

fn limit() -> Parameter {
    let number = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(MOST))
        .default(Some(USUAL.into()));
    ParameterBuilder::new()
        .name("limit")
        .parameter_in(ParameterIn::Query)
        .description(Some("How many entries at once."))
        .schema(Some(number.build()))
        .build()
}

fn after() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    ParameterBuilder::new()
        .name("after")
        .parameter_in(ParameterIn::Query)
        .description(Some("Behind which place: the address in the header `Link` of the part before has it."))
        .schema(Some(text))
        .build()
}

fn content(target: Target, generator: &mut SchemaGenerator) -> Option<RequestBody> {
    let body = RequestBodyBuilder::new().required(Some(Required::True));
    let body = match target {
        Target::Everybody(_) | Target::Domain(_) | Target::Company(_) | Target::Part(_) => return None,
        Target::Documents(_) => {
            let many = ArrayBuilder::new().items(any_object()).min_items(Some(1));
            let either = OneOfBuilder::new().item(any_object()).item(many.build()).build();
            let lines = ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .description(Some("Documents as JSON objects, one after the other."));
            body.description(Some("Documents of Steelhead, by the shapes of the rules."))
                .content("application/x-ndjson", ContentBuilder::new().schema(Some(lines.build())).build())
                .content(JSON, ContentBuilder::new().schema(Some(Schema::OneOf(either))).build())
        }
        Target::Act(_) => {
            let schema = Ref::new(named::<ToPlay>(generator).unwrap_or_default());
            body.content(JSON, ContentBuilder::new().schema(Some(schema)).build())
        }
    };
    Some(body.build())
}

/// A JSON object with whatever keys.
fn any_object() -> Object {
    let free = AdditionalProperties::FreeForm(true);
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(free)).build()
}
