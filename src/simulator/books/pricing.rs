//! The amounts of a transaction: its lines, their sum, the tax and the total.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::books::Books;
use super::kept_record::{KeptRecord, kind_of};
use crate::catalogue::{Element, operation};
use crate::simulator::elements::{
    amount, append, children_of, number, number_in, plus, price, put, set, set_some, shape, text,
};
use crate::simulator::facts::facts;
use crate::simulator::status::{Reason, Status};
use crate::xml::{Content, Node};

/// Fills in the amounts of transactions.
pub(crate) struct Pricing<'b> {
    books: &'b mut Books,
}

impl<'b> Pricing<'b> {
    /// By the items, taxes and identifiers of these books.
    pub(crate) fn of(books: &'b mut Books) -> Pricing<'b> {
        Pricing { books }
    }

    /// Fills in the amounts that follow from others.
    pub(crate) fn fill_in(&mut self, node: &mut Node, element: Element) -> Result<(), Status> {
        if element.child("Rate").is_some() {
            self.price_line(node, element, None)?;
        }
        let Some(lines) = self.price_lines(node, element)? else {
            return Ok(());
        };
        let sum = lines.sum;
        for name in &facts().amounts.subtotals {
            if element.child(name).is_some() {
                set(node, element, name, amount(sum, name)?);
            }
        }
        let mut total = sum;
        if element.child("SalesTaxTotal").is_some() {
            let tax = self.tax(node, element, lines.taxable)?;
            total = plus(total, tax, "SalesTaxTotal")?;
        }
        if let Some(name) = facts().amounts.totals.iter().find(|name| element.child(name).is_some())
            && !is_given(node, name)
        {
            set(node, element, name, amount(total, name)?);
        }
        Ok(())
    }

    /// Prices all lines; `None` if transactions of this shape have none.
    fn price_lines(&mut self, node: &mut Node, element: Element) -> Result<Option<Lines>, Status> {
        let is_line = |child: &Element| child.child("TxnLineID").is_some() && child.repeats();
        if !element.children().any(|child| is_line(&child.element)) {
            return Ok(None);
        }
        let mut lines = Lines::default();
        let mut children = std::mem::take(children_of(node));
        for child in &mut children {
            if let Some(line) = element.child(&child.name).filter(is_line) {
                self.price(child, line, &mut lines)?;
            }
        }
        node.content = Content::Children(children);
        Ok(Some(lines))
    }

    /// Prices a line, or a group of lines.
    fn price(&mut self, line: &mut Node, element: Element, lines: &mut Lines) -> Result<(), Status> {
        if element.child("ItemGroupRef").is_some() {
            self.expand(line, element);
            if let Some(group) = self.price_lines(line, element)? {
                set(line, element, "TotalAmount", amount(group.sum, "TotalAmount")?);
                lines.sum = plus(lines.sum, group.sum, "TotalAmount")?;
                lines.taxable = plus(lines.taxable, group.taxable, "TotalAmount")?;
            }
            return Ok(());
        }
        self.price_line(line, element, lines.last)?;
        if let Some(value) = number_in(line, "Amount") {
            lines.sum = plus(lines.sum, value, "Amount")?;
            lines.last = Some(value);
            let code = self.books.table.at(line, "SalesTaxCodeRef");
            if code.is_some_and(|code| text(&code.node, "IsTaxable") == Some("true")) {
                lines.taxable = plus(lines.taxable, value, "Amount")?;
            }
        }
        Ok(())
    }

    /// The lines of a group that names none are those of its item.
    fn expand(&mut self, group: &mut Node, element: Element) {
        let line = element.children().find(|child| child.element.child("TxnLineID").is_some());
        let Some(line) = line.map(|child| child.element) else {
            return;
        };
        let item = self.books.table.at(group, "ItemGroupRef");
        if group.child(line.name()).is_some() {
            return;
        }
        let times = number_in(group, "Quantity").unwrap_or(Decimal::ONE);
        let members: Vec<Vec<Node>> = item
            .iter()
            .flat_map(|item| item.node.children())
            .filter(|member| member.name == "ItemGroupLine")
            .map(|member| {
                let mut parts: Vec<Node> = member.child("ItemRef").cloned().into_iter().collect();
                let quantity = number_in(member, "Quantity").and_then(|quantity| quantity.checked_mul(times));
                parts.extend(
                    quantity.map(|quantity| Node::leaf("Quantity", quantity.normalize().to_string())),
                );
                parts
            })
            .collect();
        for mut parts in members {
            parts.insert(0, Node::leaf("TxnLineID", self.books.transaction_id()));
            let member = shape(line, parts, self.books);
            append(group, element, member);
        }
    }

    /// Fills in what a line takes over from its item, and its rate or its amount.
    fn price_line(&mut self, line: &mut Node, element: Element, last: Option<Decimal>) -> Result<(), Status> {
        let Some(rate_name) = ["Rate", "Cost"].into_iter().find(|name| element.child(name).is_some()) else {
            return Ok(());
        };
        let item = self.books.table.at(line, "ItemRef");
        if let Some(item) = item {
            take_from_item(line, element, rate_name, item);
        }
        let quantity = number_in(line, "Quantity");
        if let Some(value) = number_in(line, "Amount") {
            let open = line.child(rate_name).is_none() && line.child("RatePercent").is_none();
            let rate = quantity.filter(|quantity| open && !quantity.is_zero());
            let rate = rate.and_then(|quantity| value.checked_div(quantity)).and_then(price);
            set_some(line, element, rate_name, rate);
            return Ok(());
        }
        let percent = number_in(line, "RatePercent");
        let value = match (number_in(line, rate_name), percent, last) {
            (Some(rate), _, _) => rate.checked_mul(quantity.unwrap_or(Decimal::ONE)),
            (None, Some(percent), Some(last)) => {
                last.checked_mul(percent).map(|value| value / Decimal::ONE_HUNDRED)
            }
            _ => return Ok(()),
        };
        let value = value.ok_or_else(|| Status::new(Reason::NotAnAmount, &["", "Amount"]))?;
        set(line, element, "Amount", amount(value, "Amount")?);
        Ok(())
    }

    /// The tax on what is taxable, by the transaction's tax item.
    fn tax(&self, node: &mut Node, element: Element, taxable: Decimal) -> Result<Decimal, Status> {
        let code = self.books.table.at(node, "CustomerSalesTaxCodeRef");
        let is_exempt = code.is_some_and(|code| text(&code.node, "IsTaxable") == Some("false"));
        let item = self.books.table.at(node, "ItemSalesTaxRef");
        let rate = item.map_or(Decimal::ZERO, |item| self.tax_rate(item));
        let rate_text = rate.normalize().to_string();
        set_some(node, element, "SalesTaxPercentage", item.map(|_| rate_text));
        let tax = match rate.checked_mul(taxable) {
            Some(tax) if !is_exempt => tax / Decimal::ONE_HUNDRED,
            _ => Decimal::ZERO,
        };
        let tax_text = amount(tax, "SalesTaxTotal")?;
        set(node, element, "SalesTaxTotal", tax_text.clone());
        Ok(number(&tax_text).unwrap_or_default())
    }

    /// A tax item's percentage; a group's is the sum of its members'.
    fn tax_rate(&self, item: &KeptRecord) -> Decimal {
        let members = item.node.children().iter().filter(|child| child.name == "ItemSalesTaxRef");
        let members = members
            .filter_map(|member| self.books.table.get(text(member, "ListID")?))
            .filter_map(|member| number_in(&member.node, "TaxRate"));
        number_in(&item.node, "TaxRate").unwrap_or_else(|| members.sum())
    }
}

/// What lines come to.
#[derive(Default)]
struct Lines {
    sum: Decimal,
    taxable: Decimal,
    /// The amount of the latest line, which a percentage is taken of.
    last: Option<Decimal>,
}

/// Whether requests give the total themselves, and this one did.
pub(crate) fn is_given(node: &Node, name: &str) -> bool {
    let kind = kind_of(node);
    let add = operation(&format!("{kind}Add"));
    add.is_some_and(|add| add.fields().child(name).is_some()) && node.child(name).is_some()
}

fn take_from_item(line: &mut Node, element: Element, rate_name: &str, item: &KeptRecord) {
    let first = |paths: &BTreeMap<String, Vec<String>>| {
        let mut paths = paths.get(rate_name).into_iter().flatten();
        paths.find_map(|path| text(&item.node, path)).map(str::to_owned)
    };
    let is_priced = ["Rate", "Cost", "RatePercent", "Amount"].iter().any(|name| line.child(name).is_some());
    if !is_priced {
        set_some(line, element, rate_name, first(&facts().item_prices));
    }
    if line.child("Desc").is_none() {
        set_some(line, element, "Desc", first(&facts().item_texts));
    }
    let code = item.node.child("SalesTaxCodeRef");
    if let (None, Some(code)) = (line.child("SalesTaxCodeRef"), code) {
        put(line, element, code.clone());
    }
}
