//! The OpenID Foundation's conformance modules for providers (suite 5.2.4), by certification plan.

/// Whether a module is answered by a test of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// By one that carries its name.
    ByATest,
    /// It can't run against this server, and why.
    NotHere(&'static str),
}

/// One module.
pub struct Module {
    /// Its name in the suite.
    pub name: &'static str,
    /// Whether a test of ours answers it.
    pub kept: Kept,
}

const fn tested(name: &'static str) -> Module {
    Module { name, kept: Kept::ByATest }
}

const fn not_here(name: &'static str, why: &'static str) -> Module {
    Module { name, kept: Kept::NotHere(why) }
}

const NO_NONE: &str = "the suite skips it: `none` is not offered";
const OTHER_COUNTRY: &str = "another ecosystem's variant; the plain FAPI plan doesn't run it";

/// A certification plan and its modules.
pub struct Plan {
    /// Its name in the suite.
    pub name: &'static str,
    /// What it runs.
    pub modules: &'static [Module],
}

/// Every plan that this server is meant to hold.
pub const PLANS: &[Plan] = &[
    Plan { name: "oidcc-basic-certification-test-plan, and with form_post", modules: BASIC },
    Plan {
        name: "oidcc-config-certification-test-plan",
        modules: &[tested("oidcc-discovery-endpoint-verification")],
    },
    Plan { name: "oidcc-rp-initiated-logout-certification-test-plan", modules: RP_LOGOUT },
    Plan {
        name: "oidcc-backchannel-rp-initiated-logout-certification-test-plan",
        modules: &[
            tested("oidcc-backchannel-logout-discovery-endpoint-verification"),
            tested("oidcc-backchannel-rp-initiated-logout"),
        ],
    },
    Plan {
        name: "oidcc-frontchannel-rp-initiated-logout-certification-test-plan",
        modules: &[
            tested("oidcc-frontchannel-logout-discovery-endpoint-verification"),
            tested("oidcc-frontchannel-rp-initiated-logout"),
        ],
    },
    Plan { name: "oidcc-dynamic-certification-test-plan", modules: DYNAMIC },
    Plan { name: "fapi2-security-profile-final-test-plan", modules: FAPI2 },
    Plan {
        name: "fapi2-message-signing-final-test-plan, on top of the one before",
        modules: MESSAGE_SIGNING,
    },
];

const BASIC: &[Module] = &[
    tested("oidcc-server"),
    tested("oidcc-response-type-missing"),
    tested("oidcc-idtoken-signature"),
    not_here("oidcc-idtoken-unsigned", NO_NONE),
    tested("oidcc-userinfo-get"),
    tested("oidcc-userinfo-post-header"),
    tested("oidcc-userinfo-post-body"),
    tested("oidcc-ensure-request-without-nonce-succeeds-for-code-flow"),
    tested("oidcc-scope-profile"),
    tested("oidcc-scope-email"),
    tested("oidcc-scope-address"),
    tested("oidcc-scope-phone"),
    tested("oidcc-scope-all"),
    tested("oidcc-alternate-happy-flow"),
    tested("oidcc-display-page"),
    tested("oidcc-display-popup"),
    tested("oidcc-prompt-login"),
    tested("oidcc-prompt-none-not-logged-in"),
    tested("oidcc-prompt-none-logged-in"),
    tested("oidcc-max-age-1"),
    tested("oidcc-max-age-10000"),
    tested("oidcc-ensure-request-with-unknown-parameter-succeeds"),
    tested("oidcc-id-token-hint"),
    tested("oidcc-login-hint"),
    tested("oidcc-ui-locales"),
    tested("oidcc-claims-locales"),
    tested("oidcc-ensure-request-with-acr-values-succeeds"),
    tested("oidcc-codereuse"),
    tested("oidcc-codereuse-30seconds"),
    tested("oidcc-ensure-registered-redirect-uri"),
    tested("oidcc-ensure-post-request-succeeds"),
    tested("oidcc-server-client-secret-post"),
    tested("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported"),
    tested("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported"),
    tested("oidcc-claims-essential"),
    tested("oidcc-ensure-request-object-with-redirect-uri"),
    tested("oidcc-refresh-token"),
    tested("oidcc-ensure-request-with-valid-pkce-succeeds"),
];

