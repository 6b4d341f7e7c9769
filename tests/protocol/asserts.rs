//! What several tests look for.

use idp_tests::idp::service::CALLBACK;
use idp_tests::idp::{Page, Request, TestIdp};

/// Refused on a page of ours: nothing is sent anywhere.
pub fn is_error_page(page: &Page) {
    assert_eq!(page.status, 400, "{page:?}");
    assert!(page.location().is_none() && page.has("error-page"), "{page:?}");
    assert!(
        page.title().contains("Request not valid") || page.title().contains("Demande non valide"),
        "{page:?}"
    );
}

/// Refused by a redirect to the registered address, with `state` and `iss` and never a code.
pub fn is_refused(idp: &TestIdp, page: &Page, request: &Request, errors: &[&str]) {
    assert!(page.location().is_some_and(|location| location.starts_with(CALLBACK)), "{page:?}");
    let error = page.parameter("error").unwrap_or_default();
    assert!(errors.contains(&error.as_str()), "{errors:?}: {page:?}");
    let state = request.value("state");
    assert_eq!(page.parameter("state").unwrap_or_default(), state, "{page:?}");
    assert_eq!(page.parameter("iss").as_deref(), Some(idp.issuer.as_str()), "{page:?}");
    assert_eq!(page.parameter("code"), None, "{page:?}");
}

/// Answered with a code, `state` and `iss`; the code.
pub fn code_of(idp: &TestIdp, page: &Page, request: &Request) -> String {
    let location = page.location().unwrap_or_else(|| panic!("no redirect: {page:?}"));
    assert!(location.starts_with(request.value("redirect_uri")), "{page:?}");
    assert_eq!(page.parameter("state").unwrap_or_default(), request.value("state"), "{page:?}");
    assert_eq!(page.parameter("iss").as_deref(), Some(idp.issuer.as_str()), "{page:?}");
    page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"))
}

/// Refused by the token endpoint as JSON that must not be stored.
pub fn is_oauth_error(page: &Page, status: u16, errors: &[&str]) {
    assert_eq!(page.status, status, "{page:?}");
    let error = page.json()["error"].as_str().unwrap_or_default().to_owned();
    assert!(errors.contains(&error.as_str()), "{errors:?}: {}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.body.contains("access_token"), "{}", page.body);
}
