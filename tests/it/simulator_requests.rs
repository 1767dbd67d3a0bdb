//! Requests for a simulated company file, made from the catalogue, and its answers.

use ferrule::catalogue::{DataType, Element, Operation, Particle, Version, operation, response, root};
use ferrule::qbxml::read_response_set;
use ferrule::qbxml::validate::validate;
use ferrule::simulator::{CompanyFile, ManualClock, Settings};
use ferrule::xml::Node;

/// 2024-05-15, 10:00 in New York.
pub const NOON: i64 = 1_715_781_600;

/// A company file in a session, with a few records of each list to refer to; and its clock.
pub fn company_file() -> (CompanyFile, ManualClock) {
    company_file_with(Settings::default())
}

/// The same with other settings.
pub fn company_file_with(settings: Settings) -> (CompanyFile, ManualClock) {
    let clock = ManualClock::at(NOON);
    let mut file = CompanyFile::new(settings, clock.clone());
    file.begin_session().unwrap();
    for request in FOUNDATION {
        let answer = ask(&mut file, request);
        assert_eq!(answer.code(), 0, "{request}: {}", answer.message());
    }
    (file, clock)
}

const FOUNDATION: [&str; 21] = [
    "<CustomerAddRq><CustomerAdd><Name>Acme</Name></CustomerAdd></CustomerAddRq>",
    "<VendorAddRq><VendorAdd><Name>Zinc Supply</Name></VendorAdd></VendorAddRq>",
    "<EmployeeAddRq><EmployeeAdd><FirstName>Ann</FirstName><LastName>Lee</LastName></EmployeeAdd></EmployeeAddRq>",
    "<OtherNameAddRq><OtherNameAdd><Name>Neighbour</Name></OtherNameAdd></OtherNameAddRq>",
    "<ClassAddRq><ClassAdd><Name>Plating</Name></ClassAdd></ClassAddRq>",
    "<SalesRepAddRq><SalesRepAdd><Initial>AL</Initial><SalesRepEntityRef><FullName>Ann Lee</FullName></SalesRepEntityRef></SalesRepAdd></SalesRepAddRq>",
    "<CustomerTypeAddRq><CustomerTypeAdd><Name>Aerospace</Name></CustomerTypeAdd></CustomerTypeAddRq>",
    "<VendorTypeAddRq><VendorTypeAdd><Name>Chemicals</Name></VendorTypeAdd></VendorTypeAddRq>",
    "<JobTypeAddRq><JobTypeAdd><Name>Rack</Name></JobTypeAdd></JobTypeAddRq>",
    "<ItemServiceAddRq><ItemServiceAdd><Name>Zinc Plate</Name><SalesTaxCodeRef><FullName>Tax</FullName></SalesTaxCodeRef><SalesOrPurchase><Desc>Plating in zinc</Desc><Price>2.50</Price><AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>",
    "<ItemInventoryAddRq><ItemInventoryAdd><Name>Rack Hook</Name><IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef><COGSAccountRef><FullName>Cost of Goods Sold</FullName></COGSAccountRef><AssetAccountRef><FullName>Inventory Asset</FullName></AssetAccountRef></ItemInventoryAdd></ItemInventoryAddRq>",
    "<ItemInventoryAssemblyAddRq><ItemInventoryAssemblyAdd><Name>Rack</Name><IncomeAccountRef><FullName>Sales</FullName></IncomeAccountRef><COGSAccountRef><FullName>Cost of Goods Sold</FullName></COGSAccountRef><AssetAccountRef><FullName>Inventory Asset</FullName></AssetAccountRef></ItemInventoryAssemblyAdd></ItemInventoryAssemblyAddRq>",
    "<ItemGroupAddRq><ItemGroupAdd><Name>Kit</Name><ItemGroupLine><ItemRef><FullName>Zinc Plate</FullName></ItemRef><Quantity>2</Quantity></ItemGroupLine></ItemGroupAdd></ItemGroupAddRq>",
    "<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>County</Name><TaxRate>8.25</TaxRate><TaxVendorRef><FullName>Zinc Supply</FullName></TaxVendorRef></ItemSalesTaxAdd></ItemSalesTaxAddRq>",
    "<PriceLevelAddRq><PriceLevelAdd><Name>Wholesale</Name><PriceLevelFixedPercentage>-10</PriceLevelFixedPercentage></PriceLevelAdd></PriceLevelAddRq>",
    "<BillingRateAddRq><BillingRateAdd><Name>Standard</Name><FixedBillingRate>80</FixedBillingRate></BillingRateAdd></BillingRateAddRq>",
    "<PayrollItemWageAddRq><PayrollItemWageAdd><Name>Hourly</Name><WageType>HourlyRegular</WageType><ExpenseAccountRef><FullName>Subcontractors</FullName></ExpenseAccountRef></PayrollItemWageAdd></PayrollItemWageAddRq>",
    "<VehicleAddRq><VehicleAdd><Name>Van</Name><Desc>White</Desc></VehicleAdd></VehicleAddRq>",
    "<UnitOfMeasureSetAddRq><UnitOfMeasureSetAdd><Name>Each</Name><UnitOfMeasureType>Count</UnitOfMeasureType><BaseUnit><Name>each</Name><Abbreviation>ea</Abbreviation></BaseUnit></UnitOfMeasureSetAdd></UnitOfMeasureSetAddRq>",
    "<InventorySiteAddRq><InventorySiteAdd><Name>Shop</Name></InventorySiteAdd></InventorySiteAddRq>",
    "<LeadAddRq><LeadAdd><FullName>Maybe Inc</FullName></LeadAdd></LeadAddRq>",
];

