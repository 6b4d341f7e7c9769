DROP TABLE administrator_role;
