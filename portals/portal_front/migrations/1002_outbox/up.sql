-- Letters that wait to be written; a row goes with its letter. An id is never used again: it names the file.
CREATE TABLE letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- JSON: the letter with its words in both languages.
    letter TEXT NOT NULL
);
