//! Seeded mistakes: every case below `tests/faults` changes the default rule set and says which
//! diagnostics that gives, where, and with which help.

mod case;
mod codes;
mod properties;
mod seeded;
