-- The tables of a Steelhead of our own: names as its GraphQL API shows them, as far as they are known. PostGraphile makes
-- the API of it.
CREATE TABLE accounts (id int PRIMARY KEY, account_number text, name text NOT NULL, type text, archived_at timestamptz);
CREATE TABLE invoice_terms (id int PRIMARY KEY, terms text NOT NULL, days int, discount_percent numeric, discount_days int, archived_at timestamptz);
CREATE TABLE sales_taxes (id int PRIMARY KEY, name text NOT NULL, rate numeric, archived_at timestamptz);
CREATE TABLE tax_codes (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE dimensions (id int PRIMARY KEY, name text NOT NULL, type text);
CREATE TABLE dimension_values (id int PRIMARY KEY, dimension_id int NOT NULL REFERENCES dimensions, value text);
CREATE TABLE product_groups (id int PRIMARY KEY, name text);
CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL, product_group_id int REFERENCES product_groups, archived_at timestamptz);
-- A customer has addresses, and each of them knows whose it is.
CREATE TABLE customers (id int PRIMARY KEY, id_in_domain int, name text NOT NULL, short_name text, phone text, email text,
    archived_at timestamptz, sales_taxable boolean, sales_tax_id int REFERENCES sales_taxes, invoice_terms_id int REFERENCES invoice_terms,
    bill_to_address_id int, ship_to_address_id int, custom_inputs jsonb, parent_id int REFERENCES customers);
CREATE TABLE addresses (id int PRIMARY KEY, customer_id int REFERENCES customers, address text);
ALTER TABLE customers ADD FOREIGN KEY (bill_to_address_id) REFERENCES addresses, ADD FOREIGN KEY (ship_to_address_id) REFERENCES addresses;
CREATE TABLE vendors (id int PRIMARY KEY, id_in_domain int, name text NOT NULL, phone text, email text,
    bill_terms_id int REFERENCES invoice_terms, address_id int REFERENCES addresses, archived_at timestamptz, custom_inputs jsonb);
CREATE TABLE contacts (id int PRIMARY KEY, customer_id int REFERENCES customers, vendor_id int REFERENCES vendors,
    name text, email text, phone text, is_invoice_contact boolean);
CREATE TABLE part_numbers (id int PRIMARY KEY, name text NOT NULL, description_markdown text, customer_facing_notes text,
    customer_id int REFERENCES customers, price numeric, gl_account_id int REFERENCES accounts, archived_at timestamptz, custom_inputs jsonb);
CREATE TABLE part_number_dimensions (id int PRIMARY KEY, part_number_id int NOT NULL REFERENCES part_numbers,
    dimension_value_id int NOT NULL REFERENCES dimension_values);
CREATE TABLE sales_orders (id int PRIMARY KEY, id_in_domain int, name text);
CREATE TABLE invoices (id int PRIMARY KEY, id_in_domain int NOT NULL, created_at timestamptz, invoiced_at_as_date date, due_at_as_date date,
    ship_date_as_date date, ship_via text, finalized_at timestamptz, voided_at timestamptz, manually_synced_at timestamptz, notes text,
    bill_to_address_id int REFERENCES addresses, ship_to_address_id int REFERENCES addresses, invoice_terms_id int REFERENCES invoice_terms,
    sales_tax_id int REFERENCES sales_taxes, custom_inputs jsonb, surcharge numeric);
CREATE TABLE invoice_dimensions (id int PRIMARY KEY, invoice_id int NOT NULL REFERENCES invoices,
    dimension_value_id int NOT NULL REFERENCES dimension_values);
CREATE TABLE invoice_lines (id int PRIMARY KEY, invoice_id int NOT NULL REFERENCES invoices, line_number int, name text, description text,
    part_number_id int REFERENCES part_numbers, sales_order_id int REFERENCES sales_orders);
CREATE TABLE invoice_line_items (id int PRIMARY KEY, invoice_line_id int NOT NULL REFERENCES invoice_lines, description text,
    quantity numeric, rate numeric, rate_units text, subtotal numeric, rate_micro bigint GENERATED ALWAYS AS ((rate * 1000000)::bigint) STORED,
    product_id int REFERENCES products, income_account_id int REFERENCES accounts, tax_code_id int REFERENCES tax_codes);
CREATE TABLE invoice_line_item_dimensions (id int PRIMARY KEY, invoice_line_item_id int NOT NULL REFERENCES invoice_line_items,
    dimension_value_id int NOT NULL REFERENCES dimension_values);
CREATE TABLE bills (id int PRIMARY KEY, id_in_domain int NOT NULL, invoice_number text, invoice_date_as_date date, due_at_as_date date,
    finalized_at timestamptz, voided_at timestamptz, manually_synced_at timestamptz, notes text, vendor_id int REFERENCES vendors,
    bill_terms_id int REFERENCES invoice_terms, custom_inputs jsonb, surcharge numeric);
CREATE TABLE bill_dimensions (id int PRIMARY KEY, bill_id int NOT NULL REFERENCES bills,
    dimension_value_id int NOT NULL REFERENCES dimension_values);
CREATE TABLE bill_lines (id int PRIMARY KEY, bill_id int NOT NULL REFERENCES bills, name text, purchase_order_name text);
CREATE TABLE bill_line_items (id int PRIMARY KEY, bill_line_id int NOT NULL REFERENCES bill_lines, description text, quantity numeric,
    rate numeric, subtotal numeric, expense_account_id int REFERENCES accounts, part_number_id int REFERENCES part_numbers);
CREATE TABLE bill_line_item_dimensions (id int PRIMARY KEY, bill_line_item_id int NOT NULL REFERENCES bill_line_items,
    dimension_value_id int NOT NULL REFERENCES dimension_values);