const RP_LOGOUT: &[Module] = &[
    tested("oidcc-rp-initiated-logout-discovery-endpoint-verification"),
    tested("oidcc-rp-initiated-logout"),
    tested("oidcc-rp-initiated-logout-no-state"),
    tested("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri"),
    tested("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri"),
    tested("oidcc-rp-initiated-logout-modified-id-token-hint"),
    tested("oidcc-rp-initiated-logout-bad-id-token-hint"),
    tested("oidcc-rp-initiated-logout-no-id-token-hint"),
    tested("oidcc-rp-initiated-logout-no-params"),
    tested("oidcc-rp-initiated-logout-no-post-logout-redirect-uri"),
    tested("oidcc-rp-initiated-logout-only-state"),
];

const DYNAMIC: &[Module] = &[
    tested("oidcc-discovery-endpoint-verification"),
    tested("oidcc-server"),
    tested("oidcc-idtoken-rs256"),
    not_here("oidcc-idtoken-unsigned", NO_NONE),
    tested("oidcc-userinfo-rs256"),
    tested("oidcc-ensure-redirect-uri-in-authorization-request"),
    tested("oidcc-redirect-uri-query-OK"),
    tested("oidcc-redirect-uri-query-mismatch"),
    tested("oidcc-redirect-uri-query-added"),
    tested("oidcc-redirect-uri-regfrag"),
    tested("oidcc-registration-logo-uri"),
    tested("oidcc-registration-policy-uri"),
    tested("oidcc-registration-tos-uri"),
    tested("oidcc-registration-jwks-uri"),
    tested("oidcc-registration-sector-uri"),
    tested("oidcc-registration-sector-bad"),
    tested("oidcc-server-rotate-keys"),
    tested("oidcc-refresh-token-rp-key-rotation"),
    not_here("oidcc-request-uri-unsigned", NO_NONE),
    tested("oidcc-request-uri-signed-rs256"),
    tested("oidcc-ensure-request-object-with-redirect-uri"),
    tested("oidcc-refresh-token"),
    tested("oidcc-ensure-client-assertion-with-iss-aud-succeeds"),
];

