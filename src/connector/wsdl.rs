//! The description of the service that clients read from `?wsdl`.

use std::fmt::Write as _;

use crate::xml::escape_into;

use super::signature::{Argument, Returns, arguments, is_listed, returns};
use super::{NAMESPACE, Operation};

/// The WSDL of the service at `service_url`: SOAP 1.1, document/literal, with the names and types of
/// Intuit's own.
pub fn wsdl(service_url: &str) -> String {
    let listed = || Operation::ALL.into_iter().filter(|operation| is_listed(*operation));
    let mut out = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:qbwc="{NAMESPACE}" targetNamespace="{NAMESPACE}">
  <types>
    <xsd:schema targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
      <xsd:complexType name="ArrayOfString">
        <xsd:sequence>
          <xsd:element name="string" type="xsd:string" nillable="true" minOccurs="0" maxOccurs="unbounded"/>
        </xsd:sequence>
      </xsd:complexType>
"#
    );
    listed().for_each(|operation| elements(&mut out, operation));
    out.push_str("    </xsd:schema>\n  </types>\n");
    listed().for_each(|operation| messages(&mut out, operation));
    out.push_str("  <portType name=\"QBWebConnectorSvcSoap\">\n");
    listed().for_each(|operation| port(&mut out, operation));
    out.push_str(
        "  </portType>\n  <binding name=\"QBWebConnectorSvcSoap\" type=\"qbwc:QBWebConnectorSvcSoap\">\n",
    );
    out.push_str(
        "    <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n",
    );
    listed().for_each(|operation| binding(&mut out, operation));
    let _ = write!(
        out,
        r#"  </binding>
  <service name="QBWebConnectorSvc">
    <port name="QBWebConnectorSvcSoap" binding="qbwc:QBWebConnectorSvcSoap">
      <soap:address location="{}"/>
    </port>
  </service>
</definitions>
"#,
        escaped(service_url)
    );
    out
}

/// The element that calls the operation, and the one that answers.
fn elements(out: &mut String, operation: Operation) {
    let name = operation.name();
    let kind = |argument: &Argument| {
        if argument.is_number { "xsd:int" } else { "xsd:string" }
    };
    let arguments = arguments(operation).iter();
    let arguments: Vec<(String, &str)> =
        arguments.map(|argument| (argument.name.to_owned(), kind(argument))).collect();
    element(out, name, &arguments);
    let returns = match returns(operation) {
        Returns::Text => "xsd:string",
        Returns::Texts => "qbwc:ArrayOfString",
        Returns::Number => "xsd:int",
    };
    element(out, &format!("{name}Response"), &[(format!("{name}Result"), returns)]);
}

fn element(out: &mut String, name: &str, children: &[(String, &str)]) {
    let _ = write!(out, "      <xsd:element name=\"{name}\">\n        <xsd:complexType>");
    if !children.is_empty() {
        out.push_str("\n          <xsd:sequence>\n");
        for (child, kind) in children {
            // A number cannot be absent: .NET has no number that is none.
            let least = i32::from(*kind == "xsd:int");
            let _ = writeln!(
                out,
                "            <xsd:element name=\"{child}\" type=\"{kind}\" minOccurs=\"{least}\" maxOccurs=\"1\"/>"
            );
        }
        out.push_str("          </xsd:sequence>\n        ");
    }
    out.push_str("</xsd:complexType>\n      </xsd:element>\n");
}

fn messages(out: &mut String, operation: Operation) {
    let name = operation.name();
    for (suffix, element) in [("In", ""), ("Out", "Response")] {
        let _ = writeln!(
            out,
            "  <message name=\"{name}Soap{suffix}\"><part name=\"parameters\" element=\"qbwc:{name}{element}\"/></message>"
        );
    }
}

fn port(out: &mut String, operation: Operation) {
    let name = operation.name();
    let _ = writeln!(
        out,
        "    <operation name=\"{name}\"><input message=\"qbwc:{name}SoapIn\"/><output message=\"qbwc:{name}SoapOut\"/></operation>"
    );
}

fn binding(out: &mut String, operation: Operation) {
    let name = operation.name();
    let _ = write!(
        out,
        r#"    <operation name="{name}">
      <soap:operation soapAction="{NAMESPACE}{name}" style="document"/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output>
    </operation>
"#
    );
}

fn escaped(text: &str) -> String {
    let mut out = Vec::new();
    escape_into(&mut out, text);
    // ASCII, whatever it was before.
    String::from_utf8(out).unwrap_or_default()
}
