DROP INDEX browser_session_by_end;
DROP INDEX browser_session_by_beginning;
DROP INDEX browser_session_by_idleness;
CREATE INDEX browser_session_by_age ON browser_session (last_seen_at);
DROP TABLE logout_delivery;
DROP TABLE session_service;
