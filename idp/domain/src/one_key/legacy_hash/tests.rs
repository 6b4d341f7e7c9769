use super::*;
use proptest::prelude::*;

const SALT: &str = "MTIzNDU2Nzg5MDEyMzQ1Ng";
const HASH: &str = "rGXZ/c5gtgMECHq5KFBi0670CI4VCYYzbys55XOJOME";

fn error(text: &str) -> Option<LegacyHashError> {
    LegacyHash::parse(text).err()
}

#[test]
fn what_other_software_wrote_is_read() {
    for line in include_str!("../../../../server/vectors/legacy_hashes.tsv").lines() {
        let text = line.rsplit('\t').next().unwrap();
        assert_eq!(error(text), None, "{line}");
    }
}

#[test]
fn the_formats_that_are_not_taken_are_named() {
    for (text, name) in [
        ("{SHA}hMh7WYlsUQkFJZ4w3LYf1kT2aPs=", "unsalted {SHA}"),
        ("{sha}hMh7WYlsUQkFJZ4w3LYf1kT2aPs=", "unsalted {SHA}"),
        ("{MD5}rL0Y20zC+Fzt72VPzMSk2A==", "unsalted {MD5}"),
        ("{SMD5}rL0Y20zC+Fzt72VPzMSk2AAAAAA=", "{SMD5}"),
        ("{SSHA256}AAAA", "{SSHA256}"),
        ("{CRYPT}rqXexS6ZhobKA", "{CRYPT}"),
        ("{CRYPT}$6$salt$hash", "{CRYPT}"),
        ("{CLEARTEXT}hunter2", "{CLEARTEXT}"),
        ("$1$salt$hash", "MD5 crypt ($1$)"),
        ("$apr1$salt$hash", "Apache MD5 ($apr1$)"),
        ("$6$rounds=5000$salt$hash", "SHA-512 crypt ($6$)"),
        ("$2x$05$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "faulty bcrypt ($2x$)"),
        ("$P$B12345678abcdefghij", "phpass ($P$)"),
    ] {
        assert_eq!(error(text), Some(Refused(name)), "{text}");
    }
    assert_eq!(error(""), Some(Missing));
    for text in ["hunter2", "5f4dcc3b5aa765d61d8327deb882cf99", "{UNKNOWN}AAAA", " $2b$", "é", "$"] {
        assert_eq!(error(text), Some(Unknown), "{text}");
    }
}

#[test]
fn what_would_take_too_long_is_refused() {
    let argon2 = |figures: &str| error(&format!("$argon2id$v=19${figures}${SALT}${HASH}"));
    assert_eq!(argon2("m=131072,t=8,p=16"), None);
    assert_eq!(argon2("m=65536,t=16,p=1"), None);
    for figures in
        ["m=131073,t=1,p=1", "m=65536,t=17,p=1", "m=4294967295,t=4294967295,p=1", "m=4096,t=1,p=17"]
    {
        assert_eq!(argon2(figures), Some(TooDear("argon2")), "{figures}");
    }
    let bcrypt =
        |cost: &str| error(&format!("$2b${cost}$K7Z9n8rC4lQb3rE0k2wGPeGkq9jN1FfH9vWcVb5X5h2bqzI0p5G6u"));
    assert_eq!(bcrypt("14"), None);
    assert_eq!(bcrypt("15"), Some(TooDear("bcrypt")));
    assert_eq!(bcrypt("31"), Some(TooDear("bcrypt")));
    let pbkdf2 = |iterations: &str| error(&format!("$pbkdf2-sha256${iterations}${SALT}${HASH}"));
    assert_eq!(pbkdf2("2000000"), None);
    assert_eq!(pbkdf2("2000001"), Some(TooDear("PBKDF2")));
    assert_eq!(pbkdf2("4294967295"), Some(TooDear("PBKDF2")));
}

#[test]
fn damaged_hashes_are_refused() {
    let long = format!("{{SSHA}}{}", "A".repeat(600));
    for (text, name) in [
        ("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ", "argon2"),
        ("$argon2id$v=20$m=64,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2x$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=64,t=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=64,t=1,p=1,keyid=x$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=7,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=-64,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=64,t=1,p=1$c2Fs$MTIzNDU2Nzg5MDEyMzQ1Ng", "argon2"),
        ("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$MTIz", "argon2"),
        ("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng$x", "argon2"),
        ("$2b$12$tooshort", "bcrypt"),
        ("$2b$03$K7Z9n8rC4lQb3rE0k2wGPeGkq9jN1FfH9vWcVb5X5h2bqzI0p5G6u", "bcrypt"),
        ("$2b$5$K7Z9n8rC4lQb3rE0k2wGPeGkq9jN1FfH9vWcVb5X5h2bqzI0p5G6u", "bcrypt"),
        ("$2b$12$K7Z9n8rC4lQb3rE0k2wGPeGkq9jN1FfH9vWcVb5X5h2bqzI0p5G6u!", "bcrypt"),
        ("$2b$12$K7Z9n8rC4lQb3rE0k2wG!eGkq9jN1FfH9vWcVb5X5h2bqzI0p5G6u", "bcrypt"),
        ("$2b$12$éééééééééééééééééééééééééééééééé", "bcrypt"),
        ("$pbkdf2-sha256$0$MTIz$rGXZ/c5gtgMECHq5KFBi0670CI4VCYYzbys55XOJOME", "PBKDF2"),
        ("$pbkdf2-sha256$+1$MTIz$rGXZ/c5gtgMECHq5KFBi0670CI4VCYYzbys55XOJOME", "PBKDF2"),
        ("$pbkdf2-sha256$1000$$rGXZ/c5gtgMECHq5KFBi0670CI4VCYYzbys55XOJOME", "PBKDF2"),
        ("$pbkdf2-sha256$1000$MTIz$MTIz", "PBKDF2"),
        ("$pbkdf2$1000$MTIz$rGXZ/c5gtgMECHq5KFBi0670CI4VCYYzbys55XOJOME", "PBKDF2"),
        ("$pbkdf2-sha256$1000$MTIz$rGXZ/c5gtgMECHq5KFBi0670CI4VCYYzbys55XOJOME$x", "PBKDF2"),
        ("pbkdf2_sha256$1000$salt", "PBKDF2"),
        // The hash without a salt.
        ("{SSHA}hMh7WYlsUQkFJZ4w3LYf1kT2aPs=", "{SSHA}"),
        ("{SSHA}not base64", "{SSHA}"),
        ("{SSHA}", "{SSHA}"),
        ("{SSHA512}hMh7WYlsUQkFJZ4w3LYf1kT2aPs=", "{SSHA512}"),
        (&long, "{SSHA}"),
    ] {
        assert_eq!(error(text), Some(Damaged(name)), "{text}");
    }
}

#[test]
fn a_hash_does_not_print() {
    let hash = LegacyHash::parse("{SSHA}l9g6QutJB7xYfKNyY2Nn7aNLC0K8URrA").unwrap();
    assert_eq!(format!("{hash:?}"), "LegacyHash([redacted])");
}

proptest! {
    #[test]
    fn reading_any_text_ends_and_tells_nothing_of_it(
        format in proptest::sample::select(FORMATS.map(|(prefix, _)| prefix).to_vec()),
        rest in "[0-9a-zA-Z$=,./+é-]{0,120}",
    ) {
        if let Err(error) = LegacyHash::parse(&format!("{format}{rest}")) {
            prop_assert!(rest.len() < 12 || !error.to_string().contains(&rest));
        }
    }
}
