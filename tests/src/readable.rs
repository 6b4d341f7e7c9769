//! Texts without what only programs read.

/// Without what is random or encoded, which can hold any three letters by chance; tokens are to be read by their claims.
#[must_use]
pub fn without_random(text: &str) -> String {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-';
    let words = text.split_inclusive(|sign| !is_sign(sign));
    words.map(|word| if word.len() > 24 { "…" } else { word }).collect()
}

#[cfg(test)]
mod tests {
    use super::without_random;

    #[test]
    fn long_words_go_and_what_people_write_stays() {
        assert_eq!(
            without_random("sub=hubhubhubhubhubhubhubhub-hub_1&name=hub of banks"),
            "sub=…name=hub of banks"
        );
    }
}
