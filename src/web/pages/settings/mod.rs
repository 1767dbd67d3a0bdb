//! Settings of one integration and of the whole domain.

pub mod domain;
pub mod form;
pub mod integration;
pub mod layers;
