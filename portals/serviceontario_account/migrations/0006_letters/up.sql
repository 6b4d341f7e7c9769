-- Mails wait in the front's table from here on (crate `portal-front`).
DROP TABLE mails;
