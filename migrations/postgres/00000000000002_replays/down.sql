DROP TABLE spent_identifier;
