//! The variables that an expression sees.

use super::node::Node;
use super::typed::{ReadPath, Typed};
use super::types::Type;

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: Typed,
    /// Whether an expression has asked for it.
    pub is_used: bool,
}

/// The variables that an expression can see, and how many places are taken when it runs. A place is what
/// the engine keeps a value in; a parameter that stands for a cheap argument takes none.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The variables, innermost last.
    pub variables: Vec<Variable>,
    /// How many places are taken: the number of the next variable.
    pub depth: u16,
}

/// How far a scope reached.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    variables: usize,
    depth: u16,
}

impl Scope {
    /// A scope with one variable.
    pub fn of(name: &str, ty: Type, paths: Vec<ReadPath>) -> Self {
        let mut scope = Self::default();
        scope.push(name, Typed { paths, ..Typed::variable(ty) });
        scope
    }

    /// Adds a variable, which takes a place and holds what is known of a value.
    pub fn push(&mut self, name: &str, value: Typed) {
        let value = Typed { node: Node::Local(self.depth), ..value };
        self.variables.push(Variable { name: name.to_owned(), value, is_used: false });
        self.depth += 1;
    }

    /// What the innermost variable of a name holds.
    pub fn find(&self, name: &str) -> Option<&Typed> {
        self.variables.iter().rev().find(|variable| variable.name == name).map(|variable| &variable.value)
    }

    /// What the innermost variable of a name holds, which an expression asks for.
    pub fn ask(&mut self, name: &str) -> Option<&Typed> {
        let found = self.variables.iter_mut().rev().find(|variable| variable.name == name)?;
        found.is_used = true;
        Some(&found.value)
    }

    /// Whether nothing has asked for the innermost variable of a name.
    pub fn is_unused(&self, name: &str) -> bool {
        self.variables.iter().rev().find(|variable| variable.name == name).is_some_and(|found| !found.is_used)
    }

    /// How far it reaches now.
    pub fn mark(&self) -> Mark {
        Mark { variables: self.variables.len(), depth: self.depth }
    }

    /// Forgets the variables that came after a mark.
    pub fn back_to(&mut self, mark: Mark) {
        self.variables.truncate(mark.variables);
        self.depth = mark.depth;
    }
}
