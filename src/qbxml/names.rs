//! Element names as small numbers.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// An element name, by its place in a [`Names`] table.
pub(super) type Symbol = u16;

const FIRST_CHUNK: usize = 64;
const CHUNKS: usize = 7;

/// The most distinct names one table holds: 64 + 128 + ... + 4096.
///
/// The whole of qbXML 13.0 has fewer, so a document with more is not qbXML.
pub(super) const MAX_NAMES: usize = FIRST_CHUNK * ((1 << CHUNKS) - 1);

type Chunk = Box<[OnceLock<Box<str>>]>;

/// The names that one document uses. Records of the document share it.
///
/// Names are only ever added, each chunk is twice the size of the one before, and nothing moves:
/// so records can be read while the document that fills the table is still being read, without a
/// lock. A table lives as long as its records, so a hostile document leaves nothing behind.
#[derive(Debug, Default)]
pub(super) struct Names {
    chunks: [OnceLock<Chunk>; CHUNKS],
}

impl Names {
    /// The name behind `symbol`; empty if the table does not hold it.
    pub(super) fn get(&self, symbol: Symbol) -> &str {
        let (chunk, slot) = place(usize::from(symbol));
        self.chunks
            .get(chunk)
            .and_then(OnceLock::get)
            .and_then(|slots| slots.get(slot))
            .and_then(OnceLock::get)
            .map_or("", |name| name)
    }

    fn set(&self, index: usize, name: &str) {
        let (chunk, slot) = place(index);
        if let Some(cell) = self.chunks.get(chunk) {
            let slots = cell.get_or_init(|| (0..FIRST_CHUNK << chunk).map(|_| OnceLock::new()).collect());
            if let Some(cell) = slots.get(slot) {
                cell.get_or_init(|| name.into());
            }
        }
    }
}

/// Chunk and slot of the name with this index.
fn place(index: usize) -> (usize, usize) {
    let shifted = index + FIRST_CHUNK;
    let chunk = (shifted.ilog2() - FIRST_CHUNK.ilog2()) as usize;
    (chunk, shifted - (FIRST_CHUNK << chunk))
}

/// Gives names their symbols while a document is read.
#[derive(Debug, Default)]
pub(super) struct Interner {
    names: Arc<Names>,
    symbols: HashMap<Box<str>, Symbol>,
    /// The symbol that followed each one when it was met last. Records of a type have their elements in one order,
    /// so it is most often the one that follows now.
    followed: Vec<Symbol>,
    last: usize,
}

impl Interner {
    /// The symbol of a name that has one.
    pub(super) fn known(&mut self, name: &str) -> Option<Symbol> {
        let guess = self.followed.get(self.last).copied();
        let symbol = match guess.filter(|guess| self.names.get(*guess) == name) {
            Some(symbol) => symbol,
            None => *self.symbols.get(name)?,
        };
        self.met(symbol);
        Some(symbol)
    }

    /// The symbol of `name`; `None` once [`MAX_NAMES`] names are there and this is a new one.
    pub(super) fn intern(&mut self, name: &str) -> Option<Symbol> {
        if let Some(symbol) = self.known(name) {
            return Some(symbol);
        }
        let index = self.symbols.len();
        if index >= MAX_NAMES {
            return None;
        }
        let symbol = Symbol::try_from(index).ok()?;
        self.names.set(index, name);
        self.symbols.insert(name.into(), symbol);
        self.followed.push(symbol);
        self.met(symbol);
        Some(symbol)
    }

    fn met(&mut self, symbol: Symbol) {
        if let Some(followed) = self.followed.get_mut(self.last) {
            *followed = symbol;
        }
        self.last = usize::from(symbol);
    }

    /// The table, to be shared with records.
    pub(super) fn names(&self) -> &Arc<Names> {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_from_its_symbol_until_the_table_is_full() {
        let mut interner = Interner::default();
        let symbols: Vec<_> = (0..MAX_NAMES).map(|n| interner.intern(&format!("N{n}")).unwrap()).collect();
        for (n, symbol) in symbols.iter().enumerate() {
            assert_eq!(interner.names().get(*symbol), format!("N{n}"));
        }
        assert_eq!(interner.intern("N17"), Some(17));
        assert_eq!(interner.intern("one more"), None);
        assert_eq!(Names::default().get(3), "");
    }
}
