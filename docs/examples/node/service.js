// A relying service in one file, with openid-client: sign-in, userinfo, refresh, and signing out both ways.
// Sessions are kept in memory here; keep yours where every instance of your service finds them.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, BASE_URL, ID_TOKEN_ALG = 'ES256' } = process.env;
const REDIRECT_URI = `${BASE_URL}/callback`;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

// Plain http is for a server on this machine only.
const isLocal = new URL(ISSUER).protocol === 'http:';
const provider = await oidc.discovery(
  new URL(ISSUER),
  CLIENT_ID,
  { id_token_signed_response_alg: ID_TOKEN_ALG },
  oidc.ClientSecretBasic(CLIENT_SECRET),
  { execute: isLocal ? [oidc.allowInsecureRequests] : [] },
);
// Signatures of ID tokens are verified by the published keys; the library keeps them and asks again when they are old.
oidc.enableNonRepudiationChecks(provider);
const logoutKeys = createRemoteJWKSet(new URL(provider.serverMetadata().jwks_uri));

const pending = new Map(); // by the browser's cookie: what a sign-in under way must come back with
const sessions = new Map(); // by the browser's cookie: who is signed in

/** GET /sign-in: to the identity server. */
async function signIn({ cookie, url }) {
  const verifier = oidc.randomPKCECodeVerifier();
  const checks = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
  pending.set(cookie, checks);
  const request = {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email profile',
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  const language = url.searchParams.get('lang');
  if (language) request.ui_locales = language;
  return redirect(oidc.buildAuthorizationUrl(provider, request).href);
}

/** GET /callback: back with a code, or with an error. */
async function callback({ cookie, url }) {
  const checks = pending.get(cookie);
  if (!checks) return json(400, { error: 'no sign-in is under way in this browser' });
  pending.delete(cookie);
  // Checks `state`, `iss` and `error`, redeems the code, and verifies the ID token with its `nonce`.
  const tokens = await oidc.authorizationCodeGrant(provider, url, {
    expectedState: checks.state,
    expectedNonce: checks.nonce,
    pkceCodeVerifier: checks.verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const userinfo = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub);
  // A new cookie at every sign-in: nobody can have planted it.
  const fresh = randomUUID();
  sessions.delete(cookie);
  sessions.set(fresh, { claims, userinfo, tokens });
  return { ...redirect('/'), cookie: fresh };
}

/** POST /refresh: new tokens for somebody who is still at work here. */
async function refresh({ cookie }) {
  const session = sessions.get(cookie);
  if (!session?.tokens.refresh_token) return json(409, { error: 'nothing to refresh' });
  const { id_token, refresh_token } = session.tokens;
  const tokens = await oidc.refreshTokenGrant(provider, refresh_token);
  // Each refresh token is good once: keep the new one.
  session.tokens = { id_token, refresh_token, ...tokens };
  session.userinfo = await oidc.fetchUserInfo(provider, tokens.access_token, session.claims.sub);
  return json(200, { refreshed: true });
}

/** POST /sign-out: here first, then at the identity server. */
async function signOut({ cookie }) {
  const session = sessions.get(cookie);
  sessions.delete(cookie);
  if (!session) return redirect('/');
  const request = { id_token_hint: session.tokens.id_token, post_logout_redirect_uri: `${BASE_URL}/` };
  return redirect(oidc.buildEndSessionUrl(provider, request).href);
}

/** POST /backchannel-logout: the identity server says that a session ended. */
async function backchannelLogout({ body }) {
  const token = new URLSearchParams(body).get('logout_token') ?? '';
  const { payload } = await jwtVerify(token, logoutKeys, {
    issuer: ISSUER,
    audience: CLIENT_ID,
    algorithms: [ID_TOKEN_ALG],
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
  });
  if (!payload.events[LOGOUT_EVENT] || 'nonce' in payload) return json(400, { error: 'not a logout token' });
  for (const [key, { claims }] of sessions) {
    if (payload.sid ? claims.sid === payload.sid : claims.sub === payload.sub) sessions.delete(key);
  }
  return json(200, {});
}

/** GET /: who is signed in. */
async function home({ cookie }) {
  const session = sessions.get(cookie);
  return json(200, session ? { claims: session.claims, userinfo: session.userinfo } : { sign_in: '/sign-in' });
}

const routes = {
  'GET /': home,
  'GET /sign-in': signIn,
  'GET /callback': callback,
  'POST /refresh': refresh,
  'POST /sign-out': signOut,
  'POST /backchannel-logout': backchannelLogout,
};

const json = (status, value) => ({ status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } });
const redirect = (location) => ({ status: 303, body: '', headers: { location } });

const server = createServer(async (request, response) => {
  const url = new URL(request.url, BASE_URL);
  const cookie = /(?:^|; )example_node=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomUUID();
  let body = '';
  for await (const chunk of request) if ((body += chunk).length > 65536) return response.destroy();
  const handler = routes[`${request.method} ${url.pathname}`];
  let answer;
  try {
    answer = handler ? await handler({ cookie, url, body }) : json(404, { error: 'no such page' });
  } catch (error) {
    // `error.error` is the identity server's code, such as access_denied or invalid_grant.
    console.error(error);
    answer = json(400, { error: error.error ?? error.code ?? 'sign-in failed' });
  }
  const secure = isLocal ? '' : '; Secure';
  response.writeHead(answer.status, {
    ...answer.headers,
    'cache-control': 'no-store',
    'set-cookie': `example_node=${answer.cookie ?? cookie}; HttpOnly; Path=/; SameSite=Lax${secure}`,
  });
  response.end(answer.body);
});
server.listen(Number(new URL(BASE_URL).port), '127.0.0.1', () => console.log(`listening at ${BASE_URL}`));
