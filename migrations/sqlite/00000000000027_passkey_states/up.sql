-- What verifies the answer to a challenge, in the form of the library that does so. None in the rows of a version before it:
-- they wait for no more than five minutes, and their answers are refused here.
ALTER TABLE passkey_challenge ADD COLUMN state BLOB;
