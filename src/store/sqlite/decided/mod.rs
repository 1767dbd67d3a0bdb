//! What people decide about documents.

pub(in crate::store::sqlite) mod apart;
pub(in crate::store::sqlite) mod finalized;
pub(in crate::store::sqlite) mod settled;
