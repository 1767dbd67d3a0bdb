//! What the tests of all rooms share.

use proptest::test_runner::{Config, FileFailurePersistence};

/// How properties are tested: a case that failed is kept below `tests/`, and tried again from then on.
pub fn config() -> Config {
    let kept = FileFailurePersistence::SourceParallel("tests/proptest-regressions");
    Config { failure_persistence: Some(Box::new(kept)), ..Config::default() }
}
