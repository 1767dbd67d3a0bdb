//! A Web Connector that is as cheap as can be: one connection, calls on it one after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ferrule::connector::Call;
use ferrule::connector::client::{HttpReply, Reply, request};

/// One connection to the service, and how long each call on it took.
pub struct Wire {
    stream: BufReader<TcpStream>,
    pub times: Vec<Duration>,
}

impl Wire {
    /// To the service at that address, `host:port`.
    pub fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), times: Vec::new() }
    }

    /// Makes a call. Only waiting for the answer is timed, not writing the call nor reading the answer.
    pub fn ask(&mut self, call: &Call) -> Reply {
        let request = request(call);
        let head = format!(
            "POST /qbwc HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml; charset=utf-8\r\n\
             SOAPAction: {}\r\nContent-Length: {}\r\n\r\n",
            request.soap_action,
            request.body.len()
        );
        let bytes = [head.into_bytes(), request.body].concat();
        let asked = Instant::now();
        self.stream.get_mut().write_all(&bytes).unwrap();
        let (status, body) = self.hear();
        self.times.push(asked.elapsed());
        let http = HttpReply { status, content_type: "text/xml", body: &body };
        Reply::to_call(call, http).unwrap()
    }

    /// The text that a call gives.
    pub fn text(&mut self, call: &Call) -> String {
        match self.ask(call) {
            Reply::Text(text) => text.unwrap_or_default(),
            other => panic!("{other:?}"),
        }
    }

    fn hear(&mut self) -> (u16, Vec<u8>) {
        let (mut line, mut length, mut status) = (String::new(), 0, 0);
        while self.stream.read_line(&mut line).unwrap() > 2 {
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest.split(' ').next().unwrap().parse().unwrap();
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        (status, body)
    }
}
