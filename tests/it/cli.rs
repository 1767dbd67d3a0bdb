//! The commands, as transcripts: `tests/cmd/*.md` and the README. `TRYCMD=overwrite cargo test commands` writes
//! them anew.

#[test]
fn the_commands_say_what_the_transcripts_say() {
    trycmd::TestCases::new().case("tests/cmd/*.md").case("README.md");
}
