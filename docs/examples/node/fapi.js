// A service of the profile FAPI 2.0 in one file, with openid-client: a key in place of a secret, requests that are signed
// and pushed, answers that are signed, tokens that only this service can use.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { importJWK } from 'jose';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, PRIVATE_KEY_FILE, BASE_URL } = process.env;
const REDIRECT_URI = `${BASE_URL}/callback`;

const jwk = JSON.parse(await readFile(PRIVATE_KEY_FILE, 'utf8'));
const ourKey = { key: await importJWK(jwk, jwk.alg), kid: jwk.kid };
// Plain http is for a server on this machine only.
const isLocal = new URL(ISSUER).protocol === 'http:';
const provider = await oidc.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  { id_token_signed_response_alg: 'ES256', authorization_signed_response_alg: 'ES256' },
  oidc.PrivateKeyJwt(ourKey),
  { execute: isLocal ? [oidc.allowInsecureRequests] : [] },
);
oidc.enableNonRepudiationChecks(provider);
// The answer to the browser is one signed token (JARM).
oidc.useJwtResponseMode(provider);

const pending = new Map(); // by the browser's cookie: what a sign-in under way must come back with
const sessions = new Map(); // by the browser's cookie: who is signed in

/** GET /sign-in: the request is signed and pushed; the browser brings a reference to it. */
async function signIn({ cookie }) {
  const verifier = oidc.randomPKCECodeVerifier();
  // A stolen token is of no use without this key (RFC 9449).
  const dpop = oidc.getDPoPHandle(provider, await oidc.randomDPoPKeyPair('ES256'));
  const checks = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, dpop };
  pending.set(cookie, checks);
  const request = {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email profile',
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    dpop_jkt: await dpop.calculateThumbprint(),
  };
  const signed = await oidc.buildAuthorizationUrlWithJAR(provider, request, ourKey);
  const reference = await oidc.buildAuthorizationUrlWithPAR(provider, signed.searchParams, { DPoP: dpop });
  return redirect(reference.href);
}

/** GET /callback: back with a signed answer. */
async function callback({ cookie, url }) {
  const checks = pending.get(cookie);
  if (!checks) return json(400, { error: 'no sign-in is under way in this browser' });
  pending.delete(cookie);
  const expected = {
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    pkceCodeVerifier: checks.verifier,
    idTokenExpected: true,
  };
  const bound = { DPoP: checks.dpop };
  const tokens = await oidc.authorizationCodeGrant(provider, url, expected, undefined, bound);
  const claims = tokens.claims();
  const userinfo = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub, bound);
  const fresh = randomUUID();
  sessions.delete(cookie);
  sessions.set(fresh, { claims, userinfo, token_type: tokens.token_type });
  return { ...redirect('/'), cookie: fresh };
}

/** GET /: who is signed in. */
async function home({ cookie }) {
  return json(200, sessions.get(cookie) ?? { sign_in: '/sign-in' });
}

const routes = { 'GET /': home, 'GET /sign-in': signIn, 'GET /callback': callback };

const json = (status, value) => ({ status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });
const redirect = (location) => ({ status: 303, body: '', headers: { location } });

const server = createServer(async (request, response) => {
  const url = new URL(request.url, BASE_URL);
  const cookie = /(?:^|; )example_fapi=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomUUID();
  const handler = routes[`${request.method} ${url.pathname}`];
  let answer;
  try {
    answer = handler ? await handler({ cookie, url }) : json(404, { error: 'no such page' });
  } catch (error) {
    // `error.error` is the identity server's code, such as access_denied or invalid_grant.
    console.error(error);
    answer = json(400, { error: error.error ?? error.code ?? 'sign-in failed' });
  }
  const secure = isLocal ? '' : '; Secure';
  response.writeHead(answer.status, {
    ...answer.headers,
    'cache-control': 'no-store',
    'set-cookie': `example_fapi=${answer.cookie ?? cookie}; HttpOnly; Path=/; SameSite=Lax${secure}`,
  });
  response.end(answer.body);
});
server.listen(Number(new URL(BASE_URL).port), '127.0.0.1', () => console.log(`listening at ${BASE_URL}`));
