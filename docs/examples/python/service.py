"""A relying service in one file, with Authlib and Flask: sign-in, userinfo, refresh, and signing out both ways.

Sessions are kept in memory here; keep yours where every process of your service finds them.
"""

import os
import secrets
from urllib.parse import urlparse

import requests
from authlib.integrations.flask_client import OAuth, OAuthError
from flask import Flask, redirect, request, session
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

ISSUER, BASE_URL = os.environ["ISSUER"], os.environ["BASE_URL"]
CLIENT_ID, CLIENT_SECRET = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
ID_TOKEN_ALG = os.environ.get("ID_TOKEN_ALG", "ES256")
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ.get("SESSION_SECRET") or secrets.token_bytes(32),
    SESSION_COOKIE_NAME="example_python",
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=BASE_URL.startswith("https:"),
)
provider = OAuth(app).register(
    "ontario",
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={
        "scope": "openid email profile",
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": "client_secret_basic",
        "default_timeout": 10,
    },
)
signed_in = {}  # by the browser's cookie: who is signed in


@app.get("/")
def home():
    """Who is signed in."""
    person = signed_in.get(session.get("key"))
    if person is None:
        return {"sign_in": "/sign-in"}
    return {"claims": person["claims"], "userinfo": person["userinfo"]}


@app.get("/sign-in")
def sign_in():
    """To the identity server; the library keeps state, nonce and the PKCE verifier in the browser's cookie."""
    extra = {"ui_locales": request.args["lang"]} if "lang" in request.args else {}
    return provider.authorize_redirect(f"{BASE_URL}/callback", **extra)


@app.get("/callback")
def callback():
    """Back with a code, or with an error."""
    # RFC 9207; the library doesn't look at it.
    if request.args.get("iss") != ISSUER:
        return {"error": "this answer is not from our identity server"}, 400
    # Checks `state` and `error`, redeems the code, and verifies the ID token with its `nonce`.
    tokens = provider.authorize_access_token()
    claims = dict(tokens.pop("userinfo"))
    userinfo = dict(provider.userinfo(token=tokens))
    # OIDC Core 5.3.2: userinfo must be about the same person.
    if userinfo["sub"] != claims["sub"]:
        return {"error": "userinfo is about somebody else"}, 400
    # A new session at every sign-in: nobody can have planted it.
    session.clear()
    session["key"] = secrets.token_urlsafe(32)
    signed_in[session["key"]] = {"claims": claims, "userinfo": userinfo, "tokens": tokens}
    return redirect("/", 303)


@app.post("/refresh")
def refresh():
    """New tokens for somebody who is still at work here."""
    person = signed_in.get(session.get("key"))
    if person is None or "refresh_token" not in person["tokens"]:
        return {"error": "nothing to refresh"}, 409
    old = person["tokens"]
    tokens = provider.fetch_access_token(grant_type="refresh_token", refresh_token=old["refresh_token"])
    # Each refresh token is good once: keep the new one.
    person["tokens"] = {**old, **tokens, "id_token": old["id_token"]}
    person["userinfo"] = dict(provider.userinfo(token=person["tokens"]))
    return {"refreshed": True}


@app.post("/sign-out")
def sign_out():
    """Here first, then at the identity server."""
    person = signed_in.pop(session.pop("key", None), None)
    if person is None:
        return redirect("/", 303)
    answer = provider.logout_redirect(f"{BASE_URL}/", id_token_hint=person["tokens"]["id_token"])
    answer.status_code = 303
    return answer


@app.post("/backchannel-logout")
def backchannel_logout():
    """The identity server says that a session ended."""
    token = read_logout_token(request.form.get("logout_token", ""))
    for key, person in list(signed_in.items()):
        name = "sid" if "sid" in token else "sub"
        if person["claims"].get(name) == token[name]:
            signed_in.pop(key, None)
    return {}, 200, {"Cache-Control": "no-store"}


def read_logout_token(text):
    """Verifies a logout token (OIDC Back-Channel Logout section 2.6); its claims."""
    try:
        token = jwt.decode(text, KeySet.import_key_set(provider.fetch_jwk_set()), algorithms=[ID_TOKEN_ALG])
    except InvalidKeyIdError:
        # The keys have been changed since we read them.
        keys = KeySet.import_key_set(provider.fetch_jwk_set(force=True))
        token = jwt.decode(text, keys, algorithms=[ID_TOKEN_ALG])
    rules = jwt.JWTClaimsRegistry(
        leeway=60,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": CLIENT_ID},
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
    )
    rules.validate(token.claims)
    claims = token.claims
    is_logout = token.header.get("typ") == "logout+jwt" and LOGOUT_EVENT in claims.get("events", {})
    if not is_logout or "nonce" in claims or not ("sid" in claims or "sub" in claims):
        raise ValueError("not a logout token")
    return claims


@app.errorhandler(OAuthError)
def refused(problem):
    """`problem.error` is the identity server's code, such as access_denied or invalid_grant."""
    return {"error": problem.error}, 400


@app.errorhandler(JoseError)
@app.errorhandler(ValueError)
def unsound(problem):
    """A token that doesn't verify."""
    app.logger.warning("refused: %s", problem)
    return {"error": "this token is not sound"}, 400


@app.errorhandler(requests.RequestException)
def away(problem):
    """The identity server can't be reached, or refuses the access token."""
    app.logger.warning("the identity server: %s", problem)
    return {"error": "try again in a moment"}, 502


if __name__ == "__main__":
    # For development; in production serve `app` with gunicorn or the like.
    app.run(host="127.0.0.1", port=urlparse(BASE_URL).port)
