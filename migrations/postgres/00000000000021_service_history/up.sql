-- What was registered for a service, from when on, by whom and why. The registration is JSON without secrets; none where
-- it stayed as it was. Nobody is named where it was not on record.
CREATE TABLE service_history (
    client_id TEXT NOT NULL REFERENCES relying_service (client_id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    event TEXT NOT NULL,
    metadata TEXT,
    changed_by TEXT,
    reason TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, number)
);
INSERT INTO service_history (client_id, number, event, metadata, changed_by, reason, changed_at)
SELECT client_id, 1, 'added', metadata, NULL, NULL, created_at FROM relying_service;
