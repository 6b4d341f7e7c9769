-- Sessions and sign-ins are the front's from here on (crate `portal-front`); whoever was signed in signs in again.
DROP TABLE used_logout_tokens;
DROP TABLE sessions;
DROP TABLE pending_sign_ins;