/// A record of what each kind of reference refers to, by how the reference's name ends.
const NAMES: [(&str, &str); 42] = [
    ("ARAccountRef", "Accounts Receivable"),
    ("APAccountRef", "Accounts Payable"),
    ("CreditCardAccountRef", "Company Credit Card"),
    ("IncomeAccountRef", "Sales"),
    ("ExpenseAccountRef", "Office Supplies"),
    ("COGSAccountRef", "Cost of Goods Sold"),
    ("AssetAccountRef", "Inventory Asset"),
    ("AccountRef", "Checking"),
    ("BillingRateRef", "Standard"),
    ("ClassRef", "Plating"),
    ("CurrencyRef", "US Dollar"),
    ("CustomerMsgRef", "Please remit to above address."),
    ("CustomerRef", "Acme"),
    ("CustomerTypeRef", "Aerospace"),
    ("EmployeeRef", "Ann Lee"),
    ("SalesRepEntityRef", "Ann Lee"),
    ("ShipToEntityRef", "Acme"),
    ("EntityRef", "Zinc Supply"),
    ("InventorySiteRef", "Shop"),
    ("InventorySiteLocationRef", "Shop"),
    ("ItemGroupRef", "Kit"),
    ("ItemInventoryAssemblyRef", "Rack"),
    ("ItemInventoryRef", "Rack Hook"),
    ("ItemSalesTaxRef", "County"),
    ("ItemServiceRef", "Zinc Plate"),
    ("ItemRef", "Zinc Plate"),
    ("JobTypeRef", "Rack"),
    ("LeadRef", "Maybe Inc"),
    ("ListObjRef", "Acme"),
    ("ParentSiteRef", "Shop"),
    ("PaymentMethodRef", "Check"),
    ("PayrollItemWageRef", "Hourly"),
    ("PriceLevelRef", "Wholesale"),
    ("SalesRepRef", "AL"),
    ("SalesTaxCodeRef", "Tax"),
    ("ShipMethodRef", "UPS"),
    ("SupervisorRef", "Ann Lee"),
    ("TemplateRef", "Intuit Product Invoice"),
    ("TermsRef", "Net 30"),
    ("UOMSetRef", "Each"),
    ("UnitOfMeasureSetRef", "Each"),
    ("VehicleRef", "Van"),
];

