using System.Security.Claims;
using Microsoft.Extensions.Options;
using Sanctum.Configurator.Registry.Users;

namespace Sanctum.Configurator.Features.Account;

/// <summary>One line of the list of sessions.</summary>
public sealed record SessionRow(
    int Id,
    string Device,
    string? IpAddress,
    DateTimeOffset SignedInAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt
);

/// <summary>What a session's cookie carries. The token is stored nowhere else.</summary>
public sealed record SessionTicket(string Token, string Stamp, DateTimeOffset ExpiresAt);

/// <summary>A session that holds, and whom it speaks for now.</summary>
/// <param name="Version">The user's version: another one means other rights or another name.</param>
internal sealed record LiveSession(
    int Id,
    string? IpAddress,
    int UserId,
    string UserName,
    UserRole Role,
    string? Permissions,
    string? Stamp,
    int Version
)
{
    public ClaimsPrincipal ToPrincipal() =>
        new(
            new ClaimsIdentity(
                [
                    new(ClaimTypes.NameIdentifier, UserId.ToString(CultureInfo.InvariantCulture)),
                    new(ClaimTypes.Name, UserName),
                    new(ClaimTypes.Role, EnumText<UserRole>.Of(Role)),
                    new(PersonClaims.Session, Id.ToString(CultureInfo.InvariantCulture)),
                    new(PersonClaims.PlaceClaim, IpAddress ?? "unknown"),
                    new(SessionCookie.StampClaim, Stamp ?? ""),
                    new(SessionCookie.VersionClaim, Version.ToString(CultureInfo.InvariantCulture)),
                    .. User.PermissionsOf(Role, Permissions).Select(p => new Claim(Platform.Permissions.Claim, p)),
                ],
                Schemes.Session
            )
        );
}

/// <summary>
/// Begins, finds, lists and ends sessions. A session holds while its row is there, its times have not passed and its user is active.
/// </summary>
public sealed class SessionService(
    IDbContextFactory<RegistryDbContext> registries,
    IOptions<SessionOptions> options,
    TimeProvider clock,
    ILogger<SessionService> log
)
{
    /// <summary>How often "last seen" is written at most.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private const int UserAgentLength = 512;

    /// <summary>Begins a session; takes away what is left of the user's old ones.</summary>
    /// <returns>The token for the cookie, which is stored nowhere else, and when the session ends.</returns>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> BeginAsync(
        int userId,
        string? address,
        string? userAgent,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var old = await registry.Sessions.Where(s => s.UserId == userId).ToListAsync(cancel);
        registry.Sessions.RemoveRange(old.Where(s => !Holds(s.ExpiresAt, s.LastSeenAt, now)));
        var token = Tokens.New();
        var session = new UserSession
        {
            UserId = userId,
            SessionToken = Tokens.HashOf(token),
            ExpiresAt = now + options.Value.Absolute,
            IpAddress = address,
            UserAgent = userAgent is { Length: > UserAgentLength } ? userAgent[..UserAgentLength] : userAgent,
            LastSeenAt = now,
            CreatedAt = now,
        };
        registry.Add(session);
        await registry.SaveChangesAsync(cancel);
        return (token, session.ExpiresAt);
    }

    /// <summary>The user's sessions that hold, the latest seen first.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListAsync(int userId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var sessions = await registry.Sessions.AsNoTracking().Where(s => s.UserId == userId).ToListAsync(cancel);
        return
        [
            .. sessions
                .Where(s => Holds(s.ExpiresAt, s.LastSeenAt, now))
                .OrderByDescending(s => s.LastSeenAt)
                .ThenByDescending(s => s.Id)
                .Select(s => new SessionRow(s.Id, Device.Of(s.UserAgent), s.IpAddress, s.CreatedAt, s.LastSeenAt, s.ExpiresAt)),
        ];
    }

    /// <summary>Ends one session of this user.</summary>
    public async Task<Outcome<int>> EndAsync(int userId, int sessionId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        if (await registry.Sessions.SingleOrDefaultAsync(s => s.Id == sessionId && s.UserId == userId, cancel) is not { } session)
        {
            return new Outcome<int>.NotFound();
        }

        registry.Remove(session);
        await registry.SaveChangesAsync(cancel);
        return new Outcome<int>.Ok(sessionId);
    }

    /// <summary>Ends every session of this user but one.</summary>
    public async Task EndOthersAsync(int userId, int keptSessionId, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        await registry.RemoveSessionsAsync(userId, cancel, except: keptSessionId);
        await registry.SaveChangesAsync(cancel);
    }

    /// <summary>The session behind a cookie's token, if it holds.</summary>
    internal async Task<LiveSession?> FindAsync(string token, CancellationToken cancel)
    {
        var hash = Tokens.HashOf(token);
        return (await FindAsync(sessions => sessions.Where(s => s.SessionToken == hash), cancel)).SingleOrDefault();
    }

    /// <summary>Those of these sessions that hold.</summary>
    internal Task<IReadOnlyList<LiveSession>> FindAsync(IReadOnlyCollection<int> ids, CancellationToken cancel) =>
        FindAsync(sessions => sessions.Where(s => ids.Contains(s.Id)), cancel);

    /// <summary>Notes that somebody did something in this session; writes it once a minute at most.</summary>
    internal async Task SeeAsync(int sessionId, DateTimeOffset at, CancellationToken cancel)
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var before = at - SeenEvery;
        var due = registry.Sessions.Where(s => s.Id == sessionId && s.LastSeenAt <= before);

        // Asked first: even an update of no row takes SQLite's one write lock.
        if (await due.AnyAsync(cancel))
        {
            registry.Database.SetCommandTimeout(Bookkeeping.Patience);
            await Bookkeeping.TryAsync(() => due.ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, at), cancel), log);
        }
    }

    private async Task<IReadOnlyList<LiveSession>> FindAsync(
        Func<IQueryable<UserSession>, IQueryable<UserSession>> which,
        CancellationToken cancel
    )
    {
        await using var registry = await registries.CreateDbContextAsync(cancel);
        var now = clock.GetUtcNow();
        var found = await which(registry.Sessions.AsNoTracking())
            .Join(
                registry.Users.Where(u => u.IsActive),
                s => s.UserId,
                u => u.Id,
                (s, u) =>
                    new
                    {
                        s.ExpiresAt,
                        s.LastSeenAt,
                        Session = new LiveSession(s.Id, s.IpAddress, u.Id, u.UserName!, u.Role, u.Permissions, u.SecurityStamp, u.Version),
                    }
            )
            .ToListAsync(cancel);
        return [.. found.Where(f => Holds(f.ExpiresAt, f.LastSeenAt, now)).Select(f => f.Session)];
    }

    private bool Holds(DateTimeOffset expiresAt, DateTimeOffset lastSeenAt, DateTimeOffset now) =>
        now < expiresAt && now - lastSeenAt < options.Value.Idle;
}
