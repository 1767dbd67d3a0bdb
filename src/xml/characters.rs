//! Which characters XML allows, and which of them are only layout.

/// Whether XML 1.0 has no way to write a character: the controls below the space except tab, CR and LF,
/// and U+FFFE and U+FFFF.
pub fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The first forbidden character of a text, and how many bytes stand before it.
pub fn first_forbidden(text: &str) -> Option<(usize, char)> {
    // This pass runs at memory speed, eight bytes at a time. The exact search runs only when there may be something to
    // find: a control, or one of the characters that begin with 0xEF in UTF-8, as U+FFFE and U+FFFF do.
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut last = [b' '; 8];
    last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    let mut suspect = suspects(u64::from_ne_bytes(last));
    for word in words {
        suspect |= suspects(u64::from_ne_bytes(*word));
    }
    let search = || text.char_indices().find(|(_, character)| is_forbidden(*character));
    if suspect == 0 { None } else { search() }
}

/// The highest bit of each of eight bytes with which a forbidden character may begin.
const fn suspects(bytes: u64) -> u64 {
    let controls = zeros(bytes & CONTROL_BITS);
    let layout = zeros(bytes ^ TABS) | zeros(bytes ^ LINE_FEEDS) | zeros(bytes ^ CARRIAGE_RETURNS);
    controls & !layout | zeros(bytes ^ EF)
}

/// The highest bit of each byte that is zero. No byte carries into the next one.
const fn zeros(bytes: u64) -> u64 {
    !(((bytes & LOW_BITS) + LOW_BITS) | bytes | LOW_BITS)
}

const LOW_BITS: u64 = repeated(0x7F);
/// Those that no control has.
const CONTROL_BITS: u64 = repeated(0xE0);
const TABS: u64 = repeated(b'\t');
const LINE_FEEDS: u64 = repeated(b'\n');
const CARRIAGE_RETURNS: u64 = repeated(b'\r');
const EF: u64 = repeated(0xEF);

const fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Whether a text is only what XML counts as white space. Unicode knows more spaces; to XML they are text.
pub fn is_layout(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// Whether all bytes are as asked for, which blanks must be. Sixteen are looked at together, which the
/// compiler turns into one instruction for all of them; blanks fill up the last sixteen.
pub fn is_all(bytes: &[u8], is_so: impl Fn(u8) -> bool) -> bool {
    let all_so = |chunk: &[u8; 16]| chunk.iter().fold(true, |all, byte| all & is_so(*byte));
    let (chunks, rest) = bytes.as_chunks::<16>();
    let mut last = [b' '; 16];
    last.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    chunks.iter().all(all_so) && all_so(&last)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_forbidden_character_is_found_wherever_it_stands() {
        let characters = (0..=0x1_0FFF).filter_map(char::from_u32);
        for character in characters.filter(|it| *it < '\u{200}' || is_forbidden(*it) || *it >= '\u{F000}') {
            for before in 0..9 {
                for after in [0, 1, 8] {
                    let text = format!("{}{character}{}", "~".repeat(before), "\t\u{1}".repeat(after));
                    let exactly = text.char_indices().find(|(_, it)| is_forbidden(*it));
                    assert_eq!(first_forbidden(&text), exactly, "{text:?}");
                }
            }
        }
    }
}
