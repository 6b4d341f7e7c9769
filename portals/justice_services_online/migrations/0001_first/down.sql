DROP TABLE waiting_mails;
DROP TABLE documents;
DROP TABLE filings;
DROP TABLE accounts;
