//! What people see, one file per part of the way.

pub(crate) mod home;
pub(crate) mod landing;
pub(crate) mod setup;
