//! Transactions: what lines come to, tax, balances, payments, the closing date.

use ferrule::simulator::{CompanyFile, Settings};

use crate::simulator_requests::{Asked, ask, company_file, company_file_with};

fn invoice(file: &mut CompanyFile, head: &str, lines: &str) -> Asked {
    let head = head.split_once('|').unwrap_or((head, ""));
    // Nothing is saved that is empty.
    let lines = if lines.is_empty() { line("<Desc>One</Desc>") } else { lines.to_owned() };
    ask(
        file,
        &format!(
            "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>Acme</FullName></CustomerRef>{}{}{lines}</InvoiceAdd></InvoiceAddRq>",
            head.0, head.1
        ),
    )
}

fn line(content: &str) -> String {
    format!("<InvoiceLineAdd>{content}</InvoiceLineAdd>")
}

const PLATE: &str = "<ItemRef><FullName>Zinc Plate</FullName></ItemRef>";

fn balance(file: &mut CompanyFile, kind: &str, name: &str) -> String {
    ask(file, &format!("<{kind}QueryRq><FullName>{name}</FullName></{kind}QueryRq>")).value("Balance")
}

#[test]
fn lines_are_priced_and_summed() {
    let (mut file, _) = company_file();
    let lines = [
        // The item's price and text; a rate; an amount, which gives the rate; nothing but text.
        line(&format!("{PLATE}<Quantity>3</Quantity>")),
        line(&format!("{PLATE}<Desc>Rush</Desc><Quantity>0.5</Quantity><Rate>0.25</Rate>")),
        line(&format!("{PLATE}<Quantity>3</Quantity><Amount>10.00</Amount>")),
        line("<Desc>Thank you</Desc>"),
    ];
    let answer = invoice(&mut file, "", &lines.concat());
    assert_eq!(answer.code(), 0, "{}", answer.message());
    let of = |path: &str| answer.values_all(path);
    assert_eq!(of("InvoiceLineRet/Amount"), ["7.50", "0.13", "10.00"], "half a cent goes away from zero");
    assert_eq!(of("InvoiceLineRet/Rate"), ["2.50", "0.25", "3.33333"]);
    assert_eq!(of("InvoiceLineRet/Desc"), ["Plating in zinc", "Rush", "Plating in zinc", "Thank you"]);
    assert_eq!((&*answer.value("Subtotal"), &*answer.value("BalanceRemaining")), ("17.63", "17.63"));
    assert_eq!(answer.value("IsPaid"), "false");
    assert_eq!(balance(&mut file, "Customer", "Acme"), "17.63");
    assert_eq!(balance(&mut file, "Account", "Accounts Receivable"), "17.63");
}

#[test]
fn an_invoice_without_a_number_gets_the_next() {
    let (mut file, _) = company_file();
    let mut next = |head: &str| invoice(&mut file, head, "").value("RefNumber");
    assert_eq!([next(""), next(""), next("<RefNumber>1050</RefNumber>")], ["1", "2", "1050"]);
    assert_eq!([next("<RefNumber>A-7</RefNumber>"), next("")], ["A-7", "1051"]);
}

#[test]
fn tax_is_taken_of_what_is_taxable() {
    let (mut file, _) = company_file();
    let lines = [
        line(&format!("{PLATE}<Quantity>4</Quantity>")),
        line(&format!(
            "{PLATE}<Quantity>4</Quantity><SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef>"
        )),
    ];
    let tax = "<ItemSalesTaxRef><FullName>County</FullName></ItemSalesTaxRef>";
    let answer = invoice(&mut file, tax, &lines.concat());
    assert_eq!(answer.code(), 0, "{}", answer.message());
    assert_eq!(answer.value("Subtotal"), "20.00");
    assert_eq!(answer.value("SalesTaxPercentage"), "8.25");
    assert_eq!(answer.value("SalesTaxTotal"), "0.83", "8.25 % of 10.00, rounded");
    assert_eq!(answer.value("BalanceRemaining"), "20.83");
    let exempt = format!("{tax}|<CustomerSalesTaxCodeRef><FullName>Non</FullName></CustomerSalesTaxCodeRef>");
    let answer = invoice(&mut file, &exempt, &lines.concat());
    assert_eq!((&*answer.value("SalesTaxTotal"), &*answer.value("BalanceRemaining")), ("0.00", "20.00"));
}

