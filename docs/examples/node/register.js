// Registers a service by itself (RFC 7591), with an initial access token of the operator's; prints what it was given.
// Run it once: keep what it prints where secrets are kept. `registration_access_token` changes the registration later.
import * as oidc from 'openid-client';

const { ISSUER, INITIAL_ACCESS_TOKEN, BASE_URL } = process.env;
const isLocal = new URL(ISSUER).protocol === 'http:';
const registered = await oidc.dynamicClientRegistration(
  new URL(ISSUER),
  {
    client_name: 'Fishing licences',
    'client_name#fr': 'Permis de pêche',
    redirect_uris: [`${BASE_URL}/callback`],
    post_logout_redirect_uris: [`${BASE_URL}/`],
    backchannel_logout_uri: `${BASE_URL}/backchannel-logout`,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid email profile',
    id_token_signed_response_alg: 'ES256',
  },
  undefined,
  { initialAccessToken: INITIAL_ACCESS_TOKEN, execute: isLocal ? [oidc.allowInsecureRequests] : [] },
);
const { client_id, client_secret, registration_client_uri, registration_access_token } = registered.clientMetadata();
console.log(JSON.stringify({ client_id, client_secret, registration_client_uri, registration_access_token }, null, 2));
