//! The Content-Security-Policy that the pages keep to.

/// The strict policy: everything from this origin only, no inline style or script, no frame. `form_action` are origins
/// (`https://service.example`) where a POST of this page may end by redirect; browsers apply `form-action` to redirects
/// after a POST too (w3c/webappsec-csp issue 8), so such a page must name them.
#[must_use]
pub fn content_security_policy(form_action: &[&str]) -> String {
    let mut policy = String::from(
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; \
         connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    );
    for origin in form_action.iter().filter(|origin| is_plain_origin(origin)) {
        policy.push(' ');
        policy.push_str(origin);
    }
    policy
}

/// The policy of a page that shows these origins in frames, and no other.
#[must_use]
pub fn policy_with_frames(mut policy: String, frame_src: &[&str]) -> String {
    let mut plain = frame_src.iter().filter(|origin| is_plain_origin(origin)).peekable();
    if plain.peek().is_some() {
        policy.push_str("; frame-src");
    }
    for origin in plain {
        policy.push(' ');
        policy.push_str(origin);
    }
    policy
}

/// A registered address could hold characters that end a directive: such an origin is left out, and the browser
/// refuses the redirect rather than obey a changed policy.
fn is_plain_origin(origin: &str) -> bool {
    origin.contains(':') && origin.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-[]_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_origins_are_added_to_form_action() {
        assert!(content_security_policy(&[]).ends_with("form-action 'self'"));
        let policy = content_security_policy(&["https://a.example:8443", "https://x; script-src *", "*"]);
        assert!(policy.ends_with("form-action 'self' https://a.example:8443"));
        assert!(!policy.contains("unsafe"));
    }

    #[test]
    fn only_plain_origins_are_framed() {
        let policy = |origins: &[&str]| policy_with_frames("form-action 'self'".to_owned(), origins);
        assert_eq!(policy(&[]), "form-action 'self'");
        assert_eq!(policy(&["*", "https://x; script-src *"]), "form-action 'self'");
        assert_eq!(
            policy(&["https://a.example", "*", "https://b.example:1"]),
            "form-action 'self'; frame-src https://a.example https://b.example:1"
        );
    }
}
