//! A service of the FAPI 2.0 profile from the push to the refresh, as the OpenID Foundation's suite walks it: pushed
//! requests, signed assertions, DPoP.

use crate::asserts::{code_of, is_oauth_error};
use idp_domain::signing_key::SigningAlgorithm::Es256;
use idp_tests::idp::keys::{assertion_claims, inline_jwks, proof_claims};
use idp_tests::idp::page::encode;
use idp_tests::idp::pushed::by_reference;
use idp_tests::idp::service::redemption;
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Account, ClientKey, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    fapi2_security_profile_final_refresh_token
}

/// A service of the profile, its keys, and a person.
struct Scene {
    idp: TestIdp,
    service: Service,
    key: ClientKey,
    visitor: Visitor,
    account: Account,
}

impl Scene {
    async fn at(database: Database) -> Self {
        let idp = TestIdp::start(database).await;
        let key = ClientKey::new(Es256);
        let service = register(&idp, &key).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, service, key, visitor, account }
    }

    /// Sends a form with an assertion by `signer` and, if there is a key, a proof by it.
    async fn call(
        &self,
        path: &str,
        (service, signer): (&Service, &ClientKey),
        proof: Option<&ClientKey>,
        fields: &[(String, String)],
    ) -> Page {
        let claims = assertion_claims(service.client.id.as_str(), &self.idp.issuer, self.idp.now());
        let assertion = signer.sign(&claims);
        let mut fields = fields.to_vec();
        fields.push((
            "client_assertion_type".into(),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".into(),
        ));
        fields.push(("client_assertion".into(), assertion));
        let url = format!("{}{path}", self.idp.issuer);
        let mut request = self.idp.http().post(&url).header("Content-Type", FORM).body(encode(&fields));
        if let Some(key) = proof {
            request = request.header("DPoP", key.proof(&proof_claims("POST", &url, self.idp.now())));
        }
        page_of(request.send().await.unwrap()).await
    }

    fn me(&self) -> (&Service, &ClientKey) {
        (&self.service, &self.key)
    }

    async fn refresh(&self, who: (&Service, &ClientKey), proof: Option<&ClientKey>, token: &str) -> Page {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let fields: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.call("/token", who, proof, &fields).await
    }
}

async fn register(idp: &TestIdp, key: &ClientKey) -> Service {
    let lines = format!(
        "profile = \"fapi2\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n\
         grant_types = [\"authorization_code\", \"refresh_token\"]\n{}",
        inline_jwks(&[key])
    );
    idp.service_with(&lines).await
}

async fn fapi2_security_profile_final_refresh_token(database: Database) {
    let scene = Scene::at(database).await;
    let sender = ClientKey::new(Es256);
    let request =
        Request::new(scene.service.client.id.as_str(), scene.service.client.redirect_uris[0].as_str());
    let pushed = scene.call("/par", scene.me(), Some(&sender), &request.parameters).await;
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let reference = by_reference(&scene.service, pushed.json()["request_uri"].as_str().unwrap());
    let answer = scene.idp.authorize(&scene.visitor, &reference, &scene.account).await;
    let code = code_of(&scene.idp, &answer, &request);
    let fields: Vec<_> =
        redemption(&request, &code).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let tokens = scene.call("/token", scene.me(), Some(&sender), &fields).await;
    assert_eq!((tokens.status, &tokens.json()["token_type"]), (200, &"DPoP".into()), "{}", tokens.body);
    let token = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
    // FAPI 2.0 Security Profile 5.3.2.1: no rotation; so the same token again, whenever.
    for _ in 0..3 {
        scene.idp.advance(Duration::from_mins(5));
        let answer = scene.refresh(scene.me(), Some(&sender), &token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["refresh_token"], token.as_str());
    }
    // It needs its client, a proof, and an assertion by that client's key.
    is_oauth_error(&scene.refresh(scene.me(), None, &token).await, 400, &["invalid_dpop_proof"]);
    let other_key = ClientKey::new(Es256);
    let other = register(&scene.idp, &other_key).await;
    let stolen = scene.refresh((&other, &other_key), Some(&sender), &token).await;
    is_oauth_error(&stolen, 400, &["invalid_grant"]);
    let forged = scene.refresh((&scene.service, &other_key), Some(&sender), &token).await;
    is_oauth_error(&forged, 401, &["invalid_client"]);
    // RFC 9449 section 5: a confidential client's is bound to the client, so its key may be changed; the new access token
    // is bound to the new key.
    let fresh = ClientKey::new(Es256);
    let answer = scene.refresh(scene.me(), Some(&fresh), &token).await;
    assert_eq!((answer.status, &answer.json()["token_type"]), (200, &"DPoP".into()), "{}", answer.body);
}
