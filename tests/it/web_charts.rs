//! Charts: money on both sides, how long documents take, syncs; each with its figures.

use chrono::{Days, NaiveDate, TimeDelta, Utc};
use ferrule::people::Role;
use ferrule::simulator::ManualClock;
use ferrule::sync::monday;
use ferrule::sync::stored::{DocumentKey, JobState};
use serde_json::json;

use crate::loop_support::{Break, DOCUMENTS, Shop};
use crate::web_support::{Browser, open};
use crate::web_todo::newest;

const CHARTS: &str = "/c/1/charts";

/// The page, once everything is worked out.
fn charts(browser: &mut Browser, query: &str) -> String {
    let path = format!("{CHARTS}{query}");
    loop {
        let body = newest(browser, &path);
        if !body.contains("adding it up") {
            return body;
        }
    }
}

/// A card of the page.
fn card<'b>(body: &'b str, id: &str) -> &'b str {
    let rest = body.split_once(&format!("aria-labelledby=\"{id}\"")).unwrap().1;
    rest.split("</section>").next().unwrap()
}

/// A line of a chart's figures, its cells joined.
fn figures(card: &str, line: &str) -> String {
    let rest = card.split_once(&format!("<td data-label=\"When\">{line}</td>")).map_or("", |it| it.1);
    let cells = rest.split("</tr>").next().unwrap().split("<td").skip(1);
    let text = |cell: &str| cell.split_once('>').unwrap().1.split('<').next().unwrap().to_owned();
    cells.map(text).collect::<Vec<_>>().join(" | ")
}

fn week_of(day: NaiveDate) -> String {
    format!("Week of {}", monday(day).format("%b %-d, %Y"))
}

#[test]
fn where_nothing_happened_each_chart_says_so() {
    let pages = open();
    pages.company("acme", "Acme");
    let mut viewer = pages.signed_in(Role::Viewer);
    let body = charts(&mut viewer, "");
    for (id, words) in [
        ("money", "Neither side has any money in these weeks."),
        ("times", "No finalized document reached QuickBooks in these weeks."),
        ("syncs", "Nothing was synced in this time."),
    ] {
        let card = card(&body, id);
        assert!(card.contains(words) && !card.contains("<svg"), "{card}");
    }
    assert!(body.contains("href=\"/c/1/charts\" aria-current=\"page\">Charts<"), "{body}");
}

/// What the chart of times says in words, to who sees no bars too.
fn check_times(times: &str) {
    assert!(times.contains("2 documents reached QuickBooks: half of them within 3 days"), "{times}");
    let left_out = "<p class=\"soft\">1 document is not counted: it was finalized before ";
    assert!(times.contains(left_out), "{times}");
    assert!(times.contains("It took longest for <a href=\"/c/1/invoicing/103104"), "{times}");
    assert!(times.contains("</a>: 3 days."), "{times}");
    // What a chart says to who sees no bars, what its colours mean, and how high the highest bar is.
    let said = "aria-label=\"From finalized to QuickBooks: 2 documents reached QuickBooks: half of them within 3 days of being finalized, nine in ten within 3 days.\"";
    assert!(times.contains(said), "{times}");
    for words in ["half within", "nine in ten within"] {
        assert!(times.contains(&format!("</svg> {words}</span>")), "{times}");
    }
    assert!(times.contains("highest bar: 3 days"), "{times}");
}

