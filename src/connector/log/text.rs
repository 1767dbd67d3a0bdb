//! The lines of a file of any size in any of the encodings that Windows writes.

use std::io::{BufRead, BufReader, Read};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// No more of a line is looked at: the rest of a longer one is passed over.
const LONGEST: usize = 64 * 1024;

/// The lines of a file, one after the other.
pub struct Lines<R> {
    input: BufReader<R>,
    encoding: Option<&'static Encoding>,
    /// Whether it has read anything yet.
    is_begun: bool,
}

impl<R: Read> Lines<R> {
    /// The lines of what `input` gives.
    pub fn new(input: R) -> Self {
        Self { input: BufReader::with_capacity(LONGEST, input), encoding: None, is_begun: false }
    }

    /// The next line without its end, and whether a part of it was passed over.
    pub fn next(&mut self) -> std::io::Result<Option<(String, bool)>> {
        if !std::mem::replace(&mut self.is_begun, true) {
            self.begin()?;
        }
        let (mut line, mut is_cut) = (Vec::new(), false);
        loop {
            let left = LONGEST.saturating_sub(line.len());
            let mut part = Vec::new();
            let read = (&mut self.input).take(left.max(1) as u64).read_until(b'\n', &mut part)?;
            let is_end = read == 0 || (part.ends_with(b"\n") && self.ends(&line, &part)?);
            if left > 0 {
                line.extend(part);
            } else {
                is_cut = true;
            }
            if is_end {
                let is_over = read == 0 && line.is_empty();
                return Ok((!is_over).then(|| (self.decoded(&line), is_cut)));
            }
        }
    }

    /// Finds out how the file is encoded: by its mark, or, as some programs leave that out, by its zeros.
    fn begin(&mut self) -> std::io::Result<()> {
        let start = self.input.fill_buf()?;
        if let Some((encoding, length)) = Encoding::for_bom(start) {
            self.encoding = Some(encoding);
            self.input.consume(length);
            return Ok(());
        }
        let zeros =
            |parity: usize| start.iter().take(200).skip(parity).step_by(2).filter(|byte| **byte == 0).count();
        let many = start.len().min(200) / 4;
        if many > 0 && zeros(1) > many {
            self.encoding = Some(UTF_16LE);
        } else if many > 0 && zeros(0) > many {
            self.encoding = Some(UTF_16BE);
        }
        Ok(())
    }

    /// Whether the line feed at the end is one: in UTF-16 it is a half of a character, and the other half may follow.
    fn ends(&mut self, line: &[u8], part: &[u8]) -> std::io::Result<bool> {
        let before = line.len() + part.len() - 1;
        match self.encoding {
            Some(encoding) if encoding == UTF_16LE => {
                let is_whole =
                    before.is_multiple_of(2) && self.input.fill_buf()?.first().is_none_or(|byte| *byte == 0);
                if is_whole {
                    self.input.consume(self.input.buffer().len().min(1));
                }
                Ok(is_whole)
            }
            Some(encoding) if encoding == UTF_16BE => {
                let other_half = line.iter().chain(part).rev().nth(1);
                Ok(before % 2 == 1 && other_half.is_none_or(|byte| *byte == 0))
            }
            _ => Ok(true),
        }
    }

    fn decoded(&self, line: &[u8]) -> String {
        // A log of Windows-1252 may hold lines of UTF-8, as it holds what other programs said.
        let encoding =
            self.encoding.unwrap_or(if std::str::from_utf8(line).is_ok() { UTF_8 } else { WINDOWS_1252 });
        // The line feed of UTF-16 is read by halves, and the second half is not in the line.
        let is_halved = encoding != UTF_8 && encoding != WINDOWS_1252 && line.len() % 2 == 1;
        let line = if is_halved { line.split_last().map_or(line, |(_, whole)| whole) } else { line };
        let (text, _) = encoding.decode_without_bom_handling(line);
        text.trim_end_matches(['\n', '\r', '\0']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(String, bool)> {
        let mut lines = Lines::new(bytes);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        lines(bytes).into_iter().map(|(line, _)| line).collect()
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn lines_are_read_in_every_encoding_of_windows() {
        // The Gurmukhi letter is U+0A0A: both its bytes are line feeds.
        let text = "one é\r\ntwo \u{a0a}\nthree — 20 characters and more, so that zeros can be counted";
        let wanted: Vec<&str> = text.lines().collect();
        assert_eq!(texts(text.as_bytes()), wanted);
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(texts(&utf_16(&format!("\u{feff}{text}"), bytes)), wanted);
            assert_eq!(texts(&utf_16(text, bytes)), wanted);
        }
        assert_eq!(texts(b"caf\xe9\r\ncaf\xc3\xa9\n"), ["café", "café"]);
        assert_eq!(texts(b"\xef\xbb\xbfa\n\nb"), ["a", "", "b"]);
        assert!(texts(b"").is_empty());
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_room_than_any_other() {
        let long = [vec![b'a'; 3 * 64 * 1024], b"\nnext".to_vec()].concat();
        let read = lines(&long);
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].0.len(), read[0].1), (64 * 1024, true));
        assert_eq!(read[1], ("next".to_owned(), false));
    }
}