#[test]
fn a_bill_is_owed_and_payments_take_from_what_is_owed() {
    let (mut file, _) = company_file();
    let bill = ask(
        &mut file,
        "<BillAddRq><BillAdd><VendorRef><FullName>Zinc Supply</FullName></VendorRef><ExpenseLineAdd><AccountRef><FullName>Office Supplies\
         </FullName></AccountRef><Amount>40.00</Amount></ExpenseLineAdd><ExpenseLineAdd><AccountRef><FullName>Office Supplies</FullName></AccountRef>\
         <Amount>2.50</Amount></ExpenseLineAdd></BillAdd></BillAddRq>",
    );
    assert_eq!((bill.code(), &*bill.value("AmountDue")), (0, "42.50"));
    assert_eq!(balance(&mut file, "Vendor", "Zinc Supply"), "42.50");

    let sold = invoice(&mut file, "", &line("<Amount>100.00</Amount>")).value("TxnID");
    let pay = |amount: &str| {
        format!(
            "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Acme</FullName></CustomerRef><TotalAmount>{amount}</TotalAmount>\
             <AppliedToTxnAdd><TxnID>{sold}</TxnID><PaymentAmount>{amount}</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>"
        )
    };
    let too_much = ask(&mut file, &pay("129.43"));
    assert_eq!(too_much.code(), 3210);
    assert!(
        too_much
            .message()
            .contains("\"AppliedToTxnAdd payment amount\" field has an invalid value \"129.43\"")
    );
    assert_eq!(balance(&mut file, "Customer", "Acme"), "100.00", "nothing was done");
    let payment = ask(&mut file, &pay("60.00"));
    assert_eq!(payment.code(), 0, "{}", payment.message());
    let query = format!(
        "<InvoiceQueryRq><TxnID>{sold}</TxnID><IncludeLinkedTxns>true</IncludeLinkedTxns></InvoiceQueryRq>"
    );
    let open = ask(&mut file, &query);
    assert_eq!((&*open.value("BalanceRemaining"), &*open.value("IsPaid")), ("40.00", "false"));
    assert_eq!(open.value("LinkedTxn/TxnID"), payment.value("TxnID"));
    assert_eq!(ask(&mut file, &pay("40.00")).code(), 0);
    assert_eq!(ask(&mut file, &query).value("IsPaid"), "true");
    assert_eq!(balance(&mut file, "Customer", "Acme"), "0.00");
    // Taken back, it is open again.
    let delete = format!(
        "<TxnDelRq><TxnDelType>ReceivePayment</TxnDelType><TxnID>{}</TxnID></TxnDelRq>",
        payment.value("TxnID")
    );
    assert_eq!(ask(&mut file, &delete).code(), 0);
    assert_eq!(ask(&mut file, &query).value("BalanceRemaining"), "60.00");
    assert_eq!(balance(&mut file, "Customer", "Acme"), "60.00");
}

#[test]
fn a_changed_transaction_is_reckoned_anew_and_lines_not_named_go() {
    let (mut file, _) = company_file();
    let lines =
        [line(&format!("{PLATE}<Quantity>2</Quantity>")), line(&format!("{PLATE}<Quantity>4</Quantity>"))];
    let added = invoice(&mut file, "", &lines.concat());
    let ids = added.values_all("InvoiceLineRet/TxnLineID");
    let modify = |sequence: &str, rest: &str| {
        format!(
            "<InvoiceModRq><InvoiceMod><TxnID>{}</TxnID><EditSequence>{sequence}</EditSequence>{rest}</InvoiceMod></InvoiceModRq>",
            added.value("TxnID")
        )
    };
    let mod_line =
        |id: &str, rest: &str| format!("<InvoiceLineMod><TxnLineID>{id}</TxnLineID>{rest}</InvoiceLineMod>");
    let memo = ask(&mut file, &modify(&added.value("EditSequence"), "<Memo>x</Memo>"));
    assert_eq!((memo.code(), &*memo.value("Subtotal")), (0, "15.00"), "no line named, all stay");
    let swapped = mod_line(&ids[1], "") + &mod_line(&ids[0], "");
    assert_eq!(ask(&mut file, &modify(&memo.value("EditSequence"), &swapped)).code(), 3290);
    let changed = mod_line(&ids[1], "<Quantity>10</Quantity>") + &mod_line("-1", "<Amount>0.50</Amount>");
    let changed = ask(&mut file, &modify(&memo.value("EditSequence"), &changed));
    assert_eq!((changed.code(), &*changed.value("Subtotal")), (0, "25.50"), "{}", changed.message());
    assert_eq!(changed.values_all("InvoiceLineRet/TxnLineID").len(), 2);
    assert_eq!(changed.values_all("InvoiceLineRet/TxnLineID")[0], ids[1]);
    assert_eq!(balance(&mut file, "Customer", "Acme"), "25.50");
    let lost = modify(&changed.value("EditSequence"), &mod_line(&ids[0], ""));
    assert_eq!(ask(&mut file, &lost).code(), 3120, "that line is gone");
    let void = format!(
        "<TxnVoidRq><TxnVoidType>Invoice</TxnVoidType><TxnID>{}</TxnID></TxnVoidRq>",
        added.value("TxnID")
    );
    assert_eq!(ask(&mut file, &void).code(), 0);
    assert_eq!(balance(&mut file, "Customer", "Acme"), "0.00");
    assert_eq!(file.count("Invoice"), 1, "void, not gone");
}

