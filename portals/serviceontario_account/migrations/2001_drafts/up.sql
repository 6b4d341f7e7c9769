-- Applications are kept in the front's table of drafts from here on (crate `portal-front`), under handles instead of numbers.
INSERT INTO drafts (
    id, account_id, handle, kind, answers, folded, revision, changed_at, noticed_60_at, noticed_30_at,
    submitted_at, number, enclosed, waits
)
SELECT
    id, account_id, substr(lower(hex(randomblob(22))), 1, 43), service,
    json_object('service', service, 'applicant', applicant, 'details', details), '', 1, changed_at, noticed_60_at,
    noticed_30_at,
    CASE WHEN state <> 'draft' THEN changed_at END,
    CASE WHEN state <> 'draft' THEN 'A-' || upper(hex(randomblob(8))) END,
    CASE WHEN state <> 'draft' THEN '' END,
    state = 'awaiting_payment'
FROM applications;
DROP TABLE applications;
