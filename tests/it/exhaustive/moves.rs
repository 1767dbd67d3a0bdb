//! What may happen next.

use ferrule::sync::session::{Next, SessionError, Told};

use super::world::{Stage, World};
use crate::loop_store::{Dies, Mortal};

/// What may happen next. A visit is known by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// The next visit begins, whatever the one before it is at.
    Begin,
    /// A visit calls the server: to ask for requests, or with an answer.
    Call(usize),
    /// The same, and the server dies at that commit.
    Die(usize, usize, Dies),
    /// QuickBooks does what a visit holds.
    Process(usize),
    /// A visit ends without a word, and what it was to hand to QuickBooks or to us is lost.
    Lose(usize),
    /// QuickBooks is started anew: it has forgotten all answers, and the visits are at their end.
    Forget,
    /// A value is changed in Steelhead, and sent.
    EditInSteelhead,
    /// The same value is changed in QuickBooks.
    EditInQuickBooks,
}

impl World {
    /// All that may happen next.
    pub fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        let is_free = self.visits.iter().all(|visit| visit.stage == Stage::Over);
        if self.visits.len() < super::world::VISITS && (is_free || self.surprises > 0) {
            moves.push(Move::Begin);
        }
        for (at, visit) in self.visits.iter().enumerate() {
            match &visit.stage {
                Stage::Asks | Stage::Answered(_) => {
                    moves.push(Move::Call(at));
                    if self.surprises > 0 {
                        moves.extend(self.deaths(at));
                        if visit.stage != Stage::Asks {
                            moves.push(Move::Lose(at));
                        }
                    }
                }
                Stage::Holds(_) => {
                    moves.push(Move::Process(at));
                    if self.surprises > 0 {
                        moves.push(Move::Lose(at));
                    }
                }
                Stage::Over => {}
            }
        }
        if self.surprises > 0 {
            if !self.was_forgotten {
                moves.push(Move::Forget);
            }
            if self.ours.is_none() {
                moves.push(Move::EditInSteelhead);
            }
            if self.theirs.is_none() && self.vendor().is_some() {
                moves.push(Move::EditInQuickBooks);
            }
        }
        moves
    }

    /// The commits of a call at which the server may die.
    fn deaths(&self, at: usize) -> Vec<Move> {
        let mut world = self.copy();
        let counted = Mortal::new(world.shop.store.clone(), None);
        world.shop.serve(counted.clone());
        world.call(at).unwrap();
        let commits = counted.commits();
        let last = commits.checked_sub(1).map(|last| Move::Die(at, last, Dies::After));
        (0..commits).map(|commit| Move::Die(at, commit, Dies::Before)).chain(last).collect()
    }

    /// What it is like after that.
    pub fn after(&self, chosen: Move) -> Self {
        let mut world = self.copy();
        world.trail.push(chosen);
        world.shop.clock.advance(1);
        match chosen {
            Move::Begin => world.begin(),
            Move::Call(at) => world.call(at).unwrap(),
            Move::Die(at, commit, dies) => {
                world.surprises -= 1;
                let store = world.shop.store.clone();
                world.shop.serve(Mortal::new(store.clone(), Some((commit, dies))));
                world.call(at).unwrap_err();
                world.shop.serve(store);
                world.visits[at].stage = Stage::Over;
            }
            Move::Process(at) => {
                let Stage::Holds(request) = world.visits[at].stage.clone() else { unreachable!() };
                let answer = world.process(&request).unwrap();
                let is_over = world.visits[at].is_overtaken;
                world.visits[at].stage = if is_over { Stage::Over } else { Stage::Answered(answer) };
            }
            Move::Lose(at) => {
                world.surprises -= 1;
                world.visits[at].stage = Stage::Over;
            }
            Move::Forget => {
                world.surprises -= 1;
                world.was_forgotten = true;
                world.shop.forget_answers();
                world.visits.iter_mut().for_each(|visit| visit.stage = Stage::Over);
            }
            Move::EditInSteelhead => world.edit_in_steelhead(),
            Move::EditInQuickBooks => world.edit_in_quickbooks(),
        }
        world
    }

    /// A visit calls the server, which may die of it.
    fn call(&mut self, at: usize) -> Result<(), SessionError> {
        let ticket = self.visits[at].ticket.clone();
        let stage = match self.visits[at].stage.clone() {
            Stage::Asks => match self.shop.next(&ticket)? {
                Next::Request(request) => Stage::Holds(request),
                Next::Nothing => self.close(&ticket)?,
                Next::Failed => panic!("{:?}", self.shop.sessions.last_error(&ticket)),
            },
            Stage::Answered(answer) => match self.shop.receive(&ticket, &Ok(answer))? {
                Told::Working { .. } => Stage::Asks,
                Told::Done => self.close(&ticket)?,
                Told::Failed => panic!("{:?}", self.shop.sessions.last_error(&ticket)),
            },
            stage => panic!("{stage:?} calls nobody"),
        };
        self.visits[at].stage = stage;
        Ok(())
    }

    fn close(&self, ticket: &str) -> Result<Stage, SessionError> {
        self.shop.sessions.end(ticket, self.shop.now())?;
        Ok(Stage::Over)
    }
}
