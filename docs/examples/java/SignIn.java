// The Nimbus OAuth 2.0 SDK (com.nimbusds:oauth2-oidc-sdk 11), for a service that brings its own web framework. Not run here.
package example;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.*;
import com.nimbusds.oauth2.sdk.auth.*;
import com.nimbusds.oauth2.sdk.id.*;
import com.nimbusds.oauth2.sdk.pkce.*;
import com.nimbusds.openid.connect.sdk.*;
import com.nimbusds.openid.connect.sdk.claims.*;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;

/** What a sign-in needs: keep a {@link Pending} in the browser's session between the two steps. */
final class SignIn {
    record Pending(State state, Nonce nonce, CodeVerifier verifier) {}

    private final OIDCProviderMetadata provider;
    private final ClientSecretBasic credentials;
    private final URI callback;
    /** Keeps the keys, and reads them again for an unknown `kid`: make one, not one for each sign-in. */
    private final IDTokenValidator validator;

    SignIn(String issuer, String id, String secret, URI callback) throws Exception {
        // Discovery; the issuer is compared to the letter.
        this.provider = OIDCProviderMetadata.resolve(new Issuer(issuer));
        this.credentials = new ClientSecretBasic(new ClientID(id), new Secret(secret));
        this.callback = callback;
        this.validator = new IDTokenValidator(
            provider.getIssuer(), credentials.getClientID(), JWSAlgorithm.ES256, provider.getJWKSetURI().toURL());
    }

    /** Where the browser goes. */
    URI begin(Pending pending) {
        return new AuthenticationRequest.Builder(
                new ResponseType(ResponseType.Value.CODE), new Scope("openid", "email", "profile"),
                credentials.getClientID(), callback)
            .endpointURI(provider.getAuthorizationEndpointURI())
            .state(pending.state())
            .nonce(pending.nonce())
            .codeChallenge(pending.verifier(), CodeChallengeMethod.S256)
            .build()
            .toURI();
    }

    /** What came back to the callback, as the browser sent it. */
    UserInfo complete(URI returned, Pending pending) throws Exception {
        var answer = AuthenticationResponseParser.parse(returned);
        // RFC 9207 and OpenID Connect: ours, and for this browser.
        if (!provider.getIssuer().equals(answer.getIssuer()) || !pending.state().equals(answer.getState())) {
            throw new GeneralException("this answer is not for this browser");
        }
        if (!answer.indicatesSuccess()) {
            throw new GeneralException(answer.toErrorResponse().getErrorObject());
        }
        var code = answer.toSuccessResponse().getAuthorizationCode();
        var grant = new AuthorizationCodeGrant(code, callback, pending.verifier());
        var request = new TokenRequest(provider.getTokenEndpointURI(), credentials, grant);
        var reply = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
        if (!reply.indicatesSuccess()) {
            throw new GeneralException(reply.toErrorResponse().getErrorObject());
        }
        var tokens = ((OIDCTokenResponse) reply.toSuccessResponse()).getOIDCTokens();
        // Signature, issuer, audience, times and nonce.
        var claims = validator.validate(tokens.getIDToken(), pending.nonce());
        var asked = new UserInfoRequest(provider.getUserInfoEndpointURI(), tokens.getBearerAccessToken());
        var person = UserInfoResponse.parse(asked.toHTTPRequest().send()).toSuccessResponse().getUserInfo();
        // OIDC Core 5.3.2: it must be about the same person.
        if (!person.getSubject().equals(claims.getSubject())) {
            throw new GeneralException("userinfo is about somebody else");
        }
        return person;
    }
}
