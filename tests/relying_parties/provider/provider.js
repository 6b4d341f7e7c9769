// An OpenID provider that others wrote (oidc-provider), as a sign-in partner: pairwise identifiers, PKCE, its own test pages.
import { createHash } from "node:crypto";
import { Provider } from "oidc-provider";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, JWKS } = process.env;
const client = {
  client_id: CLIENT_ID,
  redirect_uris: [REDIRECT_URI],
  response_types: ["code"],
  grant_types: ["authorization_code"],
  subject_type: "pairwise",
  ...(JWKS
    ? { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "ES256", jwks: JSON.parse(JWKS) }
    : { token_endpoint_auth_method: "client_secret_basic", client_secret: CLIENT_SECRET }),
};
const provider = new Provider(ISSUER, {
  clients: [client],
  subjectTypes: ["pairwise"],
  pairwiseIdentifier: (ctx, account, { clientId }) =>
    createHash("sha256").update(`${account}\n${clientId}`).digest("base64url"),
  pkce: { required: () => true },
  cookies: { keys: ["a key of a test"] },
});
provider.on("server_error", (ctx, error) => console.error(error));
provider.listen(new URL(ISSUER).port, "127.0.0.1");
