using ModelContextProtocol.Authentication;

namespace Sanctum.Configurator.Features.McpServers.Client;

/// <summary>
/// How somebody signs in to a server. The protocol's library finds out who gives tokens (protected-resource metadata), checks the issuer, uses
/// the client's metadata document, else registers the client, with PKCE, and renews tokens.
/// </summary>
/// <param name="Tokens">Where tokens are kept.</param>
/// <param name="Redirect">Where whoever signed in comes back to.</param>
/// <param name="Document">The client's metadata document; null where the console can't be reached by others over https.</param>
/// <param name="StepUp">Told of the rights that the server asks for beyond those of the sign-in; whoever signs in anew asks for them too.</param>
/// <param name="Ask">Sends a person to sign in; null where nobody is there, so that only what is kept is used.</param>
internal sealed record McpOAuth(
    ITokenCache Tokens,
    Uri Redirect,
    Uri? Document,
    Func<AuthorizationCallbackContext, CancellationToken, Task<AuthorizationResult?>>? Ask,
    McpStepUp StepUp
)
{
    private const string ClientName = "Sanctum Configurator";

    /// <summary>Null where nobody is signed in, nor there to do so: the server is asked without a token.</summary>
    public async Task<ClientOAuthOptions?> OptionsAsync(CancellationToken cancel) =>
        Ask is null && await Tokens.GetTokensAsync(cancel) is null
            ? null
            : new()
            {
                RedirectUri = Redirect,
                ClientMetadataDocumentUri = Document,
                TokenCache = Tokens,
                AuthorizationCallbackHandler = Ask ?? ((_, _) => Task.FromResult<AuthorizationResult?>(null)),
                DynamicClientRegistration = new() { ClientName = ClientName },
                ScopeSelector = WithNeeded,
            };

    private IEnumerable<string>? WithNeeded(IReadOnlyCollection<string>? proposed) =>
        StepUp.Scopes is { Length: > 0 } needed
            ? (proposed ?? []).Union(needed.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal)
            : proposed;
}
