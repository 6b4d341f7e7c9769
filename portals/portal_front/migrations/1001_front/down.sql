DROP TABLE held_forms;
DROP TABLE submissions;
DROP TABLE used_logout_tokens;
DROP TABLE sessions;
DROP TABLE pending_sign_ins;
