CREATE TABLE administrator_role (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, role)
);
CREATE INDEX administrator_role_by_role ON administrator_role (role);
