//! One language: an expression means the same in a rule file, in a function, and in a function that
//! goes over a list, where it runs as an instruction.

use std::fmt::Write as _;

use ferrule::document::{Decoder, Origin};
use ferrule::engine::{Context, Engine, ImportNote, Links, Options};
use ferrule::functions::{self, ParamKind, Returns};
use ferrule::qbxml::{Company, Record};
use ferrule::rules::files::{RuleFile, RuleFiles};
use ferrule::rules::program::Operator;
use ferrule::rules::{Compiled, compile};

use proptest::prelude::*;

use crate::fixtures::root;

/// Values of every type; the checker cannot say of which, so all of them reach the engine.
const VALUES: [&str; 11] = [
    "()",
    "true",
    "0",
    "-3",
    "2.50",
    "79228162514264337593543950335",
    "\"\"",
    "\"b 1\"",
    "\"2026-02-03\"",
    "[]",
    "[1, (), \"x\"]",
];

/// What can be said of two values.
const OF_TWO: [&str; 17] = [
    "a + b",
    "a - b",
    "a * b",
    "a / b",
    "a % b",
    "a == b",
    "a != b",
    "a < b",
    "a <= b",
    "a > b",
    "a >= b",
    "a && b",
    "a || b",
    "a ?? b",
    "a[b]",
    "[a, b]",
    "`${a}-${b}`",
];

/// What can be said of one.
const OF_ONE: [&str; 5] = ["!a", "-a", "a.Name", "if a { 1 } else { 2 }", "a == ()"];

/// An expression whose value is `value` and whose type nobody knows before it runs.
fn of_any_type(value: &str) -> String {
    format!("[1, \"\", {value}][2]")
}

/// The ways to say the same: as it stands, in a function, in a loop, kept from a loop.
fn functions_of(name: &str, params: &str, expression: &str) -> String {
    format!(
        "fn plain_{name}({params}) {{ {expression} }}\n\
         fn looped_{name}({params}) {{ for turn in [1] {{ return {expression}; }} \"not reached\" }}\n\
         fn kept_{name}({params}) {{ let kept = (); for turn in [1] {{ kept = {expression}; }} kept }}\n\
         fn after_{name}({params}) {{ for turn in [] {{ }} let at_last = {expression}; at_last }}\n"
    )
}

const WAYS: [&str; 4] = ["plain", "looped", "kept", "after"];

fn file(name: &str, text: String) -> RuleFile {
    RuleFile { name: name.into(), path: name.into(), text }
}

/// A rule set that says of every expression whether it can be evaluated, and what it gives.
fn asked(script: &str, expressions: &[String]) -> Compiled {
    let mut conditions = String::new();
    for (index, expression) in expressions.iter().enumerate() {
        // A list of one is always there, so that only a fault keeps the message from being told.
        let when = serde_json::to_string(&format!("=count([{expression}]) == 1")).unwrap();
        let message = serde_json::to_string(&format!("={expression}")).unwrap();
        let _ = writeln!(conditions, "    - {{ id: e{index}, when: {when}, message: {message} }}");
    }
    let rules = format!(
        "object: thing\nimport:\n  from: [ClassRet]\n  skip:\n{conditions}  fields: {{ value: x }}\n"
    );
    let layer = vec![
        file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n".into()),
        file("scripts/own.rhai", script.into()),
        file("shapes/thing.yaml", "shape: thing\nfields: { id: integer!, value: any }\n".into()),
        file("thing.yaml", rules),
    ];
    compile(&RuleFiles { layers: vec![layer] })
}

/// What each expression gives: its text, or the code and the words of what is wrong.
fn answers(script: &str, expressions: &[String]) -> Vec<(String, String)> {
    let compiled = asked(script, expressions);
    let program = compiled.program.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &[], company: &company, links: &links };
    let record = Record::from_xml("<ClassRet><Name>n</Name></ClassRet>").unwrap().into();
    let import = program.objects[0].import.as_ref().unwrap();
    let imported = Engine::new(&program).import("thing", import, &record, context);
    assert_eq!(imported.reasons.len(), expressions.len());
    let answer = |(index, ImportNote { code, message }): (usize, ImportNote)| {
        let code = if code == format!("e{index}") { String::new() } else { code };
        (code, message)
    };
    imported.reasons.into_iter().enumerate().map(answer).collect()
}

/// Asks for an expression as it stands and in every way to call it, with each choice of values.
fn same_everywhere(name: &str, params: &[&str], expression: &str, choices: &[Vec<&str>]) {
    let script = functions_of(name, &params.join(", "), expression);
    let values = |choice: &Vec<&str>| choice.iter().map(|value| of_any_type(value)).collect::<Vec<_>>();
    let mut expressions = Vec::new();
    for choice in choices {
        expressions.push(with_values(expression, params, &values(choice)));
        for way in WAYS {
            expressions.push(format!("{way}_{name}({})", values(choice).join(", ")));
        }
    }
    let answers = answers(&script, &expressions);
    for (choice, answers) in choices.iter().zip(answers.chunks(1 + WAYS.len())) {
        for (way, answer) in WAYS.iter().zip(&answers[1..]) {
            assert_eq!(*answer, answers[0], "{expression} with {choice:?}: {way}");
        }
    }
}