const FAPI2: &[Module] = &[
    tested("fapi2-security-profile-final-discovery-end-point-verification"),
    tested("fapi2-security-profile-final-happy-flow"),
    tested("fapi2-security-profile-final-user-rejects-authentication"),
    tested("fapi2-security-profile-final-ensure-authorization-request-without-state-success"),
    tested("fapi2-security-profile-final-ensure-authorization-request-without-nonce-success"),
    tested("fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success"),
    tested("fapi2-security-profile-final-ensure-authorization-request-with-long-nonce"),
    tested("fapi2-security-profile-final-ensure-authorization-request-with-long-state"),
    tested("fapi2-security-profile-final-ensure-other-scope-order-succeeds"),
    tested("fapi2-security-profile-final-test-claims-parameter-identity-claims"),
    tested("fapi2-security-profile-final-access-token-type-header-case-sensitivity"),
    tested("fapi2-security-profile-final-check-dpop-proof-nbf-exp"),
    tested("fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds"),
    tested("fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds"),
    tested("fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails"),
    tested("fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt"),
    tested("fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt"),
    tested("fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success"),
    tested("fapi2-security-profile-final-ensure-dpop-auth-code-binding-success"),
    tested("fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object"),
    tested("fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object"),
    tested("fapi2-security-profile-final-state-only-outside-request-object-not-used"),
    tested("fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails"),
    tested("fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request"),
    tested("fapi2-security-profile-final-ensure-registered-redirect-uri"),
    not_here(
        "fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri",
        "it tolerates what this server never does: an address that nobody registered is refused",
    ),
    tested("fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails"),
    tested("fapi2-security-profile-final-ensure-response-type-code-idtoken-fails"),
    tested("fapi2-security-profile-final-ensure-response-type-token-fails"),
    tested("fapi2-security-profile-final-ensure-client-id-in-token-endpoint"),
    tested("fapi2-security-profile-final-ensure-holder-of-key-required"),
    tested("fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client"),
    tested("fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second"),
    tested("fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code"),
    tested("fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails"),
    tested("fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint"),
    tested("fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails"),
    tested("fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails"),
    tested("fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails"),
    tested("fapi2-security-profile-final-dpop-negative-tests"),
    tested("fapi2-security-profile-final-refresh-token"),
    not_here("fapi2-security-profile-final-ensure-server-handles-non-matching-intent-id", OTHER_COUNTRY),
    not_here("fapi2-security-profile-final-test-essential-acr-sca-claim", OTHER_COUNTRY),
    not_here("fapi2-security-profile-final-brazil-ensure-bad-payment-signature-fails", OTHER_COUNTRY),
    not_here("fapi2-security-profile-final-australia-connectid-ensure-invalid-purpose-fails", OTHER_COUNTRY),
    not_here(
        "fapi2-security-profile-final-australia-connectid-test-claims-parameter-idtoken-identity-claims",
        OTHER_COUNTRY,
    ),
    tested("fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"),
    tested("fapi2-security-profile-final-par-attempt-reuse-request_uri"),
    tested("fapi2-security-profile-final-par-attempt-to-use-expired-request_uri"),
    tested("fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client"),
    tested(
        "fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted",
    ),
    tested(
        "fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails",
    ),
    tested("fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param"),
    tested("fapi2-security-profile-final-par-attempt-invalid-http-method"),
    tested("fapi2-security-profile-final-par-ensure-pkce-required"),
    tested("fapi2-security-profile-final-par-plain-pkce-rejected"),
    tested("fapi2-security-profile-final-ensure-pkce-code-verifier-required"),
    tested("fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected"),
    tested("fapi2-security-profile-final-par-without-duplicate-parameters"),
    tested("fapi2-security-profile-final-par-test-array-as-audience-fails"),
    tested("fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails"),
    tested("fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails"),
];

const MESSAGE_SIGNING: &[Module] = &[
    tested("fapi2-security-profile-final-ensure-request-object-with-multiple-aud-succeeds"),
    tested("fapi2-security-profile-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted"),
    tested("fapi2-security-profile-final-ensure-request-object-without-exp-fails"),
    tested("fapi2-security-profile-final-ensure-request-object-without-nbf-fails"),
    tested("fapi2-security-profile-final-ensure-expired-request-object-fails"),
    tested("fapi2-security-profile-final-ensure-request-object-with-bad-aud-fails"),
    tested("fapi2-security-profile-final-ensure-request-object-with-exp-over-60-fails"),
    tested("fapi2-security-profile-final-ensure-request-object-with-nbf-over-60-fails"),
    not_here(
        "fapi2-security-profile-final-australia-connectid-ensure-request-object-with-exp-over-10-fails",
        OTHER_COUNTRY,
    ),
    not_here(
        "fapi2-security-profile-final-australia-connectid-ensure-request-object-with-nbf-over-15-fails",
        OTHER_COUNTRY,
    ),
    tested("fapi2-security-profile-final-ensure-signed-request-object-with-RS256-fails"),
    tested("fapi2-security-profile-final-ensure-request-object-signature-algorithm-is-not-none"),
    tested("fapi2-security-profile-final-ensure-request-object-with-invalid-signature-fails"),
    tested("fapi2-security-profile-final-ensure-matching-key-in-authorization-request"),
    tested("fapi2-security-profile-final-ensure-unsigned-request-at-par-endpoint-fails"),
    tested("fapi2-security-profile-final-par-authorization-request-containing-request_uri"),
];
