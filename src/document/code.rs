//! The codes of everything that is said of rules and of documents: `R310` and the like.
//!
//! A code is stored, printed and asked for by its word, which never changes. Each has a page in the
//! rules' `codes.yaml`; a test holds the two tables together.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident, $word:literal, $about:literal;)+) => {
        /// The code of something that is wrong with rules or with a document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = concat!("`", $word, "`: ", $about, ".")] #[serde(rename = $word)] $name,)+
        }

        impl Code {
            /// All codes, in the order of their words.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word that it is stored and printed by, such as `R310`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What it is about, in a few words: the title of its page.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $about,)+
                }
            }
        }
    };
}

codes! {
    FileNotYaml, "R101", "the file is not YAML";
    FileTooLarge, "R102", "the file is too large or nested too deep";
    KeyNotSingle, "R103", "a key is not a single value";
    GivenTwice, "R104", "something is given twice";
    NoRulesetFile, "R105", "there is no ruleset.yaml";
    ExpressionNeedsQuotes, "R106", "an expression inside braces or brackets needs quotes";
    RulesNotUtf8, "R107", "a rule file is not UTF-8";
    FileNotRead, "R108", "a file that is not read";
    LayerOrder, "R109", "layers in an order that cannot be meant";
    WrongKind, "R110", "a value of the wrong kind";
    UnknownKey, "R111", "an unknown key";
    MissingKey, "R112", "a key is missing";
    UnknownChoice, "R113", "an unknown choice";
    SettingContradicts, "R114", "a setting that contradicts itself";
    UnknownShapeType, "R115", "an unknown type in a shape";
    KeyWithoutValue, "R116", "a key without a value";
    CutByComment, "R117", "a value that ends where a comment begins";
    DoesNotParse, "R201", "an expression or a script that does not parse";
    NotAllowed, "R202", "not allowed in rules";
    NotInLanguage, "R203", "not part of the rule language";
    StatementOutsideFunction, "R204", "a statement outside a function";
    CallsItself, "R205", "a function that calls itself";
    NestedTooDeep, "R206", "an expression nested too deep";
    FunctionTwice, "R207", "a function is defined twice";
    ProvidedFunction, "R208", "a provided function is defined anew";
    WrongType, "R210", "a value of the wrong type for a function or an operator";
    NoText, "R211", "a whole document where a text is needed";
    NoCondition, "R212", "a condition that is not true or false";
    WrongComparison, "R213", "a comparison that cannot be meant";
    NoSuchChoice, "R214", "a comparison with a choice that does not exist";
    LoopOverNoList, "R215", "a loop over something that is not a list";
    LetWithoutLoop, "R216", "`let` without a loop";
    NoResult, "R217", "a constant that has no result";
    MayBeAbsent, "R218", "an order asked of something that may be absent";
    DoubtfulFilter, "R219", "a filter that means something else than it seems to";
    UnknownFunction, "R220", "an unknown function";
    WrongArguments, "R221", "wrong arguments";
    WrongPattern, "R222", "not a regular expression";
    UnknownMessage, "R300", "not a message of that kind";
    UnknownElement, "R301", "an unknown element";
    TooNew, "R302", "newer than the rule set's version of qbXML";
    UnknownVersion, "R303", "an unknown version of qbXML";
    DoesNotRepeat, "R304", "an element that comes only once is given several times";
    ElementTwice, "R305", "an element is given twice";
    UnknownRecordType, "R306", "an unknown type of record";
    DoesNotFitElement, "R310", "a value that does not fit its element";
    LooksLikeExpression, "R311", "a text that looks like an expression";
    NoValueOfElement, "R314", "not one of the element's values";
    ForeignId, "R315", "an id that is not QuickBooks' own";
    RequiredElementMissing, "R320", "a required element is missing";
    NoneOfSeveral, "R321", "none of several elements, of which one is required";
    ExcludeEachOther, "R322", "elements that exclude each other";
    ValueForElements, "R330", "a value for an element that holds elements";
    ElementsForValue, "R331", "elements inside an element that holds a value";
    DoesNotFitField, "R332", "an import that does not fit its field";
    MatchWithoutQuery, "R340", "a match without a message that finds records";
    NotSearchedBy, "R341", "a query does not search by that";
    MatchNotFilled, "R342", "a match by an element that the request does not fill";
    MatchOfOtherType, "R343", "a match among records of another type";
    NotReconciled, "R344", "an element that cannot be reconciled";
    NeverFilled, "R345", "an element that is never filled";
    MatchByCutText, "R346", "a match by a text that may be cut";
    AlwaysRefused, "R348", "a request that QuickBooks refuses or changes, whatever the document holds";
    InNoEdition, "R349", "an element that no edition has that the rules are for";
    RefersToOtherKind, "R360", "a reference to a record of another kind";
    LinesBesideConfirm, "R361", "lines of a layer that `confirm` does not know of";
    NotQbxml, "R370", "a file that is no qbXML";
    NoQbxmlVersion, "R371", "a version of qbXML that is not named, or not known";
    OutOfOrder, "R372", "an element out of its order";
    TooMany, "R373", "an element that stands there too often";
    WrongAttribute, "R374", "an attribute that is wrong or missing";
    ValueTooLong, "R375", "a value that is too long for its element";
    AskedBeyond, "R376", "a valid request that QuickBooks refuses or changes";
    WayOfNoField, "R380", "a way to a field that is not there";
    NoWay, "R381", "a field without a way";
    OneWayForTwo, "R382", "two fields from one place of the answer";
    NoGraphqlName, "R383", "not a name of GraphQL";
    WayDoesNotFit, "R384", "a way that does not fit its field";
    WrongSourceValue, "R385", "a value that a `source` cannot have";
    WrongMember, "R387", "a `for` or `when` of another kind in an import";
    MayBeTooLong, "R401", "a text that may be too long";
    AlwaysTooLong, "R402", "a text that is always too long";
    UnknownVariable, "R500", "an unknown variable";
    UnknownField, "R501", "an unknown field of a document";
    UnknownRecordElement, "R502", "an unknown element of a record";
    UnknownSetting, "R503", "an unknown setting";
    NoFields, "R504", "a field of something that has no fields";
    NothingToFollow, "R505", "nothing that could be followed";
    UnknownTypeInRecord, "R506", "an unknown type in record()";
    UnknownObject, "R507", "an unknown object";
    CircleOfObjects, "R508", "objects that refer to each other in a circle";
    NeverApplies, "R509", "a condition that can never apply";
    NeverReached, "R510", "a statement that is never reached";
    FallbackNeverUsed, "R511", "a fallback that is never used";
    AlwaysApplies, "R512", "a condition that always applies";
    NothingToRemove, "R513", "nothing to remove";
    NeverUsed, "R514", "something that is never used";
    HidesName, "R515", "a name that hides another";
    ChangesNothing, "R516", "a layer changes what is not there";
    NearlyThatId, "R517", "an id that is nearly that of another";
    LinesLost, "R518", "a list of a layer that replaces the base's lines";
    NotJson, "R601", "a document is not JSON";
    NotUtf8, "R602", "a document is not UTF-8";
    NoObject, "R603", "it is not clear what a document is";
    MissingField, "R604", "a field that must be there is missing";
    WrongFieldType, "R605", "a value of another type than the shape says";
    DuplicateKey, "R606", "a key occurs twice in a document";
    DocumentTooLarge, "R607", "a document is nested too deep, or a number is too large";
    Unreadable, "R610", "a file or folder cannot be read";
    EmptyFile, "R611", "an empty file";
    NoDocuments, "R612", "no documents";
    CutOff, "R613", "a document is cut off";
    NotYaml, "R614", "a document is not YAML";
    RoundedWhenRead, "R620", "a number was rounded when it was read";
    NumberAsText, "R621", "a number where a text belongs";
    FieldNotInShape, "R622", "a field that the shape does not have";
    Evaluation, "R630", "an expression could not be evaluated";
    WrongValue, "R631", "a value that QuickBooks would not take";
    Required, "R632", "a required element has no value";
    TooLong, "R633", "a text is too long";
    NoRecord, "R634", "QuickBooks has no record of that name";
    Exclusive, "R635", "elements that exclude each other are both there";
    Character, "R636", "a character that cannot be sent";
    Script, "R637", "a function exceeded its limits";
    NameTaken, "R638", "a name is taken in QuickBooks";
    NoMatch, "R639", "the counterpart is not clear";
    Dependency, "R640", "a document that this one needs is not sent";
    NoRequest, "R641", "the rules have no request for the document";
    Inactive, "R642", "a record that is referred to is inactive";
    AddressTooLong, "R643", "an address with more lines than QuickBooks prints";
    NearTwin, "R644", "a name that QuickBooks has already, written otherwise";
    NotInEdition, "R645", "an edition of QuickBooks that does not fit";
    SetAside, "R648", "a record that is needed cannot be read";
    Rounded, "R650", "a number was rounded";
    Replaced, "R651", "characters were replaced";
    Cut, "R652", "a text was cut";
    LeftOut, "R653", "a part of an address was left out";
    OnTrust, "R654", "a name is taken on trust";
    PerhapsTooLong, "R655", "an address that may have more lines than QuickBooks prints";
    NearlyThere, "R656", "a name that is nearly there already";
}

/// A word that is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a code")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    /// The code of a word; upper and lower case do not matter.
    fn from_str(word: &str) -> Result<Self, UnknownCode> {
        let found = Self::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(word));
        found.copied().ok_or_else(|| UnknownCode(word.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, word: &str) -> bool {
        self.as_str() == word
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, word: &&str) -> bool {
        self.as_str() == *word
    }
}

impl PartialEq<Code> for String {
    fn eq(&self, code: &Code) -> bool {
        self == code.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_from_its_word() {
        for code in Code::ALL {
            assert_eq!(code.to_string().parse(), Ok(*code));
            assert_eq!(code.as_str().to_lowercase().parse(), Ok(*code));
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{code}\""));
        }
        assert_eq!("R999".parse::<Code>(), Err(UnknownCode("R999".to_owned())));
        assert!(Code::ALL.windows(2).all(|pair| pair[0] < pair[1] && pair[0].as_str() < pair[1].as_str()));
    }
}
