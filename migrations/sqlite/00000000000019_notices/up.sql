CREATE TABLE system_notice (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    text_en TEXT NOT NULL,
    text_fr TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    place TEXT NOT NULL
);
