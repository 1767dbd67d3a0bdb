//! Whatever is lost, whenever: what the server has seen and what QuickBooks has done by then.

use ferrule::simulator::{Ending, Mishap, Moment, Then, Unwatched};

use crate::web_connector_server::{Server, closed_file, update};

const CLASS: &str = "<ClassAddRq><ClassAdd><Name>Anodizing</Name></ClassAdd></ClassAddRq>";

/// What came of a visit with a mishap: when it was, the ending, whether the class is there, and the calls.
fn visit(place: usize, then: Then) -> Option<(String, Ending, bool, Vec<&'static str>)> {
    let (mut file, clock) = closed_file();
    let mut server = Server::with(&[CLASS]);
    let mut mishap = Mishap::new(place, then);
    let update = update(&mut server, &mut file, &clock, &mut mishap);
    assert_eq!(file.begin_session(), Ok(()), "a session was left open");
    let what = mishap.what()?.to_owned();
    Some((what, update.ending, file.count("Class") == 2, server.names()))
}

/// All visits, each with the mishap at another moment.
fn visits(then: Then) -> Vec<(String, Ending, bool, Vec<&'static str>)> {
    (0..).map_while(|place| visit(place, then)).collect()
}

/// The moments of a visit with one message set.
const MOMENTS: [&str; 14] = [
    "before serverVersion",
    "after serverVersion",
    "before clientVersion",
    "after clientVersion",
    "before authenticate",
    "after authenticate",
    "before sendRequestXML",
    "after sendRequestXML",
    "before the message set",
    "after the message set",
    "before receiveResponseXML",
    "after receiveResponseXML",
    "before closeConnection",
    "after closeConnection",
];

#[test]
fn killed_at_any_moment_it_says_nothing_more() {
    let all = visits(Then::Die);
    assert_eq!(all.iter().map(|visit| &*visit.0).collect::<Vec<_>>(), MOMENTS);
    for (place, (what, ending, is_done, names)) in all.iter().enumerate() {
        assert_eq!(*ending, Ending::Killed, "{what}");
        assert_eq!(*is_done, place >= 9, "{what}");
        // Of the moments, two are not calls.
        let expected = match place {
            0..=8 => place.div_ceil(2).min(4),
            9 => 4,
            _ => (place - 1) / 2,
        };
        let expected = if place % 2 == 0 { expected } else { (place / 2 + 1).min(names.len()) };
        assert_eq!(names.len(), expected, "{what}: {names:?}");
        assert_ne!((names.contains(&"closeConnection"), place < 13), (true, true), "{what}");
    }
}

#[test]
fn what_is_lost_before_a_call_was_not_seen_and_after_it_was() {
    let all = visits(Then::Lose);
    assert_eq!(all.len(), MOMENTS.len());
    let of = |moment: &str| all.iter().find(|visit| visit.0 == moment).unwrap();
    // Old servers do not know the first two calls: without an answer it goes on.
    assert!(all[..4].iter().all(|visit| visit.1 == Ending::Complete && visit.2));
    let sees = |moment: &str, call: &str| of(moment).3.contains(&call);
    for call in ["authenticate", "sendRequestXML", "receiveResponseXML", "closeConnection"] {
        assert!(!sees(&format!("before {call}"), call));
        assert!(sees(&format!("after {call}"), call));
    }
    assert!(!of("before the message set").2 && of("after the message set").2);
    assert!(of("before receiveResponseXML").2, "done, and the server does not know");
    assert_eq!(of("before receiveResponseXML").1, Ending::Failed);
    assert_eq!(of("after the message set").1, Ending::Complete, "the server got an HRESULT");
    assert_eq!(of("after closeConnection").1, Ending::Complete);
}

#[test]
fn a_lost_answer_of_quickbooks_is_an_hresult() {
    for moment in [8, 9] {
        let (mut file, clock) = closed_file();
        let mut server = Server::with(&[CLASS]);
        update(&mut server, &mut file, &clock, &mut Mishap::new(moment, Then::Lose));
        assert_eq!(server.answers(), [(String::new(), "0x80010105".to_owned())]);
    }
}

#[test]
fn a_doubled_call_reaches_the_server_twice() {
    for (what, ending, is_done, names) in visits(Then::Repeat) {
        let (when, call) = what.split_once(' ').unwrap();
        let expected = usize::from(when == "before") + 1;
        // Asked for a second time, this server says that nothing is left to do.
        if call.starts_with("the ") || call == "sendRequestXML" || call == "receiveResponseXML" {
            continue;
        }
        assert_eq!((ending, is_done), (Ending::Complete, true), "{what}");
        let count = names.iter().filter(|name| **name == call).count();
        assert_eq!(count, expected, "{what}: {names:?}");
    }
}

/// The promise that the stored answers of message sets make possible: the same set, sent again after
/// its answer was lost, is not done again.
#[test]
fn a_set_sent_again_under_its_id_is_not_done_again() {
    for moment in 9..14 {
        let (mut file, clock) = closed_file();
        let mut server = Server::with(&[CLASS]);
        let documents = server.documents.clone();
        update(&mut server, &mut file, &clock, &mut Mishap::new(moment, Then::Die));
        server.documents = documents;
        let again = update(&mut server, &mut file, &clock, &mut Unwatched);
        assert_eq!((again.ending, file.count("Class")), (Ending::Complete, 2));
        let (response, _) = server.answers().pop().unwrap();
        assert!(response.contains("statusCode=\"0\"") && response.contains("messageSetStatusCode=\"0\""));
    }
}

#[test]
fn the_watcher_sees_documents_and_answers() {
    let (mut file, clock) = closed_file();
    let mut seen = Vec::new();
    let mut watch = |moment: Moment<'_>, _: &mut ferrule::simulator::CompanyFile| {
        match moment {
            Moment::Processing(document) => seen.push(document.contains("ClassAddRq")),
            Moment::Processed(document, answer) => {
                seen.push(document.contains("ClassAddRq") && answer.unwrap().contains("ClassAddRs"));
            }
            _ => {}
        }
        Then::GoOn
    };
    update(&mut Server::with(&[CLASS]), &mut file, &clock, &mut watch);
    assert_eq!(seen, [true, true], "what it asks on its own account is not shown");
}