/// An expression with values in place of its parameters.
fn with_values(expression: &str, params: &[&str], values: &[String]) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut text = String::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let end =
            if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (word, after) = rest.split_at(end);
        let value = params.iter().position(|param| *param == word).map(|at| values[at].as_str());
        text.push_str(value.unwrap_or(word));
        rest = after;
    }
    text
}

fn pairs() -> Vec<Vec<&'static str>> {
    VALUES.iter().flat_map(|a| VALUES.iter().map(move |b| vec![*a, *b])).collect()
}

#[test]
fn every_operator_means_the_same_inside_and_outside_a_loop() {
    for expression in OF_ONE {
        let choices: Vec<_> = VALUES.iter().map(|value| vec![*value]).collect();
        same_everywhere("f", &["a"], expression, &choices);
    }
    for expression in OF_TWO {
        same_everywhere("f", &["a", "b"], expression, &pairs());
    }
}

/// Amounts that functions compare are worked out by a way of their own. Values that a list holds, as they stand in
/// [`with_values`], do not take it.
#[test]
fn amounts_are_compared_like_all_values() {
    const NUMBERS: [&str; 11] = [
        "()",
        "0",
        "-3",
        "2.50",
        "2.5",
        "0.005",
        "1.0049999",
        "0.1234567",
        "481.25",
        "79228162514264337593543950335",
        "0.0000000000000000000000000001",
    ];
    const ASKED: [&str; 9] = [
        "round(round(a, 5) * round(b, 5), 2) != round(c, 2)",
        "round(a * b, 2) == c",
        "a * b < c",
        "a + b <= c",
        "round(a, 30) == b * c",
        "round(a, b) != round(c, 0)",
        "(if a == () { 0 } else { a * 2 }) == b * c",
        "(if a < b { a * b } else { round(a, 1) }) != c",
        "round(a * b * c, 2) == round(c, 2)",
    ];
    let choices: Vec<Vec<&str>> = NUMBERS
        .iter()
        .flat_map(|a| NUMBERS.iter().flat_map(move |b| NUMBERS.iter().map(move |c| vec![*a, *b, *c])))
        .step_by(17)
        .collect();
    for (expression, choices) in ASKED.iter().flat_map(|it| choices.chunks(32).map(move |some| (it, some))) {
        same_everywhere("f", &["a", "b", "c"], expression, choices);
    }
}

#[test]
fn an_assignment_with_an_operator_is_that_operator() {
    for operator in ["+", "-", "*", "/", "%"] {
        let script = format!(
            "fn outside(a, b) {{ a {operator} b }}\n\
             fn inside(a, b) {{ let x = a; for turn in [1] {{ x {operator}= b; }} x }}\n\
             fn on_parameter(a, b) {{ if true {{ a {operator}= b; }} a }}\n"
        );
        let mut expressions = Vec::new();
        for choice in pairs() {
            let values: Vec<_> = choice.iter().map(|value| of_any_type(value)).collect();
            for function in ["outside", "inside", "on_parameter"] {
                expressions.push(format!("{function}({})", values.join(", ")));
            }
        }
        for (answers, choice) in answers(&script, &expressions).chunks(3).zip(pairs()) {
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{operator} {choice:?}: {answers:?}");
        }
    }
}

#[test]
fn every_provided_function_gives_the_same_inside_and_outside_a_loop() {
    for function in functions::all() {
        for (example, _) in function.examples {
            same_everywhere("f", &[], example, &[vec![]]);
        }
        let mut params = Vec::new();
        let arguments: Vec<&str> = function
            .params
            .iter()
            .zip(["a", "b", "c", "d"])
            .map(|(param, name)| match param.kind {
                ParamKind::FieldName => "\"City\"",
                ParamKind::Pattern => "\"[0-9]+\"",
                _ => {
                    params.push(name);
                    name
                }
            })
            .collect();
        // A map has no text of its own.
        let part = if matches!(function.returns, Returns::Map(_)) { ".City" } else { "" };
        let expression = format!("{}({}){part}", function.name, arguments.join(", "));
        let choices: Vec<Vec<&str>> = match params.len() {
            2 => pairs(),
            many => (0..VALUES.len())
                .map(|first| (0..many).map(|at| VALUES[(first + 3 * at) % VALUES.len()]).collect())
                .collect(),
        };
        same_everywhere("f", &params, &expression, &choices);
    }
}

