using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;

namespace Sanctum.Configurator.Platform;

/// <summary>
/// On whose behalf the current scope acts: one request, one circuit, one tick of a worker. Services ask here again before they grant,
/// destroy or reveal: a page or circuit may be older than a change of rights. Nobody with any permission, and the console as the actor,
/// until a request, a circuit or a caller says who.
/// </summary>
/// <param name="services">Asked for permissions only when somebody is: the command line and the migrations have none.</param>
public sealed class CurrentUser(IServiceProvider services)
{
    public ClaimsPrincipal Principal { get; private set; } = new(new ClaimsIdentity());

    /// <summary>Whom the change history names.</summary>
    public Actor Actor { get; set; } = Actor.Console;

    public int? Id => Principal.UserId();

    public IReadOnlySet<string> Permissions => Principal.FindAll(Platform.Permissions.Claim).Select(c => c.Value).ToHashSet();

    public async Task<bool> MayAsync(string policy) =>
        (await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(Principal, null, policy)).Succeeded;

    /// <summary>From now on it is somebody else, or the same with other rights.</summary>
    /// <param name="actor">Null for whom the principal names, at the place where it is known to be.</param>
    public void Become(ClaimsPrincipal principal, Actor? actor = null) =>
        (Principal, Actor) = (principal, actor ?? principal.ToActor(principal.FindFirstValue(PersonClaims.PlaceClaim) ?? Actor.Place));
}

/// <summary>What the console's principals say besides name, role and permissions.</summary>
public static class PersonClaims
{
    /// <summary>The id of the row in user_sessions.</summary>
    public const string Session = "session";

    /// <summary>The network address from which the session was begun.</summary>
    public const string PlaceClaim = "place";

    /// <summary>The name of the API key that acts for the user.</summary>
    public const string Key = "key";

    /// <summary>The id of that key.</summary>
    public const string KeyId = "key_id";

    /// <summary>What that key may write where an agent calls with it.</summary>
    public const string McpWrites = "mcp_writes";

    public static int? UserId(this ClaimsPrincipal principal) => NumberOf(principal, ClaimTypes.NameIdentifier);

    public static int? ApiKeyId(this ClaimsPrincipal principal) => NumberOf(principal, KeyId);

    public static int? SessionId(this ClaimsPrincipal principal) => NumberOf(principal, Session);

    /// <summary>The actor whom the change history names for this principal.</summary>
    public static Actor ToActor(this ClaimsPrincipal principal, string place) =>
        principal.Identity switch
        {
            { IsAuthenticated: true } when principal.FindFirstValue(Key) is { } key => new($"key {key}", place, principal.UserId())
            {
                AnswersAs = principal.ApiKeyId() is { } id ? Answerable.Key(id) : null,
            },
            { IsAuthenticated: true, Name: { } name } => new(name, place, principal.UserId()),
            _ => new("stranger", place),
        };

    /// <summary>The caller's network address; an IPv4 one is written as such even where the console listens on IPv6.</summary>
    public static string Place(this HttpContext context) =>
        context.Connection.RemoteIpAddress switch
        {
            null => "unknown",
            { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
            var address => address.ToString(),
        };

    private static int? NumberOf(ClaimsPrincipal principal, string type) =>
        int.TryParse(principal.FindFirstValue(type), CultureInfo.InvariantCulture, out var number) ? number : null;
}
