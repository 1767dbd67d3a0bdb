-- What the Steelhead of our own holds: a customer, a vendor, three invoices of which one is a draft, and a bill.
INSERT INTO accounts VALUES (1, '4010', 'Plating Income', 'Income'), (2, '5010', 'Chemicals', 'Expense');
INSERT INTO invoice_terms VALUES (3142, 'Net 30', 30, NULL, NULL), (41, '2% 10 Net 30', 30, 2, 10);
INSERT INTO sales_taxes VALUES (31, 'OH - Montgomery', 7.5);
INSERT INTO tax_codes VALUES (1, 'TAX');
INSERT INTO dimensions VALUES (349, 'class', 'custom');
INSERT INTO dimension_values VALUES (154, 349, 'Zinc Rack');
INSERT INTO product_groups VALUES (9, 'Plating');
INSERT INTO products VALUES (14501, 'Zinc Plating', 9);
INSERT INTO customers VALUES (166246, 20, 'Hale Fasteners Inc', 'HALE', '937-555-0133', 'ap@hale.test', NULL, true, 31, 3142, NULL, NULL,
    '{"AR": {"DeliveryMethod": "EMAIL"}}');
INSERT INTO addresses VALUES (1, 166246, E'PO Box 118\nDayton, OH 45401\nUSA'), (2, 166246, E'410 Mill Rd\nDayton, OH 45402\nUSA'),
    (3, NULL, E'22 Dock St\nToledo, OH 43604');
UPDATE customers SET bill_to_address_id = 1, ship_to_address_id = 2;
INSERT INTO vendors VALUES (89855, 6, 'Midwest Chemical Supply', NULL, NULL, 41, 3);
INSERT INTO contacts VALUES (1, 166246, NULL, 'Lee Park', 'ap@hale.test', '937-555-0133', true);
INSERT INTO part_numbers VALUES (3426260, 'SEC11000-H02', 'Bracket, **zinc plate**', '', 166246, 1.25, 1);
INSERT INTO sales_orders VALUES (1, 1594, '4500123456');
INSERT INTO invoices (id, id_in_domain, created_at, invoiced_at_as_date, due_at_as_date, ship_date_as_date, ship_via, finalized_at, notes,
    bill_to_address_id, ship_to_address_id, invoice_terms_id, sales_tax_id, custom_inputs)
SELECT 1031270 + n, 231 + n, '2026-07-01T13:20:08.331Z', '2026-07-01', '2026-07-31', '2026-06-30', 'Our Truck',
    CASE WHEN n < 3 THEN timestamptz '2026-07-01T13:25:40.1Z' END, 'Thank you', 1, 2, 3142, 31, '{"Billing": {"Reference": "REL-77"}}'
FROM generate_series(1, 3) AS n;
INSERT INTO invoice_dimensions SELECT id, id, 154 FROM invoices;
INSERT INTO invoice_lines SELECT id, id, 1, 'SEC11000-H02', NULL, 3426260, 1 FROM invoices;
INSERT INTO invoice_line_items (id, invoice_line_id, description, quantity, rate, rate_units, subtotal, product_id, income_account_id, tax_code_id)
SELECT id, id, 'Zinc plating per ASTM B633', 650, 1.25, 'EA', 812.5, 14501, 1, 1 FROM invoices;
INSERT INTO bills (id, id_in_domain, invoice_number, invoice_date_as_date, due_at_as_date, finalized_at, notes, vendor_id, bill_terms_id)
VALUES (45897, 1841, '262034', '2026-06-20', '2026-08-04', '2026-06-21T10:00:00Z', '', 89855, 41);
INSERT INTO bill_dimensions VALUES (1, 45897, 154);
INSERT INTO bill_lines VALUES (66001, 45897, 'Nickel sulfamate', '1617');
INSERT INTO bill_line_items VALUES (67001, 66001, 'Nickel sulfamate 55 gal', 2, 410.00, 820.00, 2);
