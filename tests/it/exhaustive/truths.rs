//! What must be true: nothing lost, nothing twice, nothing silently different, nothing reverted.

use ferrule::engine::Decision;
use ferrule::sync::differs;
use ferrule::sync::stored::{JobState, Store as _};
use ferrule::xml::Node;

use super::world::{World, bill_key, vendor_key};

fn text<'n>(record: &'n Node, name: &str) -> &'n str {
    record.descend(name).and_then(|it| it.text()).unwrap_or_default()
}

impl World {
    /// At any time.
    pub fn is_true_now(&self) {
        let (vendors, bills) = (self.shop.file.count("Vendor"), self.shop.file.count("Bill"));
        assert!(vendors <= 1 && bills <= 1, "{vendors} vendors, {bills} bills");
        if let (Some(theirs), Some(vendor)) = (self.theirs, self.vendor()) {
            assert_eq!(text(vendor, "Phone"), theirs, "what somebody corrected in QuickBooks is reverted");
        }
        let all = self.shop.store.connections(self.shop.company).unwrap();
        assert!(all.iter().all(|it| self.shop.file.record(&it.record_id).is_some()), "{all:?}");
    }

    /// When all is quiet.
    pub fn is_true_in_the_end(&self) {
        self.is_true_now();
        let (store, company) = (&self.shop.store, self.shop.company);
        let vendor = self.vendor().expect("the vendor is lost");
        let bill = self.shop.file.records("Bill").next().expect("the bill is lost");
        assert_eq!(text(bill, "AmountDue"), "3120.44");
        for (key, record, id) in [(vendor_key(), vendor, "ListID"), (bill_key(), bill, "TxnID")] {
            let standing = store.standing(company, &key).unwrap().unwrap();
            let job = standing.job.unwrap();
            assert_eq!(job.state, JobState::Done, "{job:?}");
            assert_eq!(standing.connection.unwrap().record_id, text(record, id));
            let known = store.records_of(company, &record.name).unwrap();
            let known: Vec<&str> = known.iter().map(|it| it.edit_sequence.as_str()).collect();
            assert_eq!(known, [text(record, "EditSequence")], "the mirror does not know it as it is");
        }
        assert!(store.unanswered(company).unwrap().is_empty());
        self.each_edit_has_its_end(vendor);
        let file = store.company_file(company).unwrap();
        assert!(differs(store.as_ref(), &self.shop.rules.program, &file).unwrap().is_empty());
    }

    /// What was changed in one place is in the other, or it is on show that the two differ.
    fn each_edit_has_its_end(&self, vendor: &Node) {
        let phone = text(vendor, "Phone");
        let plan = self.shop.sessions.plan(self.shop.company).unwrap();
        let step = plan.steps.iter().find(|step| step.object == "vendor").unwrap();
        let Decision::Keep(counterpart) = &step.outcome.decision else {
            panic!("{:?}", step.outcome.decision)
        };
        assert!(counterpart.request.is_none(), "something is left to be sent: {counterpart:?}");
        let is_shown = counterpart.changes.iter().any(|it| it.path == "Phone");
        assert_eq!(is_shown, self.theirs.is_some(), "{:?}", counterpart.changes);
        assert!(counterpart.changes.iter().all(|it| it.path == "Phone"), "{:?}", counterpart.changes);
        if let (Some(ours), None) = (self.ours, self.theirs) {
            assert_eq!(phone, ours, "what was changed in Steelhead is lost");
        }
    }
}