#[test]
fn money_and_time_stand_in_their_weeks_as_bars_and_as_figures() {
    let pages = open();
    // Whatever the hour is: both visits are over.
    let start = Utc::now() - TimeDelta::hours(3);
    let began = start - TimeDelta::days(5);
    let mut shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(began.timestamp()));
    shop.load(&DOCUMENTS);
    // With this customer Ferrule begins to send.
    shop.play(&[DocumentKey { object: "customer".to_owned(), id: "301".to_owned() }]);
    shop.visit(Break::Never);
    shop.wait(start - shop.now());
    let today = Utc::now().date_naive();
    let before = today.checked_sub_days(Days::new(7)).unwrap();
    // One of last week, finalized three days ago; one of this week, which differs.
    let finalized = (start - TimeDelta::days(3)).to_rfc3339();
    let dated = |id: u64, day: NaiveDate| {
        shop.change("invoices.json", id, |it| {
            it["invoicedAtAsDate"] = json!(day.to_string());
            it["finalizedAt"] = json!(finalized);
        })
    };
    let keys: Vec<DocumentKey> = vec![dated(1_031_042, before), dated(1_031_045, today)];
    // This one lay there long before: it says nothing of how long documents take.
    let old = shop.change("invoices.json", 1_031_044, |it| {
        it["finalizedAt"] = json!((start - TimeDelta::days(90)).to_rfc3339());
        it["invoicedAtAsDate"] = json!("2025-01-06");
    });
    shop.play(&keys);
    shop.play(&[old]);
    shop.visit(Break::Never);
    for key in &keys {
        assert_eq!(shop.job(key).state, JobState::Done, "{:?}", shop.job(key).error);
    }
    let txn = shop.file.ids_of_number("Invoice", "SH:1045").remove(0).to_owned();
    assert!(shop.file.edit(&txn, "Subtotal", "1000.00"));
    shop.wait(TimeDelta::hours(1));
    shop.visit(Break::Never);
    let mut clerk = pages.signed_in(Role::Clerk);
    let body = charts(&mut clerk, "");
    let money = card(&body, "money");
    assert_eq!(figures(money, &week_of(before)), "308.40 | 308.40", "{money}");
    assert_eq!(figures(money, &week_of(today)), "1,611.00 | 1,000.00", "{money}");
    assert!(money.contains("Invoicing: Steelhead billed 1,919.40, QuickBooks holds 1,308.40."), "{money}");
    assert!(money.contains(&format!("<title>{}: QuickBooks 1,000.00</title>", week_of(today))), "{money}");
    let times = card(&body, "times");
    assert_eq!(figures(times, &week_of(start.date_naive())), "3 days | 3 days", "{times}");
    check_times(times);
    assert!(money.contains("highest bar: 1,611.00"), "{money}");
    assert!(money.contains("<text x=\"0.00%\" y=\"12\">"), "{money}");
    let syncs = card(&body, "syncs");
    assert!(syncs.contains("3 syncs, the longest "), "{syncs}");
    assert!(syncs.contains("data-label=\"Syncs\" class=\"number\">"), "{syncs}");
    assert_eq!(body.matches("<summary>Figures").count(), 3);
    // More weeks and fewer; whatever else is asked for is the usual.
    let marks = |body: &str| body.matches("aria-current=\"page\"").count();
    for (query, weeks) in [("?weeks=13", 13), ("?weeks=52", 52), ("?weeks=x", 26)] {
        let body = charts(&mut clerk, query);
        assert!(body.contains(&format!("aria-current=\"page\">{weeks} weeks")), "{query}: {body}");
        assert_eq!(marks(&body), 2, "{query}");
    }
}

#[test]
fn earlier_weeks_are_reached_and_offered_where_these_have_nothing() {
    let pages = open();
    let shop = Shop::over(pages.store.clone(), "acme", ManualClock::at(Utc::now().timestamp() + 60));
    shop.load(&DOCUMENTS);
    shop.change("invoices.json", 1_031_042, |it| it["invoicedAtAsDate"] = json!("2025-03-05"));
    let mut viewer = pages.signed_in(Role::Viewer);
    let body = charts(&mut viewer, "?weeks=13&until=1990-01-01");
    assert!(card(&body, "money").contains("Neither side has any money in these weeks."), "{body}");
    assert!(!body.contains("The last money is of"), "it is of later weeks: {body}");
    let body = charts(&mut viewer, "?weeks=13&until=2026-10-01");
    assert!(body.contains("The last money is of 2026-"), "{body}");
    assert!(body.contains("weeks=13&#38;until=") && body.contains(">Later weeks<"), "{body}");
    let body = charts(&mut viewer, "?weeks=13&until=2025-03-09");
    assert_eq!(figures(card(&body, "money"), "Week of Mar 3, 2025"), "308.40 | 0.00", "{body}");
    for none in ["?until=soon", "?until=9999-01-01", ""] {
        assert!(!charts(&mut viewer, none).contains(">Later weeks<"), "{none}");
    }
}
