//! Reading and writing qbXML.