/// An empty text would be something: it is written where nothing leaves an element out.
#[test]
fn nothing_and_nothing_make_nothing() {
    let nothing = of_any_type("()");
    let sum = format!("{nothing} + {nothing} == ()");
    assert_eq!(answers("", &[sum]), [(String::new(), "true".to_owned())]);
}

#[test]
fn an_index_below_zero_counts_from_the_end_of_a_list() {
    for (index, wanted) in [("0", "a"), ("2", "c"), ("3", ""), ("-1", "c"), ("-3", "a"), ("-4", "")] {
        let expression = format!("`${{[\"a\", \"b\", \"c\"][{index}]}}`");
        assert_eq!(answers("", &[expression]), [(String::new(), wanted.to_owned())], "the member {index}");
    }
}

#[test]
fn lists_are_added_and_grow_member_by_member() {
    let script = "
        fn added(a, b) { a + b }
        fn grown(list) { let all = []; for x in list { if x != \"b\" { all += [x]; } } all }
        fn found(list) { for x in list { if x == \"b\" { return x; } } \"none\" }
        fn inner() { let all = []; for x in [1, 2] { let square = x * x; for y in [square, x] { all += [y]; } } all }
        fn block() { let x = 1; { let y = 5; x += y; } x }
        fn nested(list) { let t = 0; for x in list { if x > 1 { t += x; } else { t -= 1; } } t }
    ";
    for (expression, wanted) in [
        ("join(added([1, 2], [3]), \",\")", "1,2,3"),
        ("join([1, 2] + [3] + (), \",\")", "1,2,3"),
        ("[1, 2] + \"x\"", "1, 2x"),
        ("join(grown([\"a\", \"b\", \"c\"]), \"\")", "ac"),
        ("found([\"a\", \"b\"]) + found([])", "bnone"),
        ("join(inner(), \" \")", "1 1 4 2"),
        ("block()", "6"),
        ("nested([1, 2, 3])", "4"),
    ] {
        assert_eq!(
            answers(script, &[expression.to_owned()]),
            [(String::new(), wanted.to_owned())],
            "{expression}"
        );
    }
}

/// What a function with a loop would compute for ever, or fill the memory with, is an error.
#[test]
fn limits_hold_and_name_the_function_and_its_line() {
    let doubled = "let t = \"xxxxxxxxxx\";\nfor x in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] {\n t += t; }\nt";
    let many = "let l = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];\nlet n = 0;\nfor a in l { for b in l { for c in l { for d in l {\nfor e in l { n += 1; } } } } }\nn";
    for (body, line, words) in [
        (doubled, 5, "the function `f` failed: it makes too much: a text of 163840 bytes"),
        (many, 6, "the function `f` failed: it runs for too long"),
        ("for x in [1] {\n return [1, \"\", \"x\"][2] - x; }\n()", 4, "text is not a number to compute with"),
    ] {
        let script = format!("// A comment.\nfn f() {{\n{body}\n}}\n");
        let compiled = asked(&script, &["f()".to_owned()]);
        let program = compiled.program.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
        let export = answer_of_export(&script);
        assert_eq!(export, (words.to_owned(), format!("scripts/own.rhai:{line}")));
        drop(program);
    }
}

/// What is told of a document whose request calls `f()`, and where.
fn answer_of_export(script: &str) -> (String, String) {
    let layer = vec![
        file("ruleset.yaml", "name: example\nqbxml: \"13.0\"\n".into()),
        file("scripts/own.rhai", script.into()),
        file("shapes/thing.yaml", "shape: thing\nfields: { id: integer! }\n".into()),
        file(
            "thing.yaml",
            "object: thing\nexport:\n  add: ClassAdd\n  fields: { Name: { value: =text(f()), overflow: truncate } }\n".into(),
        ),
    ];
    let compiled = compile(&RuleFiles { layers: vec![layer] });
    let program = compiled.program.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let document = decoder.decode_bytes(br#"{"object":"thing","id":1}"#, &Origin::default()).unwrap();
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &[], company: &company, links: &links };
    let outcome = Engine::new(&program).export(&document.root, context, Options::default());
    let ferrule::engine::Decision::Reject(notes) = outcome.decision else { panic!("{:?}", outcome.decision) };
    (notes[0].message.clone(), program.sources.line(notes[0].span.unwrap()))
}

/// What the base's own functions give, called from a function that goes over the lines of an invoice.
#[test]
fn functions_of_the_default_rules_give_the_same_in_a_loop() {
    const ASKED: [&str; 12] = [
        "text(sum(line.items.subtotal))",
        "text(sum(invoice.lines.items.subtotal))",
        "po_numbers(invoice)",
        "text(total(invoice))",
        "class_in(invoice.dimensions) ?? \"no class\"",
        "class_name(first(line.items), invoice, line.partNumber) ?? \"no class\"",
        "pick(invoice.lines, \"id\", line.id).name ?? \"no name\"",
        "text(count(where(invoice.lines, \"id\", line.id)))",
        "line.items[99].description ?? \"out of range\"",
        "line.partNumber.name ?? \"no part\"",
        "text(connected(invoice.customer))",
        "join(line.items.description + invoice.lines.name, \", \")",
    ];
    for asked in ASKED {
        let script = format!(
            "fn probe_plain(invoice) {{ let line = first(invoice.lines); {asked} }}\n\
             fn probe_looped(invoice) {{ for line in invoice.lines {{ return {asked}; }} () }}\n\
             fn probe_kept(invoice) {{ let kept = (); for line in invoice.lines {{ if kept == () {{ kept = line; }} }}\n\
             if kept == () {{ return (); }} let line = kept; {asked} }}\n"
        );
        let base = RuleFiles::read(&[root().join("rules")]).unwrap().layers.remove(0);
        let labels = ["plain", "looped", "kept"].map(|way| {
            let own = vec![
                file("scripts/own.rhai", script.clone()),
                file("invoice.yaml", format!("label: =probe_{way}(invoice)\n")),
            ];
            labels_of_invoices(&RuleFiles { layers: vec![base.clone(), own] })
        });
        assert!(labels[0].len() > 3);
        assert_eq!(labels[0], labels[1], "{asked}");
        assert_eq!(labels[0], labels[2], "{asked}");
    }
}

fn labels_of_invoices(files: &RuleFiles) -> Vec<String> {
    let compiled = compile(files);
    let program = compiled.program.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    let decoder = Decoder::new(&program.shapes, |shape| program.need(shape));
    let settings = program.settings.values(&std::collections::BTreeMap::default()).unwrap();
    let (company, links) = (Company::unknown(), Links::default());
    let context = Context { settings: &settings, company: &company, links: &links };
    let documents = ferrule::steelhead::read(&root().join("fixtures/shop/documents")).unwrap();
    let documents =
        documents.iter().filter_map(|raw| decoder.decode_bytes(raw.json().as_ref(), &Origin::default()).ok());
    let invoices = documents.filter(|it| program.shapes.get(it.root.shape).name == "invoice");
    let engine = Engine::new(&program);
    invoices.map(|it| engine.export(&it.root, context, Options::default()).label).collect()
}

/// The sign of each operator: a new one does not compile before it has its place here, and in [`OF_TWO`].
fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

#[test]
fn no_operator_is_forgotten() {
    for operator in Operator::ALL {
        let wanted = format!("a {} b", sign(operator));
        assert!(OF_TWO.contains(&wanted.as_str()), "{wanted}");
    }
}

/// An expression of every function and operator that there is, one in another.
fn any_expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["a", "b", "1", "2.50", "\"x 1\"", "()", "[a, b]", "true"]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        let of_one = (prop::sample::select(OF_ONE.to_vec()), inner.clone());
        let of_two = (prop::sample::select(OF_TWO.to_vec()), inner.clone(), inner.clone());
        let function = (any::<prop::sample::Index>(), prop::collection::vec(inner, 4));
        prop_oneof![
            of_one.prop_map(|(form, a)| with_values(form, &["a"], &[format!("({a})")])),
            of_two.prop_map(|(form, a, b)| with_values(
                form,
                &["a", "b"],
                &[format!("({a})"), format!("({b})")]
            )),
            function.prop_map(|(at, arguments)| called(at.get(functions::all()), &arguments)),
        ]
    })
}

fn called(function: &functions::Function, arguments: &[String]) -> String {
    let given: Vec<&str> = function
        .params
        .iter()
        .zip(arguments)
        .map(|(param, argument)| match param.kind {
            ParamKind::FieldName => "\"City\"",
            ParamKind::Pattern => "\"[0-9]+\"",
            _ => argument.as_str(),
        })
        .collect();
    let part = if matches!(function.returns, Returns::Map(_)) { ".City" } else { "" };
    format!("{}({}){part}", function.name, given.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_expression_means_the_same_everywhere(
        expression in any_expression(),
        a in prop::sample::select(VALUES.to_vec()),
        b in prop::sample::select(VALUES.to_vec()),
    ) {
        let values = [of_any_type(a), of_any_type(b)];
        let plain = with_values(&expression, &["a", "b"], &values);
        let script = functions_of("f", "a, b", &expression);
        // What the checker refuses in one of them it refuses in all: nobody runs it.
        let alone = asked("", std::slice::from_ref(&plain)).program.is_some();
        let in_functions = asked(&script, &["1".to_owned()]).program.is_some();
        if alone && in_functions {
            same_everywhere("f", &["a", "b"], &expression, &[vec![a, b]]);
        }
    }
}
