//! Shapes: the fields and types of Steelhead documents, and which of them rules read.

use std::collections::BTreeMap;

/// One structure of the shapes table: a whole document or a structure inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShapeId(pub u32);

/// The type of a field, as the shape file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Any text; `max` is the longest that Steelhead gives, in characters, where that is known.
    Text {
        /// The longest text in characters, where it is known.
        max: Option<u32>,
    },
    /// A whole number, such as an id.
    Integer,
    /// An exact decimal; arrives as a JSON number or as a string that holds one.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// ISO 8601 with offset.
    DateTime,
    /// Anything; kept as it came.
    Any,
    /// A structure, or (when the shape is an object) another document in full or in part.
    Struct(ShapeId),
    /// A list of members of one type.
    List(Box<FieldType>),
}

impl FieldType {
    /// What people call a value of this type, for messages.
    pub fn phrase(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date (YYYY-MM-DD)",
            Self::DateTime => "a time (ISO 8601 with offset)",
            Self::Any => "anything",
            Self::Struct(_) => "a structure",
            Self::List(_) => "a list",
        }
    }
}

/// One field of a [`Shape`].
#[derive(Clone, Debug)]
pub struct Field {
    /// The field's key in JSON.
    pub name: String,
    /// Its type.
    pub ty: FieldType,
    /// Always there and never null, in the full document and in every part of it that another
    /// document holds.
    pub required: bool,
}

/// A structure: named fields in the order of the shape file. A field's index is its slot.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The object's name, or for a structure inside one its path, such as `invoice.lines`.
    pub name: String,
    /// Whether this is a whole document, which `connection()` can follow, or a part of one.
    pub is_object: bool,
    /// The fields; a field's position is its slot in a [`super::Structure`].
    pub fields: Vec<Field>,
    slots: BTreeMap<String, usize>,
    id: Option<usize>,
}

impl Shape {
    /// A shape from its fields; of two fields with one name the first counts.
    pub fn new(name: String, is_object: bool, fields: Vec<Field>) -> Self {
        let mut slots = BTreeMap::new();
        for (slot, field) in fields.iter().enumerate() {
            slots.entry(field.name.clone()).or_insert(slot);
        }
        let id = slots.get("id").copied();
        Self { name, is_object, fields, slots, id }
    }

    /// The slot of a field, if the shape has it.
    pub fn slot(&self, field: &str) -> Option<usize> {
        self.slots.get(field).copied()
    }

    /// The slot of the field `id`, which tells a document from others of its object.
    pub fn id_slot(&self) -> Option<usize> {
        self.id
    }

    /// The field of that name with its slot.
    pub fn field(&self, name: &str) -> Option<(usize, &Field)> {
        let slot = self.slot(name)?;
        self.fields.get(slot).map(|field| (slot, field))
    }
}

/// All shapes of a rule set.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    all: Vec<Shape>,
    objects: BTreeMap<String, ShapeId>,
}

impl Shapes {
    /// Reserves an id for an object, so that shapes may refer to each other in any order.
    pub fn declare(&mut self, object: &str) -> ShapeId {
        if let Some(id) = self.objects.get(object) {
            return *id;
        }
        let id = self.add(Shape::new(object.to_owned(), true, Vec::new()));
        self.objects.insert(object.to_owned(), id);
        id
    }

    /// Gives a declared object its fields.
    pub fn define(&mut self, id: ShapeId, fields: Vec<Field>) {
        if let Some(shape) = self.all.get_mut(id.0 as usize) {
            *shape = Shape::new(std::mem::take(&mut shape.name), shape.is_object, fields);
        }
    }

    /// Adds a structure that is a part of an object.
    pub fn add(&mut self, shape: Shape) -> ShapeId {
        let id = ShapeId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(shape);
        id
    }

    /// The shape with that id. Ids come from this table, so an unknown one yields the empty shape.
    pub fn get(&self, id: ShapeId) -> &Shape {
        static EMPTY: Shape = Shape {
            name: String::new(),
            is_object: false,
            fields: Vec::new(),
            slots: BTreeMap::new(),
            id: None,
        };
        self.all.get(id.0 as usize).unwrap_or(&EMPTY)
    }

    /// The shape of an object, by the name that documents carry in `object`.
    pub fn object(&self, name: &str) -> Option<ShapeId> {
        self.objects.get(name).copied()
    }

    /// How many shapes there are, parts of objects included.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The names of all objects, sorted.
    pub fn objects(&self) -> impl Iterator<Item = (&str, ShapeId)> {
        self.objects.iter().map(|(name, id)| (name.as_str(), *id))
    }
}

/// Which parts of a document are read, so that decoding can pass over the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// Not read.
    #[default]
    Nothing,
    /// Read as a whole, with all that is in it.
    All,
    /// Of a structure (or of each member of a list of structures) these slots.
    Slots(BTreeMap<usize, Need>),
}

impl Need {
    /// Adds what `other` needs.
    pub fn merge(&mut self, other: &Need) {
        match (&mut *self, other) {
            (_, Self::Nothing) | (Self::All, _) => {}
            (Self::Slots(mine), Self::Slots(theirs)) => {
                for (slot, need) in theirs {
                    mine.entry(*slot).or_default().merge(need);
                }
            }
            _ => *self = other.clone(),
        }
    }

    /// Adds the need for what lies at `slots`, one step inside the other.
    pub fn add_path(&mut self, slots: &[usize], leaf: &Need) {
        let need = slots
            .iter()
            .rev()
            .fold(leaf.clone(), |inner, slot| Self::Slots(BTreeMap::from([(*slot, inner)])));
        self.merge(&need);
    }

    /// What is needed of a slot.
    pub fn slot(&self, slot: usize) -> &Need {
        match self {
            Self::Nothing => &Self::Nothing,
            Self::All => &Self::All,
            Self::Slots(slots) => slots.get(&slot).unwrap_or(&Self::Nothing),
        }
    }
}
