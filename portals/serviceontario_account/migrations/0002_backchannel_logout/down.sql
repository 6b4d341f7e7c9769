DROP TABLE used_logout_tokens;
DROP INDEX sessions_by_sid;
DROP INDEX sessions_by_subject;
ALTER TABLE sessions DROP COLUMN ended_at;
ALTER TABLE sessions DROP COLUMN sid;
