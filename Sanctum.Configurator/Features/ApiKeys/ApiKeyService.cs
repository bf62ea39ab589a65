using System.Linq.Expressions;
using System.Security.Claims;
using Sanctum.Configurator.Registry.Data.History;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.ApiKeys;

/// <summary>Makes, lists, revokes and recognizes API keys. Everybody handles his own only.</summary>
public sealed partial class ApiKeyService(
    IDbContextFactory<RegistryDbContext> registries,
    KeptReadings<string, KnownKey> known,
    CurrentUser caller,
    TimeProvider clock,
    ILogger<ApiKeyService> log
)
{
    private static readonly TimeSpan UsedEvery = TimeSpan.FromMinutes(1);

    /// <summary>Revokes the keys of a user who goes; saved with whatever else the unit of work holds.</summary>
    internal static async Task RemoveOfUserAsync(RegistryDbContext registry, int userId, CancellationToken cancel) =>
        registry.ApiKeys.RemoveRange(await registry.ApiKeys.Where(k => k.UserId == userId).ToListAsync(cancel));

    /// <summary>The caller's keys, the newest first.</summary>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owner = caller.Id;
        return
        [
            .. (
                await registry.ApiKeys.AsNoTracking().Where(k => k.UserId == owner).OrderByDescending(k => k.Id).ToListAsync(cancel)
            ).Select(RowOf),
        ];
    }

    /// <summary>Makes a key of the caller's. Its scopes are some of the caller's own permissions.</summary>
    public async Task<Outcome<MadeApiKey>> CreateAsync(ApiKeyForm form, CancellationToken cancel)
    {
        if (caller.Id is not { } owner || !await caller.MayAsync(Policies.ManageKeys))
        {
            return new Outcome<MadeApiKey>.Invalid("", "You don't have permission to create API keys.");
        }

        if (await CheckAsync(form) is { Count: > 0 } reasons)
        {
            return new Outcome<MadeApiKey>.Invalid(reasons);
        }

        var key = ApiKey.Mark + Tokens.New();
        var row = new ApiKey
        {
            UserId = owner,
            Name = form.Name.Trim(),
            Prefix = ApiKey.PrefixOf(key),
            KeyHash = Tokens.HashOf(key),
            Scopes = string.Join(' ', Permissions.All.Where(form.Scopes.Contains)),
            ExpiresAt = form.ExpiresAt?.ToUniversalTime(),
            CreatedAt = clock.GetUtcNow(),
            McpWrites = form.McpWrites,
        };
        await using var registry = await registries.CreateDbContextAsync(cancel);
        registry.Add(row);
        await registry.SaveChangesAsync(cancel);
        LogMade(row.Id, owner);
        return new Outcome<MadeApiKey>.Ok(new(key, RowOf(row)));
    }

    /// <summary>Changes what agents may do with a key of the caller's, at once.</summary>
    public async Task<Outcome<ApiKeyRow>> ChangeAsync(int id, ApiKeyChange change, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageKeys))
        {
            return new Outcome<ApiKeyRow>.Invalid("", "You don't have permission to change API keys.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owner = caller.Id;
        if (await registry.ApiKeys.SingleOrDefaultAsync(k => k.Id == id && k.UserId == owner, cancel) is not { } key)
        {
            return new Outcome<ApiKeyRow>.NotFound();
        }

        if (change.McpWrites != key.McpWrites && await WhyNotAsync(change.McpWrites) is { } problem)
        {
            return new Outcome<ApiKeyRow>.Invalid(nameof(change.McpWrites), problem);
        }

        key.McpWrites = change.McpWrites;
        await registry.SaveChangesAsync(cancel);
        return new Outcome<ApiKeyRow>.Ok(RowOf(key));
    }

    /// <summary>Why the caller can't let agents write so; null where he can. At once only where an administrator says so.</summary>
    private async Task<string?> WhyNotAsync(McpWrites writes) =>
        writes == McpWrites.Allowed && !await caller.MayAsync(Policies.ManageUsers)
            ? "Only an administrator can let agents change things at once. Choose that they propose changes."
            : null;

    /// <summary>Revokes a key of the caller's, at once and for good.</summary>
    public async Task<Outcome<int>> RevokeAsync(int id, CancellationToken cancel)
    {
        if (!await caller.MayAsync(Policies.ManageKeys))
        {
            return new Outcome<int>.Invalid("", "You don't have permission to revoke API keys.");
        }

        await using var registry = await registries.CreateDbContextAsync(cancel);
        var owner = caller.Id;
        if (await registry.ApiKeys.SingleOrDefaultAsync(k => k.Id == id && k.UserId == owner, cancel) is not { } key)
        {
            return new Outcome<int>.NotFound();
        }

        registry.Remove(key);
        await registry.SaveChangesAsync(cancel);
        LogRevoked(id);
        return new Outcome<int>.Ok(id);
    }

    /// <summary>
    /// Whom a key speaks for: its owner, with those of the owner's present permissions that the key was given. Null for a key that is
    /// unknown, has expired, or whose owner is inactive. What anybody changes counts for the next call, here and on other consoles.
    /// </summary>
    public async Task<ClaimsPrincipal?> RecognizeAsync(string key, CancellationToken cancel)
    {
        var hash = Tokens.HashOf(key);
        var now = clock.GetUtcNow();
        if (await known.GetAsync(hash, () => FindAsync(k => k.KeyHash == hash, cancel)) is not { } found || found.ExpiresAt <= now)
        {
            return null;
        }

        if (found.LastUsedAt is null || now - found.LastUsedAt >= UsedEvery)
        {
            await using var registry = await registries.CreateDbContextAsync(cancel);
            registry.Database.SetCommandTimeout(Bookkeeping.Patience);
            await Bookkeeping.TryAsync(
                () =>
                    registry
                        .ApiKeys.Where(k => k.Id == found.Id)
                        .ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancel),
                log
            );
        }

        return PrincipalOf(found);
    }

    /// <summary>Whom a key speaks for, by its id: for what goes on in its name. Null where it can't be used any more.</summary>
    public async Task<ClaimsPrincipal?> PrincipalOfAsync(int id, CancellationToken cancel) =>
        await FindAsync(k => k.Id == id, cancel) is { } found && !(found.ExpiresAt <= clock.GetUtcNow()) ? PrincipalOf(found) : null;

    private static ClaimsPrincipal PrincipalOf(KnownKey found) =>
        new(
            new ClaimsIdentity(
                [
                    new(ClaimTypes.NameIdentifier, found.Owner.ToString(CultureInfo.InvariantCulture)),
                    new(ClaimTypes.Name, found.OwnerName),
                    new(PersonClaims.Key, found.Name),
                    new(PersonClaims.KeyId, found.Id.ToString(CultureInfo.InvariantCulture)),
                    new(PersonClaims.McpWrites, EnumText<McpWrites>.Of(found.McpWrites)),
                    .. found.Granted.Select(p => new Claim(Permissions.Claim, p)),
                ],
                Schemes.ApiKey
            )
        );

    private async Task<KnownKey?> FindAsync(Expression<Func<ApiKey, bool>> which, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var found = await registry
            .ApiKeys.AsNoTracking()
            .Where(which)
            .Join(
                registry.Users,
                k => k.UserId,
                u => u.Id,
                (k, u) =>
                    new
                    {
                        k.Id,
                        k.Name,
                        k.Scopes,
                        k.ExpiresAt,
                        k.LastUsedAt,
                        k.McpWrites,
                        Owner = u.Id,
                        u.UserName,
                        u.IsActive,
                        u.Role,
                        u.Permissions,
                    }
            )
            .SingleOrDefaultAsync(cancel);
        return found is { IsActive: true }
            ? new(
                found.Id,
                found.Name,
                ApiKey.Granted(found.Scopes, User.PermissionsOf(found.Role, found.Permissions)),
                found.ExpiresAt,
                found.LastUsedAt,
                found.Owner,
                found.UserName ?? "",
                found.McpWrites
            )
            : null;
    }

    private async Task<Dictionary<string, string>> CheckAsync(ApiKeyForm form)
    {
        var reasons = FormRules.Check(form);
        var own = caller.Permissions;
        if (form.Scopes is not { Count: > 0 })
        {
            reasons[nameof(form.Scopes)] = "Choose at least one permission.";
        }
        else if (form.Scopes.FirstOrDefault(scope => !own.Contains(scope)) is { } foreign)
        {
            reasons[nameof(form.Scopes)] = Permissions.All.Contains(foreign)
                ? $"You can't give a key the permission {foreign}, because you don't have it yourself."
                : $"Unknown permission {foreign}.";
        }

        if (form.ExpiresAt <= clock.GetUtcNow())
        {
            reasons[nameof(form.ExpiresAt)] = "Enter a time in the future.";
        }

        if (await WhyNotAsync(form.McpWrites) is { } problem)
        {
            reasons[nameof(form.McpWrites)] = problem;
        }

        return reasons;
    }

    private static ApiKeyRow RowOf(ApiKey key) =>
        new(
            key.Id,
            key.Name,
            key.Prefix,
            key.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            key.ExpiresAt,
            key.LastUsedAt,
            key.CreatedAt,
            key.McpWrites
        );

    [LoggerMessage(LogLevel.Information, "API key {KeyId} was created for user {UserId}")]
    private partial void LogMade(int keyId, int userId);

    [LoggerMessage(LogLevel.Information, "API key {KeyId} was revoked")]
    private partial void LogRevoked(int keyId);
}