/// What a request needs, and no more; references lead to the records of [`company_file`].
pub struct Minimal {
    /// The name given to what has one.
    pub name: String,
    /// The transaction that is referred to.
    pub transaction: String,
    /// What is not asked for by the schema but wanted all the same, by name.
    pub also: Vec<&'static str>,
}

impl Minimal {
    /// The smallest instance of `element`.
    pub fn node(&self, element: Element) -> Node {
        if let Some(data_type) = element.data_type() {
            return Node::leaf(element.name(), self.value(element, data_type));
        }
        if element.name().ends_with("Ref") && element.child("FullName").is_some() {
            return Node::aggregate(element.name(), vec![Node::leaf("FullName", referred(element.name()))]);
        }
        let mut children = Vec::new();
        self.sequence(element.content(), &mut children);
        Node::aggregate(element.name(), children)
    }

    fn sequence(&self, content: &[Particle], into: &mut Vec<Node>) {
        for particle in content {
            match particle {
                Particle::Element(element) => {
                    if element.min() > 0 || self.also.contains(&element.name()) {
                        into.push(self.node(*element));
                    }
                }
                Particle::Choice(choice) if choice.min() > 0 => {
                    let branch = choice.branches().next().unwrap();
                    let before = into.len();
                    self.sequence(branch, into);
                    if let (true, Some(Particle::Element(first))) = (into.len() == before, branch.first()) {
                        into.push(self.node(*first));
                    }
                }
                Particle::Choice(choice) => {
                    let wanted = choice.branches().find(|branch| {
                        branch.iter().any(|particle| {
                            matches!(particle, Particle::Element(element) if self.also.contains(&element.name()))
                        })
                    });
                    if let Some(branch) = wanted {
                        self.sequence(branch, into);
                    }
                }
            }
        }
    }

    fn value(&self, element: Element, data_type: DataType) -> String {
        if let Some(value) = element.values().first() {
            // The first special account is founded with the company.
            return if element.name() == "SpecialAccountType" { "PettyCash" } else { value }.to_owned();
        }
        let max = element.max_length().map_or(100, |max| max as usize);
        match data_type {
            DataType::Id => self.transaction.clone(),
            DataType::Text => {
                let text = match element.name() {
                    "CurrencyCode" => "XTS",
                    "DataExtName" => "FileID",
                    _ => &self.name,
                };
                text.chars().take(max).collect()
            }
            DataType::Date => "2024-05-10".to_owned(),
            DataType::DateTime => "2024-05-10T08:00:00".to_owned(),
            DataType::Guid => "{0A1B2C3D-0000-0000-0000-000000000001}".to_owned(),
            DataType::Bool => "true".to_owned(),
            DataType::TimeInterval => "PT1H30M0S".to_owned(),
            DataType::Amount => "5.00".to_owned(),
            _ => "2".to_owned(),
        }
    }

    /// The smallest request of an operation.
    pub fn request(&self, operation: Operation) -> String {
        self.node(operation.request).to_xml()
    }
}

fn referred(name: &str) -> &'static str {
    let fitting = NAMES.iter().filter(|(ending, _)| name.ends_with(ending));
    let found = fitting.max_by_key(|(ending, _)| ending.len());
    match name {
        "VendorRef" | "PrefVendorRef" | "TaxVendorRef" => "Zinc Supply",
        _ => found.unwrap_or_else(|| panic!("{name}")).1,
    }
}

/// The document around requests.
pub fn document(requests: &str) -> String {
    document_with("onError=\"continueOnError\"", requests)
}

/// The same with other attributes of the message set.
pub fn document_with(attributes: &str, requests: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq {attributes}>{requests}</QBXMLMsgsRq></QBXML>"
    )
}

