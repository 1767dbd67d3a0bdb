//! Who comes in.

use ferrule::secrets::{Limits, Rate, TicketHash, hash_made_password, hash_password, new_password};
use std::collections::HashSet;
use std::time::{Duration, Instant};

use ferrule::connector::service::{Check, ClientVersion, Entrance, Guard, Opening, Versions};
use ferrule::connector::{Answer, Call, CompanyFile, Schedule, Verdict, VersionCheck};
use ferrule::sync::stored::StoreError;

use crate::service_desk::{Counter, PASSWORD, USER, config, counter};

const HOME: &str = "192.0.2.1";

fn strict() -> Counter {
    counter(Limits { user: Rate::new(3, 1), address: Rate::new(8, 1) }, Versions::default())
}

#[test]
fn the_right_password_opens_and_another_does_not() {
    let counter = counter(Limits::default(), Versions::default());
    let right = counter.knock(USER, PASSWORD, HOME);
    assert_eq!(right.verdict, Verdict::Work(CompanyFile::Current));
    for (user_name, password) in
        [(USER, "open sesam"), (USER, ""), ("Shop", PASSWORD), ("", ""), ("shop\n\u{1b}[31m", "secret word")]
    {
        let wrong = counter.knock(user_name, password, HOME);
        assert_eq!(wrong.verdict, Verdict::BadUser, "{user_name}");
        assert!(!wrong.ticket.is_empty());
    }
    assert_eq!(counter.desk.script().sessions.len(), 1);
    let log: Vec<String> = counter.events.lock().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(log[0], "wrong user name or password for `shop` from 192.0.2.1");
    assert_eq!(log[4], r"wrong user name or password for `shop\n\u{1b}[31m` from 192.0.2.1");
    assert!(!log.concat().contains("secret word"));
}

#[test]
fn tickets_are_long_differ_and_are_kept_as_hashes() {
    let counter = counter(Limits::default(), Versions::default());
    let tickets: HashSet<String> = (0..5).map(|_| counter.knock(USER, PASSWORD, HOME).ticket).collect();
    assert!(tickets.len() == 5 && tickets.iter().all(|ticket| ticket.len() == 64), "{tickets:?}");
    let script = counter.desk.script();
    assert!(tickets.iter().all(|ticket| script.sessions.contains_key(&TicketHash::of(ticket))));
    assert!(!script.sessions.keys().any(|hash| tickets.contains(hash.as_str())));
}

/// How long the fastest of some checks takes, for a user with that hash or for one that does not exist.
fn fastest(entrance: Entrance, hash: Option<&str>) -> Duration {
    let guard = Guard::new(config().limits, entrance).unwrap();
    let time = || {
        let began = Instant::now();
        let stored = || Ok::<_, StoreError>(hash.map(str::to_owned));
        let check = guard.check("somebody", &"wrong".into(), HOME.parse().unwrap(), stored).unwrap();
        assert_eq!(check, Check::Wrong);
        began.elapsed()
    };
    (0..8).map(|_| time()).min().unwrap()
}

#[test]
fn a_password_is_reckoned_for_a_person_that_does_not_exist_too() {
    let slow = hash_password(&PASSWORD.into()).unwrap();
    // Without it the answer would come in microseconds, however busy the machine is.
    for hash in [Some(slow.as_str()), None] {
        assert!(fastest(Entrance::Pages, hash) > Duration::from_millis(3), "{hash:?}");
    }
}

#[test]
fn a_web_connectors_password_is_checked_fast_and_nobody_by_it_is_told_from_somebody() {
    let fast = hash_made_password(&new_password().unwrap()).unwrap();
    for hash in [Some(fast.as_str()), None] {
        assert!(fastest(Entrance::Connector, hash) < Duration::from_millis(3), "{hash:?}");
    }
}

