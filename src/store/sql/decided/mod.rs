//! What people decide about documents.

pub(in crate::store::sql) mod apart;
pub(in crate::store::sql) mod finalized;
pub(in crate::store::sql) mod settled;
