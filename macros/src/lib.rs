//! The attributes of zkarena.