/// An answer, as it was written and as it was read.
pub struct Asked {
    /// The document.
    pub text: String,
    /// Its responses.
    pub responses: Vec<ferrule::qbxml::Response>,
    /// The attributes of its message set.
    pub set: ferrule::qbxml::Attributes,
}

impl Asked {
    /// Reads a document of responses.
    pub fn new(text: String) -> Asked {
        let set = read_response_set(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        Asked { text, responses: set.responses, set: set.attributes }
    }

    /// The status code of the first response.
    pub fn code(&self) -> i32 {
        self.responses[0].status_code
    }

    /// The status codes of all responses.
    pub fn codes(&self) -> Vec<i32> {
        self.responses.iter().map(|response| response.status_code).collect()
    }

    /// The status message of the first response.
    pub fn message(&self) -> &str {
        &self.responses[0].message
    }

    /// The values at `path` in the records of the first response.
    pub fn values(&self, path: &str) -> Vec<String> {
        let records = self.responses[0].records.iter();
        records.filter_map(|record| record.get(path).map(str::to_owned)).collect()
    }

    /// The value at `path` in the first record.
    pub fn value(&self, path: &str) -> String {
        let values = self.values(path);
        values.first().cloned().unwrap_or_else(|| panic!("no {path} in {}", self.text))
    }

    /// The values of an element in all lines of the first record: `InvoiceLineRet/Rate`.
    pub fn values_all(&self, path: &str) -> Vec<String> {
        let (lines, name) = path.split_once('/').unwrap();
        let record = node_of(&self.responses[0].records[0].to_xml());
        let lines = record.children().iter().filter(|child| child.name == lines);
        lines.filter_map(|line| line.child(name)?.text().map(str::to_owned)).collect()
    }

    /// An attribute of the message set.
    pub fn of_set(&self, name: &str) -> Option<&str> {
        self.set.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Asks a company file.
pub fn ask(file: &mut CompanyFile, requests: &str) -> Asked {
    let document = document(requests);
    Asked::new(file.process(&document).unwrap_or_else(|hresult| panic!("{hresult}: {document}")))
}

/// Fails unless all responses in `text` are what the catalogue allows.
pub fn check(text: &str) {
    let body = text.split_once("?>").unwrap().1.trim();
    let node = node_of(body);
    let faults = validate(&node, root(), Version::NEWEST);
    assert!(faults.is_empty(), "{faults:#?}\n{text}");
    for child in node.children().iter().flat_map(Node::children) {
        assert!(response(&child.name).is_some());
    }
}

/// XML as a node; attributes too.
pub fn node_of(xml: &str) -> Node {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<(Node, Vec<Node>, String)> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let mut node = Node::leaf(AsRef::<str>::as_ref(&tag.name()).to_owned(), "");
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
                    let name: &str = attribute.key.as_ref();
                    node.attributes.push((name.to_owned(), value.into_owned()));
                }
                open.push((node, Vec::new(), String::new()));
            }
            Event::End(_) => {
                let (node, children, text) = open.pop().unwrap();
                let attributes = node.attributes.clone();
                let mut done = if children.is_empty() {
                    Node::leaf(node.name, text)
                } else {
                    Node::aggregate(node.name, children)
                };
                done.attributes = attributes;
                match open.last_mut() {
                    Some(parent) => parent.1.push(done),
                    None => return done,
                }
            }
            Event::Text(text) => open.last_mut().into_iter().for_each(|it| it.2.push_str(&text)),
            Event::GeneralRef(reference) => {
                let letter = match reference.resolve_char_ref().unwrap() {
                    Some(letter) => letter.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&reference).unwrap().to_owned(),
                };
                open.last_mut().unwrap().2.push_str(&letter);
            }
            Event::Eof => panic!("{xml}"),
            _ => {}
        }
    }
}

/// The operation called `name`.
pub fn op(name: &str) -> Operation {
    operation(name).unwrap_or_else(|| panic!("{name}"))
}
