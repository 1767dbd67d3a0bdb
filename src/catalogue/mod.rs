//! The qbXML 13.0 vocabulary.
