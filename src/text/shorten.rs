//! Making text fit.

/// The text cut to at most `max` characters.
///
/// Text that fits is returned unchanged. Otherwise it is cut between characters, before a letter
/// rather than between it and its accent, and spaces before the cut are dropped.
///
/// ```
/// # use ferrule::text::shorten::truncate;
/// assert_eq!(truncate("Zinc plate", 10), "Zinc plate");
/// assert_eq!(truncate("Zinc plate", 5), "Zinc");
/// assert_eq!(truncate("Cafe\u{301}", 4), "Caf");
/// ```
pub fn truncate(text: &str, max: usize) -> &str {
    let Some((cut, _)) = text.char_indices().nth(max) else {
        return text;
    };
    let (head, _) = text.split_at(whole_characters(text, cut));
    head.trim_end()
}

/// How far back a cut looks for a better place, in characters.
const LAST_PART: usize = 30;

/// The text cut to at most `max` characters where a reader would cut it.
///
/// Text that fits is returned unchanged. Otherwise it ends before the last `, ` or else the last space
/// among the last 30 characters that fit (among the last half, if `max` is below 60), so that no member of a
/// list and no word is left in half; without any it is cut as [`truncate`] does.
///
/// ```
/// # use ferrule::text::shorten::truncate_between_words;
/// assert_eq!(truncate_between_words("4500018173, 4500018273, 4500018373", 25), "4500018173, 4500018273");
/// assert_eq!(truncate_between_words("Zinc plate and chromate", 18), "Zinc plate and");
/// assert_eq!(truncate_between_words("SEC11000-H02-LONG", 10), "SEC11000-H");
/// ```
pub fn truncate_between_words(text: &str, max: usize) -> &str {
    let cut = truncate(text, max);
    let rest = text.get(cut.len()..).unwrap_or_default();
    if let Some(member) = cut.strip_suffix(',').filter(|it| !it.is_empty() && rest.starts_with(' ')) {
        return member;
    }
    if rest.is_empty() || rest.starts_with(',') {
        return cut;
    }
    let back = LAST_PART.min(max / 2);
    // One more, for what ends right where the part begins.
    let earliest = cut.char_indices().rev().nth(back).map_or(0, |(at, _)| at);
    let (kept, last) = cut.split_at(earliest);
    let end = match (last.rfind(", "), last.rfind(char::is_whitespace)) {
        (Some(separator), _) => separator,
        // The cut is behind a word already.
        (None, _) if rest.starts_with(char::is_whitespace) => return cut,
        (None, Some(space)) => space,
        (None, None) => return cut,
    };
    match text.get(..kept.len() + end).map(str::trim_end) {
        Some(better) if !better.is_empty() => better,
        _ => cut,
    }
}

/// The text cut to at most `max` characters so that different texts stay different.
///
/// Text that fits is returned unchanged. Otherwise its beginning is kept, followed by `~` and six
/// characters (digits and capital letters) that are computed from the whole text, the same on
/// every machine. Two texts with the same beginning get the same six characters with a chance of
/// one in a thousand million. With `max` below 7 only as much of the six as fits is returned.
///
/// ```
/// # use ferrule::text::shorten::shorten;
/// assert_eq!(shorten("SEC11000-H02", 31), "SEC11000-H02");
/// assert_eq!(shorten("Bracket, zinc plate, clear chromate, left", 31), "Bracket, zinc plate, cle~DQXWJF");
/// ```
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    let mark = mark(text);
    match max.checked_sub(MARK_LENGTH + 1) {
        Some(room) => format!("{}~{mark}", truncate(text, room)),
        None => mark.chars().take(max).collect(),
    }
}

const MARK_LENGTH: usize = 6;

/// Digits and capital letters without those that are easily mistaken (I, L, O, U): names in
/// QuickBooks ignore case, so small letters would add nothing.
const BASE_32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn mark(text: &str) -> String {
    let hash = fnv_1a(text.as_bytes());
    let folded = (hash >> 30) ^ hash;
    (0..MARK_LENGTH).map(|place| digit(folded >> (5 * place))).collect()
}

