//! Shapes, needs and a document for the tests of documents.

use ferrule::document::{
    Decoder, Document, DocumentProblem, Field, FieldType, Need, Origin, Shape, ShapeId, Shapes, Value,
};

/// A field; `!` behind the name: always there.
fn field(name: &str, ty: FieldType) -> Field {
    let required = name.ends_with('!');
    Field { name: name.trim_end_matches('!').to_owned(), ty, required }
}

fn text() -> FieldType {
    FieldType::Text { max: None }
}

fn part(shapes: &mut Shapes, name: &str, fields: Vec<Field>) -> FieldType {
    FieldType::Struct(shapes.add(Shape::new(name.to_owned(), false, fields)))
}

fn list(member: FieldType) -> FieldType {
    FieldType::List(Box::new(member))
}

/// An invoice and what it refers to, small; customers and part numbers refer to each other.
pub fn shapes() -> Shapes {
    let mut shapes = Shapes::default();
    let invoice = shapes.declare("invoice");
    let customer = shapes.declare("customer");
    let part_number = shapes.declare("partNumber");
    shapes.define(
        customer,
        vec![
            field("id!", FieldType::Integer),
            field("name!", text()),
            field("favourite", FieldType::Struct(part_number)),
        ],
    );
    shapes.define(
        part_number,
        vec![
            field("id!", FieldType::Integer),
            field("name!", FieldType::Text { max: Some(31) }),
            field("customer", FieldType::Struct(customer)),
        ],
    );
    let item = vec![
        field("description", text()),
        field("quantity", FieldType::Number),
        field("rate", FieldType::Number),
    ];
    let item = part(&mut shapes, "invoice.lines.items", item);
    let line = vec![
        field("id!", FieldType::Integer),
        field("partNumber", FieldType::Struct(part_number)),
        field("items", list(item)),
    ];
    let line = part(&mut shapes, "invoice.lines", line);
    shapes.define(
        invoice,
        vec![
            field("id!", FieldType::Integer),
            field("idInDomain!", FieldType::Integer),
            field("invoicedAtAsDate", FieldType::Date),
            field("finalizedAt", FieldType::DateTime),
            field("paid", FieldType::Boolean),
            field("notes", text()),
            field("customer", FieldType::Struct(customer)),
            field("tags", list(text())),
            field("lines", list(line)),
            field("customInputs", FieldType::Any),
        ],
    );
    shapes
}

/// The slots that lead along a path such as `lines.items.rate`, from an object.
pub fn slots(shapes: &Shapes, object: &str, path: &str) -> Vec<usize> {
    let mut shape = shapes.object(object).unwrap();
    path.split('.')
        .map(|name| {
            let (slot, field) = shapes.get(shape).field(name).unwrap();
            shape = inner(&field.ty).unwrap_or(shape);
            slot
        })
        .collect()
}

fn inner(ty: &FieldType) -> Option<ShapeId> {
    match ty {
        FieldType::Struct(shape) => Some(*shape),
        FieldType::List(member) => inner(member),
        _ => None,
    }
}

/// The need for these paths of an invoice.
pub fn need(shapes: &Shapes, paths: &[&str]) -> Need {
    let mut need = Need::default();
    for path in paths {
        need.add_path(&slots(shapes, "invoice", path), &Need::All);
    }
    need
}

/// An invoice that is right.
pub const INVOICE: &str = r#"{
  "object": "invoice", "id": 1031271, "idInDomain": 232,
  "invoicedAtAsDate": "2026-07-01", "finalizedAt": "2026-07-01T13:25:40.100+00:00",
  "paid": false, "notes": "Thank \"you\"\n\u00e9", "tags": ["a", "b"],
  "customer": { "id": 166246, "name": "Hale Fasteners Inc" },
  "lines": [
    { "id": 1, "partNumber": { "id": 3, "name": "SEC11000-H02" }, "items": [
      { "description": null, "quantity": 650, "rate": "1.250" },
      { "quantity": 6.3933979999999995, "rate": -0.5 } ] },
    { "id": "2", "items": [] } ],
  "customInputs": { "b": { "Délai (days)": 1.10, "none": null }, "a": [true, null, "x", 1e3] }
}"#;

/// Decodes all of a document.
pub fn decode(json: &str) -> Result<Document, Vec<DocumentProblem>> {
    Decoder::whole(&shapes()).decode(json, &Origin::file("a.json"))
}

/// What lies at a path of slots and list indices, in the way rules see it.
pub fn get(shapes: &Shapes, document: &Document, path: &str) -> Value {
    let mut value = Value::Structure(document.root.clone());
    for step in path.split('.') {
        value = match (&value, step.parse::<usize>()) {
            (Value::List(members), Ok(index)) => members[index].clone(),
            (Value::Structure(inner), _) => {
                let slot = shapes.get(inner.shape).slot(step).unwrap();
                inner.slots[slot].clone()
            }
            (Value::Map(map), _) => {
                let found = map.iter().find(|(key, _)| **key == *step);
                found.map_or(Value::Absent, |(_, value)| value.clone())
            }
            (other, _) => panic!("{step} of {other:?}"),
        };
    }
    value
}

/// An invoice with these further members.
pub fn with(members: &str) -> String {
    format!(r#"{{"object":"invoice","id":1,"idInDomain":2,{members}}}"#)
}
