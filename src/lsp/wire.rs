//! Messages in and out: JSON behind a head with its length. What cannot be read is told and passed over.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// A message of more bytes than this is passed over: a rule file has at most a mebibyte.
const LONGEST: u64 = 32 << 20;
/// A line of a message's head has at most so many bytes.
const LONGEST_HEAD: u64 = 4_096;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none; this is the answer to it.
    Malformed(Value),
}

/// The next message; nothing once the client is gone.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut size = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(LONGEST_HEAD).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        match (line.is_empty(), size) {
            (true, Some(size)) => return body(input, size),
            // What is no head is passed over, until the next one.
            (true, None) => {}
            (false, _) => size = length(line).or(size),
        }
    }
}

fn length(line: &str) -> Option<u64> {
    let (name, value) = line.split_once(':')?;
    name.trim().eq_ignore_ascii_case("Content-Length").then(|| value.trim().parse().ok())?
}

fn body(input: &mut impl BufRead, size: u64) -> io::Result<Option<Incoming>> {
    if size > LONGEST {
        let skipped = io::copy(&mut input.by_ref().take(size), &mut io::sink())?;
        let told = format!("a message of {size} bytes is too long");
        return Ok((skipped == size).then(|| Incoming::Malformed(refused(&Value::Null, &told))));
    }
    let mut text = Vec::new();
    if input.by_ref().take(size).read_to_end(&mut text)? as u64 != size {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&text) {
        Ok(message) => Incoming::Message(message),
        Err(error) => {
            let id = serde_json::from_slice::<Value>(&text).ok().and_then(|it| it.get("id").cloned());
            Incoming::Malformed(refused(&id.unwrap_or_default(), &error.to_string()))
        }
    }))
}

fn refused(id: &Value, why: &str) -> Value {
    let error = json!({ "code": ErrorCode::ParseError as i32, "message": why });
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

/// Writes an answer to what was no message.
pub fn write_raw(output: &mut impl Write, value: &Value) -> io::Result<()> {
    let text = value.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8]) -> Vec<Incoming> {
        std::iter::from_fn(|| read(&mut input).unwrap()).collect()
    }

    fn framed(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    #[test]
    fn what_is_no_message_is_told_and_the_next_one_is_read() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"exit"}"#);
        for bad in [
            framed("{"),
            framed("[]"),
            framed(r#"{"id":7}"#),
            framed(&"[".repeat(100_000)),
            framed("\u{0}"),
            "no head at all\r\n\r\n".to_owned(),
            "Content-Length: -1\r\n\r\n".to_owned(),
            "Content-Length: 99999999999999999999999\r\n\r\n".to_owned(),
            "\n\n\n".to_owned(),
        ] {
            let read = all(format!("{bad}{good}").as_bytes());
            assert!(matches!(read.last(), Some(Incoming::Message(_))), "{bad}: {read:?}");
        }
        let told = all(framed(r#"{"id":7}"#).as_bytes());
        assert!(matches!(told.as_slice(), [Incoming::Malformed(it)] if it["id"] == 7), "{told:?}");
    }

    #[test]
    fn a_length_that_nobody_can_keep_ends_the_reading_without_taking_memory() {
        assert!(all(b"Content-Length: 18446744073709551615\r\n\r\n{}").is_empty());
        assert!(all(b"Content-Length: 1000000\r\n\r\n{}").is_empty());
    }
}
