//! What programs call, by its name in the RFCs.

pub mod assets;
pub mod authorization;
pub mod client_authentication;
pub mod client_logo;
pub mod discovery;
pub mod dpop;
pub mod end_session;
pub mod health;
pub mod id_token_hint;
pub mod introspection;
pub mod jwks;
pub mod live_token;
pub mod oauth_error;
pub mod oauth_form;
pub mod par;
pub mod protected;
pub mod registration;
pub mod request_object;
pub mod revocation;
pub mod signing_keys_log;
pub mod token;
pub mod userinfo;
