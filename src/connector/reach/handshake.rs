//! The certificates that a server shows.

use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme};

/// The certificates that the server at the other end shows, its own first, whatever they are worth.
///
/// # Errors
/// Why they did not agree on TLS, and what to do, in words.
pub(super) fn chain_of(
    mut stream: TcpStream,
    host: &str,
    patience: Duration,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let mut connection = client(name).map_err(|error| error.to_string())?;
    let until = Instant::now() + patience;
    while connection.is_handshaking() {
        step(&mut connection, &mut stream, until).map_err(|error| told(&error, patience))?;
    }
    let chain = connection.peer_certificates().unwrap_or_default();
    if chain.is_empty() {
        return Err(
            "the server shows no certificate: name one, or put a proxy with HTTPS in front".to_owned()
        );
    }
    Ok(chain.iter().map(|one| one.clone().into_owned()).collect())
}

fn client(name: ServerName<'static>) -> Result<ClientConnection, Error> {
    let provider = Arc::new(ring::default_provider());
    let witness = Arc::new(Witness(Arc::clone(&provider)));
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(witness)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    ClientConnection::new(Arc::new(config), name)
}

/// Writes what is to be written, then reads once. Whoever answers one byte a second does not hold it up.
fn step(connection: &mut ClientConnection, stream: &mut TcpStream, until: Instant) -> io::Result<()> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    stream.set_write_timeout(Some(left))?;
    stream.set_read_timeout(Some(left))?;
    while connection.wants_write() {
        connection.write_tls(stream)?;
    }
    if connection.is_handshaking() && connection.wants_read() {
        if connection.read_tls(stream)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if let Err(error) = connection.process_new_packets() {
            // What the other side is told of it, it may hear.
            let _ = connection.write_tls(stream);
            return Err(io::Error::new(ErrorKind::InvalidData, error));
        }
    }
    Ok(())
}

fn told(error: &io::Error, patience: Duration) -> String {
    let inside = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match (inside, error.kind()) {
        (Some(Error::InvalidMessage(_)), _) => {
            "what answers there does not speak TLS: it may be a port for plain HTTP. Name a certificate, or the port of the \
             proxy with HTTPS"
                .to_owned()
        }
        (Some(error @ (Error::AlertReceived(_) | Error::PeerIncompatible(_))), _) => format!(
            "the server does not agree on TLS 1.2 or 1.3 with modern ciphers, as it must ({error}): look at the proxy's settings"
        ),
        (Some(error), _) => format!("TLS fails: {error}"),
        (None, ErrorKind::TimedOut | ErrorKind::WouldBlock) => format!(
            "whoever listens there takes the connection, and says nothing within {} seconds: is it the right port, and is the \
             server overloaded?",
            patience.as_secs()
        ),
        (None, ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => {
            "whoever listens there ends the connection before TLS begins: it may be another service, or a proxy that knows no \
             such name"
                .to_owned()
        }
        (None, _) => format!("TLS fails: {error}"),
    }
}

/// Takes every certificate: it is judged afterwards, so that all that is wrong with it can be told. Nothing is sent over such a
/// connection.
#[derive(Debug)]
struct Witness(Arc<CryptoProvider>);

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
