//! Passwords that are guessed soon.

use zxcvbn::{Score, zxcvbn};

use super::Password;

/// Whether who guesses needs fewer than a hundred million attempts: common passwords, keys in a row, dates, one character
/// many times. `known` is what others know of the person, such as the name.
pub fn is_guessable(password: &Password, known: &[&str]) -> bool {
    zxcvbn(password.expose(), known).score() < Score::Three
}

#[cfg(test)]
mod tests {
    use super::is_guessable;

    #[test]
    fn what_is_common_or_has_a_pattern_is_guessed() {
        for soon in ["            ", "1234567890", "password12", "qwertyuiop", "aaaaaaaaaaaa", "Lakeside2024"]
        {
            assert!(is_guessable(&soon.into(), &["lakeside"]), "{soon}");
        }
        for late in ["correct horse battery staple", "zinc bath number four", "k3mzap-9trw4x"] {
            assert!(!is_guessable(&late.into(), &["lakeside"]), "{late}");
        }
    }
}
