//! A real relying party by a library of others: `openidconnect` discovers, asks, redeems and verifies.

use idp_tests::idp::visitor::page_of;
use idp_tests::idp::{Database, TestIdp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse, http,
};

/// The library's requests by this test's client.
async fn call(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, http::Error> {
    let (parts, body) = request.into_parts();
    let request = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
    let page = page_of(request.send().await.unwrap()).await;
    let mut response = http::Response::builder().status(page.status);
    for (name, value) in &page.headers {
        response = response.header(name, value);
    }
    response.body(page.body.into_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oidcc_server_a_library_of_others_signs_a_person_in() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let service = idp.service_with("grant_types = [\"authorization_code\", \"refresh_token\"]\n").await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let client = idp.http().clone();
    let http = move |request| call(client.clone(), request);
    let issuer = IssuerUrl::new(idp.issuer.clone()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
    let redirect = RedirectUrl::new(service.client.redirect_uris[0].as_str().to_owned()).unwrap();
    let id = ClientId::new(service.client.id.to_string());
    let secret = Some(ClientSecret::new(service.secret.clone()));
    let party = CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(redirect);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = party
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".into()))
        .set_pkce_challenge(challenge)
        .url();
    let visitor = idp.visitor();
    let page = visitor.follow(visitor.get(url.as_str()).await).await;
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = visitor.follow(visitor.submit(&page, "f", &typed).await).await;
    assert_eq!(answer.parameter("state").as_ref(), Some(state.secret()));
    let code = AuthorizationCode::new(answer.parameter("code").unwrap());
    let tokens =
        party.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&http).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    let verifying = party.id_token_verifier();
    let claims = id_token.claims(&verifying, &nonce).unwrap();
    assert_eq!(claims.issuer().as_str(), idp.issuer);
    let expected = claims.access_token_hash().unwrap();
    let (algorithm, key) = (id_token.signing_alg().unwrap(), id_token.signing_key(&verifying).unwrap());
    assert_eq!(&AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap(), expected);
    let subject = claims.subject().clone();
    let asked = party.user_info(tokens.access_token().clone(), Some(subject)).unwrap();
    let person: CoreUserInfoClaims = asked.request_async(&http).await.unwrap();
    assert_eq!(person.email().unwrap().as_str(), "person@example.test");
    assert!(id_token.claims(&verifying, &Nonce::new("another".into())).is_err());
    // And refreshes: the library takes an ID token without a nonce then (OIDC Core 12.2).
    let refresh = tokens.refresh_token().unwrap();
    let next = party.exchange_refresh_token(refresh).unwrap().request_async(&http).await.unwrap();
    assert_ne!(next.refresh_token().unwrap().secret(), refresh.secret());
    let without_nonce = |nonce: Option<&Nonce>| match nonce {
        None => Ok(()),
        Some(_) => Err("a nonce".to_owned()),
    };
    let refreshed = next.id_token().unwrap().claims(&verifying, without_nonce).unwrap();
    assert_eq!((refreshed.subject(), refreshed.auth_time()), (claims.subject(), claims.auth_time()));
}
