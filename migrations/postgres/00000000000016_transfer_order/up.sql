-- `idp transfers list` reads the decisions page by page in this order.
CREATE INDEX transfer_decision_order ON transfer_decision (decided_at, id);
