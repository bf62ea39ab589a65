using ModelContextProtocol.Authentication;
using Sanctum.Configurator.Platform.Secrets;
using Sanctum.Configurator.Registry.McpServers;

namespace Sanctum.Configurator.Features.McpServers.Saved;

/// <summary>
/// The tokens of a server for one user, or for everybody, sealed in the registry. A user's own are used before everybody's, and what is renewed
/// is kept where it was.
/// </summary>
/// <param name="isNew">Somebody has just signed in: what he gets is kept for whom he said, whoever else has signed in.</param>
internal sealed class McpStoredTokens(IServiceScopeFactory scopes, SecretBox secrets, int serverId, int? userId, bool isNew = false)
    : ITokenCache
{
    public async ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await OpenAsync(scope, cancellationToken);
        return await FindAsync(registry, cancellationToken) is { } row ? Read(row) : null;
    }

    public async ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var registry = await OpenAsync(scope, cancellationToken);
        await registry.BeginWritingAsync(cancellationToken);
        if (!await registry.McpServers.AnyAsync(s => s.Id == serverId, cancellationToken))
        {
            return;
        }

        if (await FindAsync(registry, cancellationToken) is not { } row)
        {
            row = new()
            {
                ServerId = serverId,
                UserId = userId,
                Issuer = "",
                ClientId = "",
            };
            registry.Add(row);
            await registry.SaveChangesAsync(cancellationToken);
        }

        (row.Issuer, row.ClientId) = (Cut(tokens.AuthorizationServer, 500), Cut(tokens.ClientId, 500));
        (row.Scopes, row.ExpiresAt) = (
            Cut(tokens.Scope, 2000),
            tokens.ExpiresIn is { } seconds ? tokens.ObtainedAt.AddSeconds(seconds) : null
        );
        row.Tokens = secrets.Seal(JsonSerializer.Serialize(tokens), PlaceOf(row.Id));
        await registry.SaveChangesAsync(cancellationToken);
        await registry.CommitWritingAsync(cancellationToken);
    }

    private static async Task<RegistryDbContext> OpenAsync(AsyncServiceScope scope, CancellationToken cancel) =>
        await scope.ServiceProvider.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(cancel);

    private async Task<McpToken?> FindAsync(RegistryDbContext registry, CancellationToken cancel) =>
        await registry
            .McpTokens.Where(t => t.ServerId == serverId && (t.UserId == userId || (!isNew && t.UserId == null)))
            .OrderBy(t => t.UserId == null ? 1 : 0)
            .FirstOrDefaultAsync(cancel);

    /// <summary>What can't be opened is as if nobody was signed in.</summary>
    private TokenContainer? Read(McpToken row)
    {
        try
        {
            return secrets.Open(row.Tokens, PlaceOf(row.Id)) is { } json ? JsonSerializer.Deserialize<TokenContainer>(json) : null;
        }
        catch (Exception e) when (e is SecretUnreadableException or JsonException)
        {
            return null;
        }
    }

    private static string Cut(string? text, int most) =>
        text is null ? ""
        : text.Length > most ? text[..most]
        : text;

    private static SecretPlace PlaceOf(int id) => new("mcp_tokens", "tokens", id.ToString(CultureInfo.InvariantCulture));
}
