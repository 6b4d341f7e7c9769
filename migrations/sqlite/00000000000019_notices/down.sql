DROP TABLE system_notice;