fn digit(bits: u64) -> char {
    let index = usize::try_from(bits & 31).unwrap_or_default();
    BASE_32.get(index).copied().map_or('0', char::from)
}

/// The 64-bit FNV-1a hash: unlike the standard library's hashers, fixed for all time.
fn fnv_1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, step)
}

/// The place nearest before `cut` that does not separate a character from what modifies it; `cut`
/// itself if there is none.
fn whole_characters(text: &str, cut: usize) -> usize {
    let mut place = cut;
    loop {
        let (head, tail) = text.split_at(place);
        let Some(last) = head.chars().next_back() else {
            return cut;
        };
        let belongs_to_last = tail.starts_with(is_modifier) || last == ZERO_WIDTH_JOINER;
        if !belongs_to_last {
            return place;
        }
        place -= last.len_utf8();
    }
}

const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Accents, variation selectors, skin tones and the joiner between emoji.
fn is_modifier(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}'
            | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{1F3FB}'..='\u{1F3FF}'
            | ZERO_WIDTH_JOINER
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cut_leaves_no_half_character() {
        assert_eq!(truncate("ab👩\u{200D}🔧cd", 4), "ab");
        assert_eq!(truncate("ab👍🏽", 3), "ab");
        assert_eq!(truncate("é\u{301}\u{302}", 2), "é\u{301}", "nothing but marks: cut where asked");
        assert_eq!(truncate("aé", 0), "");
        assert_eq!(truncate("a\u{2003}b", 2), "a");
    }

    #[test]
    fn a_list_ends_behind_a_member_and_other_text_behind_a_word() {
        for (text, max, wanted) in [
            ("PO 17, PO 18, PO 19", 18, "PO 17, PO 18"),
            ("PO 17, PO 18, PO 19", 12, "PO 17, PO 18"),
            ("PO 17, PO 18, PO 19", 13, "PO 17, PO 18"),
            ("zinc plate", 4, "zinc"),
            ("zinc plate", 6, "zinc"),
            ("a, 123456789012345678901234", 20, "a, 12345678901234567"),
            ("first line\nsecond", 13, "first line"),
            ("fits, so", 8, "fits, so"),
        ] {
            assert_eq!(truncate_between_words(text, max), wanted, "{text} {max}");
        }
    }

    #[test]
    fn numbered_names_with_the_same_beginning_stay_apart() {
        let mut seen = HashMap::new();
        for n in 0..20_000 {
            let name = format!("Bracket, zinc plate, clear chromate, position {n}");
            let short = shorten(&name, 31);
            assert_eq!(short.chars().count(), 31);
            assert_eq!(seen.insert(short, n), None, "{name}");
        }
    }

    #[test]
    fn a_very_small_limit_leaves_part_of_the_mark() {
        assert_eq!(shorten("abcdefghij", 7), format!("~{}", mark("abcdefghij")));
        assert_eq!(shorten("abcdefghij", 3), mark("abcdefghij")[..3]);
        assert_eq!(shorten("abc", 0), "");
    }

    proptest! {
        #![proptest_config(crate::testing::config())]

        #[test]
        fn what_is_cut_fits_and_begins_like_the_text(text in any::<String>(), max in 0_usize..60) {
            let cut = truncate(&text, max);
            prop_assert!(cut.chars().count() <= max);
            prop_assert!(text.starts_with(cut));
            let between = truncate_between_words(&text, max);
            prop_assert!(cut.starts_with(between) && (cut.is_empty() || !between.is_empty()));
            prop_assert!(cut.chars().count() - between.chars().count() <= 1 + LAST_PART);
            prop_assert_eq!(between == text, text.chars().count() <= max);
            let short = shorten(&text, max);
            prop_assert!(short.chars().count() <= max);
            prop_assert_eq!(short == text, text.chars().count() <= max);
            prop_assert_eq!(short, shorten(&text, max));
        }

        #[test]
        fn different_texts_stay_different(a in ".{0,60}", b in ".{0,60}") {
            prop_assert_eq!(shorten(&a, 31) == shorten(&b, 31), a == b);
        }
    }
}
