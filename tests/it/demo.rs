//! `ferrule demo` tells the same story each time.

use assert_cmd::Command;

#[test]
fn the_demo_tells_its_story() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["demo", "--once", "--folder"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let story = String::from_utf8(output.stdout).unwrap();
    // The first line says where it listens and where everything is kept.
    let (_, story) = story.split_once('\n').unwrap();
    insta::assert_snapshot!(story);
}

/// What a command says of a demo's database.
fn of_demo(folder: &std::path::Path, args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ferrule"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(args)
        .arg("--database")
        .arg(folder.join("ferrule.db"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_demo_has_eight_weeks_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_ferrule"));
    demo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["demo", "--once", "--folder"]).arg(folder.path());
    assert!(demo.output().unwrap().status.success());
    let today = chrono::Utc::now().date_naive();
    let day = |days| (today - chrono::TimeDelta::days(days)).to_string();
    // Each week has its invoices and its bill, in QuickBooks as in Steelhead.
    for week in 0..8 {
        let (from, to) = (day(56 - 7 * week), day(50 - 7 * week));
        let told = of_demo(folder.path(), &["reconcile", "--from", &from, "--to", &to]);
        assert!(told.contains("11 transactions: Steelhead and QuickBooks agree"), "{from} to {to}: {told}");
    }
    // Visits of earlier days, and three to which QuickBooks could not be opened.
    let store = ferrule::store::open(&ferrule::store::Place::File(folder.path().join("ferrule.db"))).unwrap();
    let company = store.company_files().unwrap().remove(0).id;
    let visits = store.sessions(company, 100).unwrap();
    let past: Vec<_> = visits.iter().filter(|visit| visit.began_at.date_naive() < today).collect();
    assert_eq!(past.len(), 43, "{past:?}");
    let failed =
        past.iter().filter(|visit| matches!(visit.ending, Some(ferrule::sync::stored::Ending::Failed(_))));
    assert_eq!(failed.count(), 3);
}