#[test]
fn the_closed_period_is_closed() {
    let (mut file, _) =
        company_file_with(Settings { closing_date: Some("2023-12-31".to_owned()), ..Settings::default() });
    let closed = invoice(&mut file, "<TxnDate>2023-12-31</TxnDate>", "");
    assert_eq!(closed.code(), 3171);
    assert!(closed.message().starts_with(
        "An attempt was made to modify a Invoice with a date that is on or before the closing date"
    ));
    let open = invoice(&mut file, "<TxnDate>2024-01-01</TxnDate>", "");
    assert_eq!(open.code(), 0);
    let (id, sequence) = (open.value("TxnID"), open.value("EditSequence"));
    let back = format!(
        "<InvoiceModRq><InvoiceMod><TxnID>{id}</TxnID><EditSequence>{sequence}</EditSequence><TxnDate>2023-06-01</TxnDate></InvoiceMod></InvoiceModRq>"
    );
    assert_eq!(ask(&mut file, &back).code(), 3171, "nor can it be moved there");
    let settings = Settings { closing_date: Some("2024-06-30".to_owned()), ..file.settings().clone() };
    file.set_settings(settings);
    let delete = format!("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>{id}</TxnID></TxnDelRq>");
    assert_ne!(ask(&mut file, &delete).code(), 0);
    assert_eq!(file.count("Invoice"), 1);
}

#[test]
fn a_payment_uses_no_more_of_a_credit_than_is_left() {
    let (mut file, _) = company_file();
    let due = invoice(&mut file, "", &line(&format!("{PLATE}<Quantity>4</Quantity>"))).value("TxnID");
    let credit = format!(
        "<CreditMemoAddRq><CreditMemoAdd><CustomerRef><FullName>Acme</FullName></CustomerRef>\
         <CreditMemoLineAdd>{PLATE}<Quantity>1</Quantity></CreditMemoLineAdd></CreditMemoAdd></CreditMemoAddRq>"
    );
    let credit = ask(&mut file, &credit).value("TxnID");
    let mut pay = |paid: &str, used: &str, id: &str| {
        let set = format!(
            "<SetCredit><CreditTxnID>{id}</CreditTxnID><AppliedAmount>{used}</AppliedAmount></SetCredit>"
        );
        let request = format!(
            "<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Acme</FullName></CustomerRef>\
             <TotalAmount>{paid}</TotalAmount><AppliedToTxnAdd><TxnID>{due}</TxnID>\
             <PaymentAmount>{paid}</PaymentAmount>{set}</AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>"
        );
        ask(&mut file, &request)
    };
    assert_eq!(pay("1.00", "2.51", &credit).code(), 3210, "more than is left of the credit");
    assert_eq!(pay("8.00", "2.50", &credit).code(), 3210, "more than is due");
    assert_eq!(pay("1.00", "1.00", &due).code(), 3120, "an invoice is no credit");
    let paid = pay("7.00", "2.50", &credit);
    assert_eq!((paid.code(), &*paid.value("AppliedToTxnRet/BalanceRemaining")), (0, "0.50"));
    assert_eq!(pay("0.10", "0.10", &credit).code(), 3210, "nothing is left of the credit");
    let open =
        |id: &str, path: &str| file.record(id).and_then(|it| it.descend(path)?.text()).map(str::to_owned);
    assert_eq!(open(&due, "BalanceRemaining").as_deref(), Some("0.50"));
    assert_eq!(open(&credit, "CreditRemaining").as_deref(), Some("0.00"));
    assert_eq!(balance(&mut file, "Customer", "Acme"), "0.50");
}
