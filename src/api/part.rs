//! Parts of long lists: how many to answer at once, behind which place, and where the next part is.

use std::fmt::Display;
use std::str::FromStr;

use super::problem::Problem;

/// What is answered at once, if nobody says how much.
pub const USUAL: usize = 100;
/// The most that is answered at once.
pub const MOST: usize = 1_000;
/// The longest place that is looked at, in bytes.
const LONGEST: usize = 1_000;

/// The part of a list that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many entries.
    pub limit: usize,
    /// Behind which place: an earlier answer said it.
    pub after: Option<String>,
}

/// A place in a list that was made at one moment: it is good for this very list only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Stands for everything that the list was made from.
    pub of: u64,
    /// How many entries are before it.
    pub at: usize,
}

impl Part {
    /// From a query.
    ///
    /// # Errors
    /// [`Problem::Wrong`], if it makes no sense.
    pub fn of(query: &str) -> Result<Self, Problem> {
        let mut part = Self { limit: USUAL, after: None };
        let mut seen = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                _ if seen.contains(&name) => {
                    return Err(Problem::Wrong("A parameter of the address stands there twice.".to_owned()));
                }
                "limit" => part.limit = limit(&value)?,
                "after" => part.after = Some(value.into_owned()),
                _ => {
                    let words = "This address takes the parameters `limit` and `after` and no other ones.";
                    return Err(Problem::Wrong(words.to_owned()));
                }
            }
            seen.push(name);
        }
        Ok(part)
    }

    /// The place that is asked for, if one is.
    ///
    /// # Errors
    /// [`Problem::Conflict`], if it is none.
    pub fn place<P: FromStr>(&self) -> Result<Option<P>, Problem> {
        let place = |text: &String| text.parse().ok().filter(|_| text.len() <= LONGEST);
        self.after.as_ref().map(|text| place(text).ok_or_else(gone)).transpose()
    }

    /// How many entries of a list that was made from `of` are behind us.
    ///
    /// # Errors
    /// [`Problem::Conflict`], if the place is of another list.
    pub fn start(&self, of: u64) -> Result<usize, Problem> {
        match self.place::<Place>()? {
            None => Ok(0),
            Some(place) if place.of == of => Ok(place.at),
            Some(_) => Err(gone()),
        }
    }

    /// The query of the part that begins behind a place.
    pub fn next(&self, place: impl Display) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string()).append_pair("after", &place.to_string());
        query.finish()
    }
}

fn limit(text: &str) -> Result<usize, Problem> {
    let number = text.parse().ok().filter(|number| (1..=MOST).contains(number));
    number.ok_or_else(|| Problem::Wrong(format!("`limit` is a number from 1 to {MOST}.")))
}

fn gone() -> Problem {
    Problem::Conflict("The list has changed since. Begin again without `after`.".to_owned())
}

impl Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}.{}", self.of, self.at)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (of, at) = text.split_once('.').ok_or(())?;
        Ok(Self { of: u64::from_str_radix(of, 16).map_err(|_| ())?, at: at.parse().map_err(|_| ())? })
    }
}
