//! Which characters XML allows, and which of them are only layout.

/// Whether XML 1.0 has no way to write a character: the controls below the space except tab, CR and LF,
/// and U+FFFE and U+FFFF.
pub fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The first forbidden character of a text, and how many bytes stand before it.
pub fn first_forbidden(text: &str) -> Option<(usize, char)> {
    // This pass runs at memory speed. The exact search runs only when there may be something to find: a control, or one
    // of the characters that begin with 0xEF in UTF-8, as U+FFFE and U+FFFF do.
    let is_suspect = |byte: u8| byte < b' ' && !is_space(byte) || byte == 0xEF;
    let is_suspect = text
        .as_bytes()
        .chunks(4096)
        .any(|chunk| chunk.iter().fold(false, |any, byte| any | is_suspect(*byte)));
    is_suspect.then(|| text.char_indices().find(|(_, character)| is_forbidden(*character))).flatten()
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
