DROP TABLE imported_one_key;
