//! How a counterpart is found: a query, what it selects by, which record is really it.

use crate::catalogue::{self, Element, Kind};
use crate::document::Code;

use super::fields::FieldContext;
use super::program::{Content, FieldOp, Match, MatchBy};
use crate::rules::check::expression::Checked;
use crate::rules::check::infer::Checker;
use crate::rules::check::typed::Scope;
use crate::rules::check::types::Type;
use crate::rules::diagnostics::diagnostic::Diagnostic;
use crate::rules::diagnostics::source::Span;
use crate::rules::diagnostics::suggest::did_you_mean;
use crate::rules::files::decode::Spanned;
use crate::rules::files::field_file::{FieldFile, Overflow};
use crate::rules::files::file::{MatchFile, Text};

impl Checker<'_> {
    /// How a counterpart is found: a record of the type that the request creates.
    pub(super) fn matching(
        &mut self,
        file: &Spanned<MatchFile>,
        record: &'static str,
        fields: &[FieldOp],
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<Match> {
        let Some((query, by)) = &file.value.query else {
            self.diagnostics.push(
                Diagnostic::error(Code::MatchWithoutQuery, file.span, "a match needs a query message")
                    .help("such as `CustomerQuery: { FullName: =fields.Name }`"),
            );
            return None;
        };
        let request = self.query(query)?;
        self.old_enough(request, query, context);
        let records = catalogue::records_of(&query.value);
        self.finds(query, &records, record);
        let [(key, value)] = by.value.0.as_slice() else {
            self.diagnostics.push(Diagnostic::error(
                Code::NotSearchedBy,
                by.span,
                "a match searches by one element, such as FullName or RefNumber",
            ));
            return None;
        };
        let element = self.selector(request, key)?;
        let by = self.match_by(&value.value, value.span, element, fields, scope, context)?;
        let candidate = scope.with("record", Type::Record(records.clone()), Vec::new(), false);
        let accept =
            file.value.accept.as_ref().map(|accept| self.truth(context.parser, accept, &candidate).expr);
        let otherwise = file.value.otherwise.as_ref().map(|text| self.message(text, scope, context));
        let records = records.into_iter().map(Element::name).collect();
        Some(Match { request, records, element: element.name(), by, accept, otherwise })
    }

    fn query(&mut self, query: &Text) -> Option<Element> {
        let found = catalogue::operation(&query.value).filter(|operation| operation.kind == Kind::Query);
        if found.is_none() {
            let nouns: Vec<String> = catalogue::operations()
                .filter(|o| o.kind == Kind::Query)
                .map(|o| format!("{}Query", o.noun))
                .collect();
            let message = format!("`{}` is not a message that finds records", query.value);
            let help = did_you_mean(&query.value, nouns.iter().map(String::as_str));
            self.diagnostics
                .push(Diagnostic::error(Code::MatchWithoutQuery, query.span, message).help_if(help));
        }
        found.map(|operation| operation.request)
    }

    /// A counterpart is of the type that the request creates.
    fn finds(&mut self, query: &Text, records: &[Element], record: &'static str) {
        if records.iter().any(|found| found.name() == record) {
            return;
        }
        let found: Vec<_> = records.iter().map(|found| found.name()).collect();
        let message = format!("{} finds {}, but the request creates {record}", query.value, found.join(", "));
        let own = format!("{}Query", record.trim_end_matches("Ret"));
        let help = catalogue::operation(&own).map(|_| format!("did you mean `{own}`?"));
        self.diagnostics.push(Diagnostic::error(Code::MatchOfOtherType, query.span, message).help_if(help));
    }

    /// An element by which a query selects: a repeating one, which names the records wanted.
    fn selector(&mut self, request: Element, key: &Text) -> Option<Element> {
        let selects = |element: &Element| {
            element.data_type().is_some() && element.repeats() && element.name() != "IncludeRetElement"
        };
        let found = request.child(&key.value).filter(selects);
        if found.is_none() {
            let children = request.children().map(|child| child.element);
            let names: Vec<_> = children.filter(selects).map(Element::name).collect();
            let query = request.name().trim_end_matches("Rq");
            let message = format!("{query} does not search by `{}`", key.value);
            let help = did_you_mean(&key.value, names.iter().copied())
                .or_else(|| Some(format!("it searches by {}", names.join(", "))));
            self.diagnostics.push(Diagnostic::error(Code::NotSearchedBy, key.span, message).help_if(help));
        }
        found
    }

    fn match_by(
        &mut self,
        value: &FieldFile,
        span: Span,
        element: Element,
        fields: &[FieldOp],
        scope: &Scope,
        context: &FieldContext<'_>,
    ) -> Option<MatchBy> {
        let FieldFile::Value(text) = value else {
            self.diagnostics.push(Diagnostic::error(
                Code::NotSearchedBy,
                span,
                "a match searches by a value",
            ));
            return None;
        };
        if let Some(path) = text.value.strip_prefix("=fields.") {
            return self.written_field(path, text.span, fields);
        }
        let mut checked: Checked = self.value(context.parser, text, scope);
        self.leaf_fits(&mut checked, element, Some(Overflow::Reject));
        Some(MatchBy::Value(checked.expr))
    }

    /// `fields.Name`: what the document's own fields give that element.
    fn written_field(&mut self, path: &str, span: Span, fields: &[FieldOp]) -> Option<MatchBy> {
        let mut names = Vec::new();
        let mut level = fields;
        for step in path.split('.') {
            let Some(op) = level.iter().find(|op| op.element.name() == step) else {
                let known: Vec<_> = level.iter().map(|op| op.element.name()).collect();
                let message = format!("the `fields` of the request give no `{step}`");
                let help = did_you_mean(step, known.iter().copied())
                    .or_else(|| Some(format!("they give {}", known.join(", "))));
                self.diagnostics.push(Diagnostic::error(Code::MatchNotFilled, span, message).help_if(help));
                return None;
            };
            names.push(op.element.name());
            level = match &op.content {
                Content::Aggregate { fields, .. } => fields,
                _ => &[],
            };
        }
        Some(MatchBy::Field(names))
    }
}
