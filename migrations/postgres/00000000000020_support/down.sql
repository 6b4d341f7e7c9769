DROP TABLE transfer_refusal;
DROP TABLE activity_report;
DROP TABLE factor_removal;
DROP TABLE account_lock;
