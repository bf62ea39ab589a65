using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Sanctum.Configurator.Components.Layout;

/// <summary>Who is signed in, his own pages, and the way out (a real form post, as it ends the cookie).</summary>
public sealed partial class UserMenu
{
    private IReadOnlyList<NavEntry> _entries = [];
    private string? _name;
    private string _roles = "";

    [CascadingParameter]
    private Task<AuthenticationState>? Reader { get; set; }

    [Inject]
    public required NavEntries Entries { get; init; }

    protected override async Task OnParametersSetAsync()
    {
        if (Reader is null || (await Reader).User is not { Identity.IsAuthenticated: true } user)
        {
            _name = null;
            return;
        }

        _name = user.Identity.Name is { Length: > 0 } name ? name : "You";
        _roles = string.Join(", ", user.FindAll(ClaimTypes.Role).Select(role => role.Value));
        _entries = await Entries.ForAsync(Reader, NavPlace.UserMenu);
    }
}
