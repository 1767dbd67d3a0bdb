//! Documents from JSON, through the public face.
