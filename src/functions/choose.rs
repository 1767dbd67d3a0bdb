//! Choosing members of a list by a field.
//!
//! Which slot of a structure is which field is known to the checker, not here: in place of the
//! field's name these functions are given a list of that field's values, one per member, in order,
//! absent ones included.

use super::argument;
use super::equal::equals;
use super::function::{Args, Function, Param, ParamKind, Returns, param};
use crate::document::Value;

const PARAMS: &[Param] = &[
    param("list", ParamKind::Structures),
    param("field", ParamKind::FieldName),
    param("value", ParamKind::Any),
];

pub(super) const PICK: Function = Function {
    name: "pick",
    group: "Lists",
    params: PARAMS,
    returns: Returns::MemberOf(0),
    about: "The first member of a list whose field has that value; absent if there is none.",
    examples: &[("pick([address(\"1 A St\\nDayton, OH 45401\")], \"City\", \"Dayton\").State", "OH")],
    run: |args| Ok(matching(args)?.next().cloned().unwrap_or_default()),
};

pub(super) const WHERE: Function = Function {
    name: "where",
    group: "Lists",
    params: PARAMS,
    returns: Returns::MembersOf(0),
    about: "All members of a list whose field has that value, in order; an empty list if there is none.",
    examples: &[("count(where([address(\"1 A St\\nDayton, OH 45401\")], \"State\", \"PA\"))", "0")],
    run: |args| Ok(Value::List(matching(args)?.cloned().collect())),
};

pub(super) const LOOKUP: Function = Function {
    name: "lookup",
    group: "Lists",
    params: &[
        param("list", ParamKind::Structures),
        param("field", ParamKind::FieldName),
        param("value", ParamKind::Any),
        param("wanted", ParamKind::FieldName),
    ],
    returns: Returns::MemberOf(3),
    about: "Another field of the first member of a list, such as a table of the settings, whose field has that value; \
            absent if there is none.",
    examples: &[("lookup([address(\"1 A St\\nDayton, OH 45401\")], \"City\", \"Dayton\", \"State\")", "OH")],
    run: |args| {
        let (fields, wanted) = (argument::list(args, 1)?, argument::list(args, 3)?);
        if fields.len() != wanted.len() {
            return Err("the values of the two fields differ in number".to_owned());
        }
        let value = argument::value(args, 2);
        let found = fields.iter().zip(wanted).find(|(field, _)| equals(field, value));
        Ok(found.map(|(_, wanted)| wanted.clone()).unwrap_or_default())
    },
};

fn matching(args: Args<'_>) -> Result<impl Iterator<Item = &Value>, String> {
    let members = argument::list(args, 0)?;
    let fields = argument::list(args, 1)?;
    if members.len() != fields.len() {
        return Err("the list and the values of its field differ in length".to_owned());
    }
    let wanted = argument::value(args, 2);
    Ok(members.iter().zip(fields).filter(|(_, field)| equals(field, wanted)).map(|(member, _)| member))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::testing::{leaf, list, number, run, shown, text};

    #[test]
    fn members_are_chosen_by_their_field() {
        let members = list([text("first"), text("second"), text("third")]);
        let fields = list([number("1.0"), Value::Absent, number("1")]);
        let by = |wanted: Value| [members.clone(), fields.clone(), wanted];
        assert_eq!(shown("pick", &by(number("1"))), "first");
        assert_eq!(shown("where", &by(number("1"))), "first, third");
        assert_eq!(shown("where", &by(leaf("1.00"))), "first, third");
        assert_eq!(shown("pick", &by(Value::Absent)), "second");
        assert_eq!(run("pick", &by(text("1"))), Ok(Value::Absent));
        assert_eq!(run("where", &by(text("1"))), Ok(list([])));
    }

    #[test]
    fn a_field_is_looked_up_by_another() {
        let (keys, values) =
            (list([text("a"), text("b"), text("b")]), list([text("1"), Value::Absent, text("3")]));
        let by = |key: &str| run("lookup", &[Value::Absent, keys.clone(), text(key), values.clone()]);
        assert_eq!(by("a"), Ok(text("1")));
        assert_eq!(by("b"), Ok(Value::Absent));
        assert_eq!(by("c"), Ok(Value::Absent));
        assert_eq!(
            run("lookup", &[Value::Absent, Value::Absent, text("a"), Value::Absent]),
            Ok(Value::Absent)
        );
        assert!(run("lookup", &[list([]), keys.clone(), text("a"), list([])]).is_err());
    }

    #[test]
    fn an_absent_list_has_no_members_and_a_wrong_projection_is_an_error() {
        assert_eq!(run("pick", &[Value::Absent, Value::Absent, text("a")]), Ok(Value::Absent));
        assert_eq!(run("where", &[Value::Absent, Value::Absent, text("a")]), Ok(list([])));
        assert!(run("pick", &[list([text("a")]), list([]), text("a")]).is_err());
    }
}