#[test]
fn guessing_is_cut_short_and_the_one_who_knows_still_comes_in() {
    let counter = strict();
    assert_eq!(counter.knock(USER, PASSWORD, HOME).verdict, Verdict::Work(CompanyFile::Current));
    let guess = |password: &str| counter.knock(USER, password, "198.51.100.7").verdict;
    let verdicts: Vec<Verdict> = (0..4).map(|_| guess("guess")).collect();
    assert_eq!(verdicts[..2], [Verdict::BadUser, Verdict::BadUser]);
    assert_eq!(verdicts[2..], [Verdict::Busy, Verdict::Busy]);
    // Once locked out, the right password would tell nothing either.
    assert_eq!(guess(PASSWORD), Verdict::Busy);
    assert_eq!(counter.knock(USER, PASSWORD, HOME).verdict, Verdict::Work(CompanyFile::Current));
    let limited = counter.events.lock().unwrap().last().unwrap().to_string();
    assert_eq!(limited, "too many attempts for `shop` from 198.51.100.7");
}

#[test]
fn an_address_that_tries_many_names_is_cut_short() {
    let counter = strict();
    let verdicts: Vec<Verdict> =
        (0..10).map(|user| counter.knock(&format!("user{user}"), "guess", HOME).verdict).collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::BadUser).count(), 8);
    assert_eq!(verdicts[8..], [Verdict::Busy, Verdict::Busy]);
    assert_eq!(counter.knock(USER, PASSWORD, "192.0.2.2").verdict, Verdict::Work(CompanyFile::Current));
}

#[test]
fn a_desk_turns_visitors_away_in_the_web_connectors_words() {
    let counter = counter(Limits::default(), Versions::default());
    let path = CompanyFile::Path(r"C:\books\shop.qbw".parse().unwrap());
    let later = Some(Schedule { postpone_seconds: 90, run_every_seconds: 0 });
    for (opening, verdict, schedule) in [
        (Opening::Work(path.clone()), Verdict::Work(path), None),
        (Opening::NoWork, Verdict::NoWork, None),
        (Opening::Busy, Verdict::Busy, None),
        (Opening::Postponed(90), Verdict::Work(CompanyFile::Current), later),
    ] {
        counter.desk.script().opening = Some(opening);
        let said = counter.knock(USER, PASSWORD, HOME);
        assert_eq!((said.verdict, said.schedule), (verdict, schedule));
    }
}

#[test]
fn made_passwords_differ_and_hashes_have_their_own_salts() {
    let passwords: HashSet<String> = (0..50).map(|_| new_password().unwrap().expose().to_owned()).collect();
    assert_eq!(passwords.len(), 50);
    for password in &passwords {
        let groups: Vec<&str> = password.split('-').collect();
        assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == 6), "{password}");
    }
    let hashes = [(); 2].map(|()| hash_password(&"a".into()).unwrap());
    assert_ne!(hashes[0], hashes[1]);
}

#[test]
fn old_web_connectors_are_warned_or_refused() {
    let version = |text: &str| Some(text.parse::<ClientVersion>().unwrap());
    let versions = Versions { warn_below: version("2.3"), refuse_below: version("2.1.0.30") };
    let counter = counter(Limits::default(), versions);
    let check = |version: &str| match counter.answer(Call::ClientVersion { version: version.into() }, HOME) {
        Answer::ClientVersion(check) => check,
        answer => panic!("{answer:?}"),
    };
    assert_eq!(check("2.3.0.207"), VersionCheck::Accepted);
    assert_eq!(check("30.0.0.0"), VersionCheck::Accepted);
    assert!(
        matches!(check("2.2.0.71"), VersionCheck::Warning(text) if text.contains("version 2.3.0.0 or newer"))
    );
    assert!(matches!(check("2.1.0.9"), VersionCheck::Refused(text) if text.contains("2.1.0.30")));
    for strange in ["", "2.3.0.207.1", "2.x", "-1", "99999999999"] {
        assert!(matches!(check(strange), VersionCheck::Warning(_)), "{strange}");
    }
    let all = crate::service_desk::counter(Limits::default(), Versions::default());
    let any = all.answer(Call::ClientVersion { version: "who knows".into() }, HOME);
    assert_eq!(any, Answer::ClientVersion(VersionCheck::Accepted));
}
