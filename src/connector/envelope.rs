//! Reading the Web Connector's SOAP 1.1 requests.

use super::arguments::Arguments;
use super::scan::{Scanner, Space, Token};
use super::{Call, EnvelopeError, Operation, Problem};

/// Reads the body of a request.
///
/// Any namespace prefix will do; headers and arguments that nobody knows are passed over; an argument
/// that is absent is empty. An answer of QuickBooks is copied once, from its escaped form.
///
/// # Errors
/// If `body` is larger than `limit` bytes, is not XML in UTF-8, uses what SOAP forbids (document types,
/// entities of its own), exceeds 16 levels or 1,000 elements, or does not call exactly one operation.
///
/// ```
/// use ferrule::connector::{Call, read_call};
///
/// let body = br#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
///   <clientVersion xmlns="http://developer.intuit.com/"><strVersion>2.3.0.207</strVersion></clientVersion>
/// </s:Body></s:Envelope>"#;
/// let version = "2.3.0.207".to_owned();
/// assert_eq!(read_call(body, 1 << 20)?, Call::ClientVersion { version });
/// # Ok::<(), ferrule::connector::EnvelopeError>(())
/// ```
pub fn read_call(body: &[u8], limit: usize) -> Result<Call, EnvelopeError> {
    if body.len() > limit {
        return Err(EnvelopeError::new(Problem::TooLarge { limit }, limit));
    }
    let mut scanner = Scanner::new(body).map_err(|error| with_ticket(error, body))?;
    let mut found = None;
    let read = read_envelope(&mut scanner, &mut found);
    match read.and_then(|()| call(&scanner, found.as_mut())) {
        Ok(call) => Ok(call),
        Err(error) => {
            let operation = found.as_ref().map(Arguments::operation);
            let error = EnvelopeError { operation, ticket: found.and_then(Arguments::ticket), ..error };
            Err(with_ticket(error, body))
        }
    }
}

/// With the ticket of a request that cannot be read for its encoding, so that its session ends, and says why. Whoever
/// knows a ticket may end its session, so the first text that looks like one will do.
fn with_ticket(error: EnvelopeError, body: &[u8]) -> EnvelopeError {
    let is_of_encoding = matches!(error.problem, Problem::NotUtf8 | Problem::Encoding { .. });
    if !is_of_encoding || error.ticket.is_some() {
        return error;
    }
    let text = String::from_utf8_lossy(body);
    let ticket = text.split_once("icket>").and_then(|(_, from)| from.split_once("</"));
    EnvelopeError { ticket: ticket.map(|(ticket, _)| ticket.trim().to_owned()), ..error }
}

fn read_envelope(scanner: &mut Scanner<'_>, found: &mut Option<Arguments>) -> Result<(), EnvelopeError> {
    match scanner.next()? {
        Token::Open { name, space, .. } if name == "Envelope" => match space {
            Space::Soap => {}
            Space::Soap12 => return Err(scanner.error(Problem::SoapVersion)),
            Space::Service | Space::Other => return Err(not_an_envelope(scanner, &name)),
        },
        Token::Open { name, .. } => return Err(not_an_envelope(scanner, &name)),
        Token::Close | Token::End => return Err(scanner.error(Problem::Empty)),
    }
    let mut has_body = false;
    while let Token::Open { name, space, .. } = scanner.next()? {
        match (name.as_str(), space) {
            ("Header", Space::Soap) if !has_body => read_headers(scanner)?,
            ("Body", Space::Soap) if has_body => return Err(scanner.error(Problem::TwoBodies)),
            ("Body", Space::Soap) => {
                has_body = true;
                read_body(scanner, found)?;
            }
            _ => return Err(unexpected(scanner, "a Header or one Body", &name)),
        }
    }
    if !has_body {
        return Err(scanner.error(Problem::NoBody));
    }
    match scanner.next()? {
        Token::End => Ok(()),
        _ => Err(scanner.error(Problem::AfterEnd)),
    }
}

/// Passes over headers: the Web Connector sends none, and the service knows none. One that must not be passed over
/// refuses the call.
fn read_headers(scanner: &mut Scanner<'_>) -> Result<(), EnvelopeError> {
    while let Token::Open { name, is_demanded, .. } = scanner.next()? {
        if is_demanded {
            let name = Problem::shown(&name);
            return Err(scanner.error(Problem::UnknownHeader { name }));
        }
        scanner.skip()?;
    }
    Ok(())
}

fn read_body(scanner: &mut Scanner<'_>, found: &mut Option<Arguments>) -> Result<(), EnvelopeError> {
    while let Token::Open { name, space, .. } = scanner.next()? {
        if found.is_some() {
            return Err(scanner.error(Problem::TwoOperations));
        }
        let operation = Operation::from_name(&name).ok_or_else(|| {
            let name = Problem::shown(&name);
            scanner.error(Problem::UnknownOperation { name })
        })?;
        if space != Space::Service {
            return Err(wrong_namespace(scanner, &name));
        }
        read_arguments(scanner, found.insert(Arguments::new(operation)))?;
    }
    match found {
        Some(_) => Ok(()),
        None => Err(scanner.error(Problem::NoOperation)),
    }
}

fn read_arguments(scanner: &mut Scanner<'_>, arguments: &mut Arguments) -> Result<(), EnvelopeError> {
    while let Token::Open { name, space, .. } = scanner.next()? {
        let Some(argument) = arguments.known(&name) else {
            scanner.skip()?;
            continue;
        };
        if space != Space::Service {
            return Err(wrong_namespace(scanner, &name));
        }
        if arguments.has(argument) {
            let argument = argument.name;
            return Err(scanner.error(Problem::RepeatedArgument { argument }));
        }
        let at = scanner.here();
        let text = scanner.argument(argument)?;
        arguments.push(argument, text, at);
    }
    Ok(())
}

fn call(scanner: &Scanner<'_>, arguments: Option<&mut Arguments>) -> Result<Call, EnvelopeError> {
    match arguments {
        Some(arguments) => arguments.call(),
        None => Err(scanner.error(Problem::NoBody)),
    }
}

fn not_an_envelope(scanner: &Scanner<'_>, name: &str) -> EnvelopeError {
    let found = Problem::shown(name);
    scanner.error(Problem::NotAnEnvelope { found })
}

fn wrong_namespace(scanner: &Scanner<'_>, name: &str) -> EnvelopeError {
    let name = Problem::shown(name);
    scanner.error(Problem::WrongNamespace { name })
}

fn unexpected(scanner: &Scanner<'_>, expected: &'static str, found: &str) -> EnvelopeError {
    let found = Problem::shown(found);
    scanner.error(Problem::Unexpected { expected, found })
}
