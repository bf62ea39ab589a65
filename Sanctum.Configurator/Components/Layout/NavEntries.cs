using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>The registered pages a reader may go to, in order.</summary>
public sealed class NavEntries(IEnumerable<NavEntry> entries, IAuthorizationService authorization)
{
    private readonly NavEntry[] _entries = [.. entries.OrderBy(entry => entry.Order)];

    /// <summary>The page that an address is of, or stands below; null where none is registered.</summary>
    public NavEntry? At(string? url) =>
        _entries
            .Where(entry =>
                url?.StartsWith(entry.Url, StringComparison.Ordinal) == true && url.AsSpan(entry.Url.Length) is [] or ['/' or '?', ..]
            )
            .MaxBy(entry => entry.Url.Length);

    public async Task<IReadOnlyList<NavEntry>> ForAsync(Task<AuthenticationState>? reader, NavPlace? place = null)
    {
        if (reader is null || (await reader).User is not { Identity.IsAuthenticated: true } user)
        {
            return [];
        }

        var allowed = new List<NavEntry>();
        foreach (var entry in _entries)
        {
            if (
                (place is null || entry.Place == place)
                && (entry.Policy is null || (await authorization.AuthorizeAsync(user, entry.Policy)).Succeeded)
            )
            {
                allowed.Add(entry);
            }
        }

        return allowed;
    }
}
