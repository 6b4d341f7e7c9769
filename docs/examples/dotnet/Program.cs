// ASP.NET Core 9 or 10 with Microsoft.AspNetCore.Authentication.OpenIdConnect: sign-in and signing out. Not run here.
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
builder.Services.AddAuthorization();
builder.Services
    .AddAuthentication(options =>
    {
        options.DefaultScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.DefaultChallengeScheme = OpenIdConnectDefaults.AuthenticationScheme;
    })
    .AddCookie(options =>
    {
        options.Cookie.Name = "example_dotnet";
        options.ExpireTimeSpan = TimeSpan.FromMinutes(15);
    })
    .AddOpenIdConnect(options =>
    {
        options.Authority = settings["ISSUER"];
        // Plain http is for a server on this machine only.
        options.RequireHttpsMetadata = settings["ISSUER"]!.StartsWith("https:");
        options.ClientId = settings["CLIENT_ID"];
        // Sent in the form: register token_endpoint_auth_method = "client_secret_post".
        options.ClientSecret = settings["CLIENT_SECRET"];
        options.ResponseType = OpenIdConnectResponseType.Code; // with PKCE, which is on by default
        // With form_post, the default here, the cookies of a sign-in under way are SameSite=None and need https.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.Scope.Clear();
        foreach (var scope in new[] { "openid", "email", "profile" }) options.Scope.Add(scope);
        options.MapInboundClaims = false; // `sub` stays `sub`
        options.TokenValidationParameters.NameClaimType = "sub";
        options.TokenValidationParameters.ValidAlgorithms = ["ES256"];
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.MapJsonKey("email", "email");
        options.SaveTokens = true; // the ID token is the hint when signing out
        options.DisableTelemetry = true;
        options.CallbackPath = "/callback"; // one of the redirect_uris
        options.SignedOutCallbackPath = "/signed-out"; // one of the post_logout_redirect_uris
    });

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapGet("/", (HttpContext context) => context.User.Identity!.IsAuthenticated
    ? Results.Json(context.User.Claims.Select(claim => new { claim.Type, claim.Value }))
    : Results.Json(new { sign_in = "/sign-in" }));
app.MapGet("/sign-in", () => Results.Challenge(new AuthenticationProperties { RedirectUri = "/" }));
app.MapPost("/sign-out", () => Results.SignOut(
    new AuthenticationProperties { RedirectUri = "/" },
    [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
app.Run();
